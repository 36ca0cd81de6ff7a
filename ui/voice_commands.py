"""The command ``voice``: hear a call, write the present pieces for recording, check a folder of recordings."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

    from kiosk.settings import Settings
    from ui.recordings import Recordings
    from ui.voice import Synthesiser
    from ui.wording import Piece, Sentences

FOLDER = "voice"
"""Where recordings lie in a profile."""


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Register ``voice`` with its actions."""
    actions = commands.add_parser("voice", help="hear, export and check what the hall is told").add_subparsers(
        required=True
    )
    say = actions.add_parser("say", help="speak one call on this machine's loudspeaker")
    say.add_argument("number", type=ticket_number, help="a ticket number, such as A012")
    say.add_argument("window", nargs="?", default="1", help="a window (1)")
    say.add_argument("--to", type=Path, metavar="FILE", help="write a WAV file instead")
    say.set_defaults(run=run_say)
    export = actions.add_parser("export", help="write every piece as a WAV file: the list of what to record")
    export.add_argument("folder", type=Path, metavar="DIR")
    export.set_defaults(run=run_export)
    check = actions.add_parser("check", help="read every recording and the loudspeaker; 1 when something is wrong")
    check.add_argument("--json", action="store_true", help="as JSON")
    check.set_defaults(run=run_check)


def ticket_number(text: str) -> str:
    """A letter and digits, for ``type=`` of argparse."""
    if not (text.isascii() and text[:1].isalpha() and text[1:].isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no ticket number; write letter and digits, such as A012")
    return text.upper()


def run_say(args: argparse.Namespace) -> int:
    """Chime and call; 1 when no device played it. Raises WorldError without a voice."""
    from ui.speech import CHIME
    from ui.voice import Renderer
    from ui.wording import Saying

    settings, sentences, voice, recorded = _parts(args.profile)
    saying = Saying("call", args.number, args.window.upper())
    clip = Renderer(voice, recorded).sound(sentences.utterances(saying))
    print(sentences.caption(saying))
    if args.to is not None:
        args.to.write_bytes(clip)
        return 0
    return int(not _played([CHIME.read_bytes(), clip], settings.voice.volume))


def _played(clips: list[bytes], percent: int) -> bool:
    """Play them one after the other; True when a device played the last."""
    app = _application()
    from ui.loudspeaker import MediaOutput

    output, heard = MediaOutput(), [False]

    def next_clip(played: bool) -> None:
        heard[0] = played
        if clips:
            output.play(clips.pop(0), percent, next_clip)
        else:
            app.quit()

    if not output.present():
        print("no sound output device")
        return False
    next_clip(False)
    app.exec()
    return heard[0]


def _application() -> QCoreApplication:
    """Sound needs an event loop; no window."""
    from PySide6.QtCore import QCoreApplication

    from ui.app import clean_environment

    clean_environment()
    return QCoreApplication.instance() or QCoreApplication(["reception"])


def run_export(args: argparse.Namespace) -> int:
    """Write the pieces and ``pieces.tsv``, which says what each file says; 0."""
    from ui.recordings import export

    settings, sentences, voice, recorded = _parts(args.profile)
    count = export(_pieces(settings, sentences), args.folder, voice, recorded)
    print(f"{count} pieces in {args.folder}; record over them and copy them to {args.profile / FOLDER}")
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Say what can be heard; 1 for a file that cannot be used, an unknown name, or no loudspeaker."""
    from ui.loudspeaker import find_devices
    from ui.recordings import inspect

    settings, sentences, _, _ = _parts(args.profile)
    found = inspect(args.profile / FOLDER, _pieces(settings, sentences))
    _application()
    device = find_devices()
    if args.json:
        print(
            json.dumps(
                {
                    "device": device,
                    "usable": found.usable,
                    "missing": len(found.missing),
                    "unknown": found.unknown,
                    "faults": found.faults,
                },
                ensure_ascii=False,
            )
        )
    else:
        print(f"loudspeaker: {'present' if device else 'none'}")
        print(f"recordings: {found.usable} used, {len(found.missing)} pieces are synthesised")
        for name, why in sorted(found.faults.items()):
            print(f"cannot be used: {name}: {why}")
        for name in found.unknown:
            print(f"never spoken: {name}")
    return int(not device or bool(found.faults or found.unknown))


def _parts(profile: Path) -> tuple[Settings, Sentences, Synthesiser, Recordings]:
    from kiosk.catalog import load_catalog
    from kiosk.installation import load_settings, make_profile
    from ui.recordings import Recordings
    from ui.voice import Espeak
    from ui.wording import Sentences

    make_profile(profile)
    settings = load_settings(profile)
    sentences = Sentences(settings.voice.languages, load_catalog())
    return settings, sentences, Espeak(settings.voice.words_per_minute), Recordings(profile / FOLDER)


def _pieces(settings: Settings, sentences: Sentences) -> list[tuple[str, Piece]]:
    from kiosk.catalog import load_catalog

    letters = [*load_catalog().letters, settings.hall.cut_off_letter]
    return list(sentences.everything([counter.code for counter in settings.counters], letters))
