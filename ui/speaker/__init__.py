"""A loudspeaker without a wall: follows the hall, speaks its zone, and writes large what is being said."""
