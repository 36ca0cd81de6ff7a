"""What a terminal and its keeper agree on: environment, exit codes. Imports nothing: the keeper has no screen."""

from __future__ import annotations

import os

KEPT, CRASHES = "RECEPTION_KEPT", "RECEPTION_CRASHES"
"""Environment of a terminal that is kept: the file it must touch, and how often it crashed lately."""
EXIT_RESTART, EXIT_STOP = 75, 76
"""Exit codes of a terminal that was ordered to end so; any other end is one to be mended."""


def kept() -> bool:
    """Will somebody start this terminal again when it ends?"""
    return KEPT in os.environ
