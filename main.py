"""Entry point: registers every command of the house and hands over. Owns no behaviour (docs/adr/0007).

To add a command: write it beside its subject with ``add_commands(commands)``, and name it in ``COMMANDS``.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.errors import ReceptionError

# Read once, when numpy is loaded. Its threads wait for each other by spinning: on two busy cores a search
# of 10,000 templates took 16 ms with two of them and 0.4 ms with one, and a spinning core is missing elsewhere.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS = {
    "demo": "ui.commands",
    "terminal": "ui.commands",
    "touch": "ui.commands",
    "desk": "ui.commands",
    "wall": "ui.commands",
    "pad": "ui.commands",
    "speaker": "ui.commands",
    "voice": "ui.voice_commands",
    "tour": "ui.commands",
    "keep": "ui.keeper",
    "server": "sync.commands",
    "sync": "sync.commands",
    "identify": "ui.assembly.operator_commands",
    "enrol": "ui.assembly.operator_commands",
    "evaluate": "recognition.commands",
    "calibrate": "ui.assembly.calibration",
    "models": "ui.assembly.model_commands",
    "import-employees": "ui.assembly.checks",
    "doctor": "ui.assembly.checks",
    "robot": "ui.assembly.errands",
    "staff": "kiosk.staff_commands",
    "day": "kiosk.day_commands",
    "window": "kiosk.window_commands",
    "terminals": "kiosk.terminal_commands",
    "booking": "kiosk.booking_commands",
    "statistics": "kiosk.statistics_commands",
    "notice": "kiosk.notice_commands",
    "wall-pictures": "ui.wall.pictures",
    "face": "kiosk.face_commands",
    "hall": "kiosk.hall_commands",
    "vault": "kiosk.vault_commands",
    "audit": "kiosk.record_commands",
    "backup": "kiosk.record_commands",
    "restore": "kiosk.record_commands",
    "bench": "benchmarks.commands",
}
"""Where each command lives. Only the module of the command that was typed is imported: a kiosk must start fast."""


def build_parser(wanted: str | None) -> argparse.ArgumentParser:
    """The parser with the command ``wanted``, or with all of them."""
    parser = argparse.ArgumentParser(
        prog="main.py", description="Reception for employee-appeal service centres (职工诉求服务中心)."
    )
    _add_options(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    modules = [COMMANDS[wanted]] if wanted else list(dict.fromkeys(COMMANDS.values()))
    for module in modules:
        importlib.import_module(module).add_commands(commands)
    for command in commands.choices.values():
        _accept_after_command(command)
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", type=Path, metavar="DIR", help="the installation to use (default: this user's)")
    parser.add_argument("--verbose", action="store_true", help="log what happens")


def _accept_after_command(command: argparse.ArgumentParser) -> None:
    """``--profile`` and ``--verbose`` may also stand behind the command, where people type them."""
    for option in ("--profile", "--verbose"):
        if any(option in action.option_strings for action in command._actions):
            continue
        kind = {"action": "store_true"} if option == "--verbose" else {"type": Path, "metavar": "DIR"}
        command.add_argument(option, default=argparse.SUPPRESS, help=argparse.SUPPRESS, **kind)
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _accept_after_command(inner)


def command_of(arguments: Sequence[str]) -> str | None:
    """The command in ``arguments``, when it is one of ours; a profile may have the name of one."""
    options = argparse.ArgumentParser(prog="main.py", add_help=False, allow_abbrev=False)
    _add_options(options)
    _, words = options.parse_known_args(arguments)
    return next((word for word in words if word in COMMANDS), None)


def explain(error: ReceptionError) -> str:
    """The error for an operator: Chinese first, then English."""
    from kiosk.phrases import Phrases

    english = f"{error.what} {error.remedy}".strip()
    phrases = Phrases("zh_CN")
    return f"{phrases.explain(error)}\n{english}" if phrases.has(f"errors.{error.code}") else english


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. A known fault prints one plain sentence and a remedy, never a traceback."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except ReceptionError as error:
        print(explain(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # also while the command's libraries are still being loaded
        return 130


def _run(words: list[str]) -> int:
    parsed = build_parser(command_of(words)).parse_args(words)
    logging.basicConfig(
        level=logging.INFO if parsed.verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    if parsed.profile is None and not getattr(parsed, "throwaway", False):
        from kiosk.installation import default_profile

        parsed.profile = default_profile()
    return int(parsed.run(parsed))


if __name__ == "__main__":
    sys.exit(main())
