"""Sentences become sound, offline. Owns the synthesiser, what gives way when too much waits, and the sound of one
announcement; plays nothing, chooses no words and knows no Qt.

A site that brings its own voice writes another ``Synthesiser``; the queue in ``ui/speech.py`` does not change.
"""

from __future__ import annotations

import ctypes
import io
import threading
import wave
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from kiosk.errors import WorldError
from ui.wording import Piece, Utterance

_VOICES = {"zh_CN": b"cmn", "en": b"en-us"}
RATE = 22_050
"""Samples a second of every clip here; it is what espeak-ng gives."""

_PAUSE_S = 0.35


BACKLOG = 2
"""Announcements that may wait unshortened; beyond that repeats go first, then English (DECISIONS 26)."""

Ended = Callable[[bool], None]


def unheard(_spoken: bool) -> None:
    """Receiver of the end of an announcement whose end nobody asked for."""


def always() -> bool:
    """Said whenever its turn comes."""
    return True


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said in one go, one sentence per language. ``caption`` is written meanwhile, also where nothing is heard.

    ``ended`` hears True only when a real device played it. ``due`` is asked when its turn comes: what is no longer true
    is not said.
    """

    utterances: tuple[Utterance, ...]
    repeat: bool = False
    chime: bool = True
    caption: str = ""
    ended: Ended = unheard
    due: Callable[[], bool] = always


def thin(waiting: Iterable[Announcement], backlog: int = BACKLOG) -> tuple[list[Announcement], list[Announcement]]:
    """(kept, dropped) of a queue: beyond ``backlog`` repeats are dropped, then English where Chinese is said too."""
    kept = list(waiting)
    dropped = [item for item in kept if item.repeat] if len(kept) > backlog else []
    kept = [item for item in kept if not item.repeat] if dropped else kept
    if len(kept) > backlog:
        kept = [replace(item, utterances=_without_english(item.utterances)) for item in kept]
    return kept, dropped


def _without_english(utterances: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    return tuple(one for one in utterances if one.language != "en") or utterances


class Synthesiser(Protocol):
    """Turns one sentence into sound."""

    def speak(self, text: str, language: str) -> bytes:
        """A WAV file (mono, 16 bit). Worker thread. Raises WorldError when no voice can be had."""


class Espeak:
    """espeak-ng 1.52 from its package, in this process. The library is one global state: calls are serialised."""

    def __init__(self, words_per_minute: int = 150) -> None:
        self._words_per_minute = words_per_minute
        self._lock = threading.Lock()
        self._library: ctypes.CDLL | None = None
        self._rate = 0
        self._samples = bytearray()
        self._callback = _SYNTH_CALLBACK(self._collect)

    def speak(self, text: str, language: str) -> bytes:
        """A WAV file of ``text``; about 1 ms for each second of sound. Any thread. Raises WorldError."""
        with self._lock:
            library = self._library or self._load()
            voice = _VOICES.get(language, _VOICES["en"])
            if library.espeak_SetVoiceByName(voice) != 0:
                raise WorldError(
                    "voice_missing", f"The voice {voice.decode()} is not installed.", "Reinstall espeakng-loader."
                )
            self._samples.clear()
            raw = text.encode()
            status = library.espeak_Synth(raw, len(raw) + 1, 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None)
            if status != 0 or not self._samples:
                raise WorldError(
                    "voice_failed", f"espeak-ng gave no sound (status {status}).", "The wall still shows the call."
                )
            return to_wav(bytes(self._samples), self._rate)

    def _load(self) -> ctypes.CDLL:
        try:
            import espeakng_loader

            library = ctypes.CDLL(espeakng_loader.get_library_path())
            data = espeakng_loader.get_data_path().encode()
        except (ImportError, OSError) as error:
            raise _missing("espeak-ng could not be loaded.") from error
        self._rate = library.espeak_Initialize(_AUDIO_SYNCHRONOUS, 0, data, _DONT_EXIT)
        if self._rate <= 0:
            raise _missing("espeak-ng found no voice data.")
        library.espeak_Synth.argtypes = _SYNTH_ARGUMENTS
        library.espeak_SetSynthCallback(self._callback)
        library.espeak_SetParameter(_PARAMETER_RATE, self._words_per_minute, 0)
        self._library = library
        return library

    def _collect(self, samples: int, count: int, _events: int) -> int:
        if samples and count > 0:
            self._samples += ctypes.string_at(samples, count * 2)
        return 0


def _missing(what: str) -> WorldError:
    return WorldError("voice_missing", what, "Install espeakng-loader again; until then the hall hears the chime only.")


class ClipBank:
    """Remembers the last sentences of another synthesiser, so that a repeated call costs nothing."""

    def __init__(self, synthesiser: Synthesiser, capacity: int = 64) -> None:
        self._synthesiser = synthesiser
        self._capacity = capacity
        self._clips: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def speak(self, text: str, language: str) -> bytes:
        """As ``Synthesiser.speak``; one thread only."""
        key = (language, text)
        if key not in self._clips:
            self._clips[key] = self._synthesiser.speak(text, language)
            while len(self._clips) > self._capacity:
                self._clips.popitem(last=False)
        self._clips.move_to_end(key)
        return self._clips[key]


class Recorded(Protocol):
    """Recordings that take the place of the synthesiser, piece by piece (``ui.recordings.Recordings``)."""

    @property
    def fault(self) -> str:
        """The code of what is wrong with them, empty when they are well. Any thread."""

    def clip(self, language: str, key: str) -> bytes | None:
        """The recording of one piece, or None. Worker thread."""

    def blend(self, clips: Sequence[bytes]) -> bytes:
        """One clip of several: same loudness, no clicks. Worker thread."""


class Renderer:
    """The sound of an announcement. Stretches without a recording are synthesised whole: so they keep their melody."""

    def __init__(self, synthesiser: Synthesiser, recorded: Recorded | None = None) -> None:
        self._synthesiser, self._recorded = synthesiser, recorded

    @property
    def fault(self) -> str:
        """The code of what is wrong with the recordings. Any thread."""
        return self._recorded.fault if self._recorded else ""

    def sound(self, utterances: Sequence[Utterance]) -> bytes:
        """One WAV of every sentence. One thread only. Raises WorldError when there is neither voice nor recording."""
        return join([self._sentence(one) for one in utterances])

    def _sentence(self, one: Utterance) -> bytes:
        clips: list[bytes] = []
        mixed = False
        for recording, run in groupby(self._matched(one), key=lambda pair: pair[0]):
            if recording is None:
                text = "".join(piece.text for _, piece in run)
                if any(map(str.isalnum, text)):
                    clips.append(self._synthesiser.speak(text, one.language))
            else:
                mixed = True
                clips += [recording for _ in run]
        return self._recorded.blend(clips) if mixed and self._recorded else join(clips)

    def _matched(self, one: Utterance) -> Iterator[tuple[bytes | None, Piece]]:
        recorded = self._recorded
        for piece in one.pieces:
            yield recorded.clip(one.language, piece.key) if recorded and piece.key else None, piece


def to_wav(samples: bytes, rate: int) -> bytes:
    """A WAV file around mono 16-bit little-endian ``samples`` at ``rate`` per second."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)
    return buffer.getvalue()


def join(clips: Sequence[bytes]) -> bytes:
    """One WAV of several (mono, 16 bit, the same rate), with a short pause between them."""
    parts, rate = [], 0
    for clip in clips:
        with wave.open(io.BytesIO(clip)) as source:
            rate = source.getframerate()
            parts.append(source.readframes(source.getnframes()))
    return to_wav((b"\0\0" * int(rate * _PAUSE_S)).join(parts), rate)


def seconds(clip: bytes) -> float:
    """Length of a WAV."""
    with wave.open(io.BytesIO(clip)) as source:
        return float(source.getnframes() / source.getframerate())


_SYNTH_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_SYNTH_ARGUMENTS = (
    ctypes.c_char_p,
    ctypes.c_size_t,
    ctypes.c_uint,
    ctypes.c_int,
    ctypes.c_uint,
    ctypes.c_uint,
    ctypes.c_void_p,
    ctypes.c_void_p,
)
_AUDIO_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_PARAMETER_RATE = 1
_POS_CHARACTER = 1
_CHARS_UTF8 = 1
