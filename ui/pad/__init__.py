"""The rating pad at a window: asks after a talk, takes no name. Public by construction."""
