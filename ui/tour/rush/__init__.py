"""An hour of rush at many times the speed: real processes on one hall store, with everything that can go wrong."""
