"""What the hall hears, in order: a chime, then the sentence in one or two languages. Owns the queue.

Must not decide what is said, and nothing may wait for it: without a loudspeaker an announcement is only written, for as
long as it takes to read, and ends as "not spoken" (DECISIONS 26). All public functions belong to the GUI thread and
return at once.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from kiosk.errors import WorldError
from ui.voice import Announcement, Ended, Renderer, thin
from ui.wording import plain

CHIME = Path(__file__).parent.parent / "assets" / "sounds" / "chime.wav"
READING_S = 5.0
"""A caption stays this long where nothing is heard."""

_log = logging.getLogger(__name__)


class SoundOutput(Protocol):
    """Plays one WAV at a time."""

    def present(self) -> bool:
        """True when a real output device is attached now."""

    def play(self, clip: bytes, percent: int, ended: Ended) -> None:
        """Start ``clip``; ``ended`` is called once, with False when it was not played to its end."""

    def rest(self, length_s: float, ended: Ended) -> None:
        """Play nothing for so long, then ``ended`` with False."""

    def stop(self) -> None:
        """Be silent; the pending ``ended`` is dropped."""


def _all_of_it() -> int:
    return 100


class Speech:
    """The queue. ``post`` brings a call from the voice thread to the GUI thread (the bridge).

    Until ``attach`` announcements wait, so that none of the first second is lost. ``showing`` hears what is being said
    and None at the end of the queue; ``sounding`` whether a device is being used. Without ``renderer`` (the voice is
    switched off) there are chimes and captions.
    """

    def __init__(
        self,
        renderer: Renderer | None,
        post: Callable[[Callable[[], None]], None],
        chime: bytes,
        volume: Callable[[], int] = _all_of_it,
    ) -> None:
        self._renderer, self._post, self._chime, self._volume = renderer, post, chime, volume
        self._output: SoundOutput | None = None
        self._waiting: deque[Announcement] = deque()
        self._current: Announcement | None = None
        self._clip: bytes | None = None
        self._chime_over = self._sounding = False
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice")
        self._device_was_present = True
        self._voice_fault = ""
        self.showing: Callable[[Announcement | None], None] = lambda _item: None
        self.sounding: Callable[[bool], None] = lambda _sounding: None

    def start(self) -> None:
        """Let Qt find the sound devices on the voice thread, then attach the loudspeaker."""
        self._worker.submit(self._find_devices)

    def _find_devices(self) -> None:
        """Voice thread: the import and the first question take longer than a frame."""
        from ui.loudspeaker import MediaOutput, find_devices

        find_devices()
        self._post(lambda: self.attach(MediaOutput()))

    def attach(self, output: SoundOutput) -> None:
        """From now on this is played on ``output``."""
        self._output = output
        if self._current is None:
            self._next()

    def available(self) -> bool:
        """True when a real output device is attached."""
        if self._output is None:
            return False
        present = self._output.present()
        if present != self._device_was_present:
            self._device_was_present = present
            if present:
                _log.info("sound output is back")
            else:
                _log.warning("no sound output device: attach one; calls are shown, not spoken")
        return present

    def fault(self) -> str:
        """What keeps this loudspeaker from speaking: the code of an error, empty when it is well."""
        if self._output is not None and not self.available():
            return "sound_missing"
        return self._voice_fault or (self._renderer.fault if self._renderer else "")

    def announce(self, item: Announcement) -> bool:
        """Queue ``item``; True when a real device will play it. What has no caption either ends at once without one."""
        audible = self.available()
        if not audible and not item.caption:
            item.ended(False)
            return False
        kept, dropped = thin((*self._waiting, item))
        self._waiting = deque(kept)
        for late in dropped:
            late.ended(False)
        if self._current is None and self._output is not None:
            self._next()
        return audible

    def say(self, text: str, language: str) -> bool:
        """The ``Speaker`` port: one sentence without chime; True when a real device took it."""
        return self.announce(Announcement((plain(text, language),), chime=False))

    def hush(self) -> None:
        """Forget everything waiting and be silent (a visitor left, the front closes)."""
        unspoken = [*([self._current] if self._current else []), *self._waiting]
        self._waiting.clear()
        self._current = None
        if self._output is not None:
            self._output.stop()
        for item in unspoken:
            item.ended(False)
        self._rest()

    def stop(self) -> None:
        """Be silent and join the voice thread. At exit."""
        self.hush()
        self._worker.shutdown(wait=True)

    def _next(self) -> None:
        while self._waiting and not self._waiting[0].due():
            self._waiting.popleft().ended(False)
        if not self._waiting:
            self._current = None
            self._rest()
            return
        item = self._current = self._waiting.popleft()
        self._clip, self._chime_over = None, not item.chime
        self.showing(item)
        if not self.available():
            self._sound(False)
            self._read_only()
            return
        self._sound(True)
        if self._renderer is None:
            self._clip = b""
        else:
            self._worker.submit(self._synthesise, self._renderer, item)
        if item.chime:
            # The chime does not wait for the voice: it must sound even when no voice can be had.
            self._play(self._chime, self._chimed)
        else:
            self._speak_when_ready()

    def _synthesise(self, renderer: Renderer, item: Announcement) -> None:
        """Voice thread."""
        fault = ""
        try:
            clip = renderer.sound(item.utterances)
        except WorldError as error:
            clip, fault = b"", error.code
        self._post(lambda: self._synthesised(item, clip, fault))

    def _synthesised(self, item: Announcement, clip: bytes, fault: str) -> None:
        if fault != self._voice_fault:
            self._voice_fault = fault
            if fault:
                _log.warning("no voice: %s", fault)
            else:
                _log.info("the voice is back")
        if item is self._current:
            self._clip = clip
            self._speak_when_ready()

    def _chimed(self, _played: bool) -> None:
        self._chime_over = True
        self._speak_when_ready()

    def _speak_when_ready(self) -> None:
        if self._clip is None or not self._chime_over:
            return
        if self._clip:
            self._play(self._clip, self._spoken)
        else:
            self._read_only()

    def _play(self, clip: bytes, ended: Ended) -> None:
        assert self._output is not None
        percent = self._volume()
        self._output.play(clip, percent, lambda played: ended(played and percent > 0))

    def _read_only(self) -> None:
        """Nobody hears it: the caption stays for as long as it takes to read."""
        assert self._output is not None
        if self._current is not None and self._current.caption:
            self._output.rest(READING_S, self._spoken)
        else:
            self._spoken(False)

    def _spoken(self, played: bool) -> None:
        item, self._current = self._current, None
        if item is not None:
            item.ended(played)
        if self._current is None:
            self._next()

    def _rest(self) -> None:
        self._sound(False)
        self.showing(None)

    def _sound(self, sounding: bool) -> None:
        if sounding != self._sounding:
            self._sounding = sounding
            self.sounding(sounding)
