"""Registers ``models`` with this installation's audit chain behind it."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.installation import open_installation
from recognition.model_commands import add_commands as add_model_commands


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    add_model_commands(commands, write_audit)


def write_audit(profile: Path, action: str, model: str) -> None:
    """One row in the audit chain of the hall: an operator added or removed a model."""
    with closing(open_installation(profile)) as installation, installation.store.write() as work:
        work.audit.add(installation.services.staff.system(), action, None, "operator", {"model": model})
