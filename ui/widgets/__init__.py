"""Building blocks shared by the fronts. Each takes a Theme when made and never asks for data."""
