"""The service centre: people, visits, tickets, appeals, consent. Rules only; no Qt, no camera, no HTTP."""

VERSION = "0.1.0"
"""Of the whole program, as in ``pyproject.toml``."""
