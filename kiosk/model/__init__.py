"""Frozen values and enums of the service. Nothing here imports any other package of ours."""
