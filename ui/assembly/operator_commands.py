"""Registers ``identify`` and ``enrol`` with this installation's hall behind them."""

from __future__ import annotations

import argparse
from typing import Any

from recognition.operator import add_commands as add_operator_commands
from ui.assembly.face import operator_desk


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register both commands."""
    add_operator_commands(commands, operator_desk)
