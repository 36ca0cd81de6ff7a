"""What the hall hears, in order: a chime, then the sentence in one or two languages. Owns the queue and the player.

Must not decide what is said, and nothing may wait for it: without a loudspeaker everything ends at once as
"not spoken" (DECISIONS 26). All public functions belong to the GUI thread and return at once.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer, QUrl, Slot
from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

from kiosk.errors import WorldError
from ui.voice import Announcement, Ended, Synthesiser, join, seconds, thin

CHIME = Path(__file__).parent.parent / "assets" / "sounds" / "chime.wav"
_WATCHDOG_S = 2.0

_log = logging.getLogger(__name__)


class SoundOutput(Protocol):
    """Plays one WAV at a time."""

    def present(self) -> bool:
        """True when a real output device is attached now."""

    def play(self, clip: bytes, ended: Ended) -> None:
        """Start ``clip``; ``ended`` is called once, with False when it was not played to its end."""

    def stop(self) -> None:
        """Be silent; the pending ``ended`` is dropped."""


class MediaOutput(QObject):
    """QMediaPlayer with a watchdog: a device that hangs can never hold up the queue."""

    def __init__(self) -> None:
        super().__init__()
        self._player = QMediaPlayer(self)
        self._audio = QAudioOutput(self)
        self._player.setAudioOutput(self._audio)
        self._player.mediaStatusChanged.connect(self._status_changed)
        self._player.errorOccurred.connect(self._failed)
        self._watchdog = QTimer(self, singleShot=True)
        self._watchdog.timeout.connect(self._hung)
        self._buffer = QBuffer(self)
        self._ended: Ended | None = None

    def present(self) -> bool:
        """True when a real output device is attached now."""
        return bool(QMediaDevices.audioOutputs())

    def play(self, clip: bytes, ended: Ended) -> None:
        """Start ``clip``; ``ended`` is called once on the GUI thread."""
        self.stop()
        self._ended = ended
        self._audio.setDevice(QMediaDevices.defaultAudioOutput())
        self._buffer.setData(QByteArray(clip))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player.setSourceDevice(self._buffer, QUrl("clip.wav"))
        self._watchdog.start(round(1000 * (seconds(clip) + _WATCHDOG_S)))
        self._player.play()

    def stop(self) -> None:
        """Be silent; the pending ``ended`` is dropped."""
        self._ended = None
        self._watchdog.stop()
        self._player.stop()
        self._player.setSource(QUrl())
        self._buffer.close()

    def _finish(self, played: bool) -> None:
        ended = self._ended
        if ended is not None:
            self._ended = None
            self._watchdog.stop()
            ended(played and self.present())

    @Slot(QMediaPlayer.MediaStatus)
    def _status_changed(self, status: QMediaPlayer.MediaStatus) -> None:
        if status in (QMediaPlayer.MediaStatus.EndOfMedia, QMediaPlayer.MediaStatus.InvalidMedia):
            self._finish(status is QMediaPlayer.MediaStatus.EndOfMedia)

    @Slot(QMediaPlayer.Error, str)
    def _failed(self, _error: QMediaPlayer.Error, _text: str) -> None:
        self._finish(False)

    @Slot()
    def _hung(self) -> None:
        self._finish(False)


class Speech:
    """The queue. ``post`` brings a call from the synthesis thread to the GUI thread (the bridge)."""

    def __init__(
        self, synthesiser: Synthesiser, output: SoundOutput, post: Callable[[Callable[[], None]], None], chime: bytes
    ) -> None:
        self._synthesiser, self._output, self._post, self._chime = synthesiser, output, post, chime
        self._waiting: deque[Announcement] = deque()
        self._current: Announcement | None = None
        self._clip: bytes | None = None
        self._chime_over = False
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="voice")
        self._device_was_present = True
        self._voice_was_well = True

    def available(self) -> bool:
        """True when a real output device is attached."""
        present = self._output.present()
        if present != self._device_was_present:
            self._device_was_present = present
            if present:
                _log.info("sound output is back")
            else:
                _log.warning("no sound output device: attach one; calls are shown, not spoken")
        return present

    def announce(self, item: Announcement) -> bool:
        """Queue ``item``. False when no device is there: then it has ended already, unspoken."""
        if not self.available():
            item.ended(False)
            return False
        kept, dropped = thin((*self._waiting, item))
        self._waiting = deque(kept)
        for late in dropped:
            late.ended(False)
        if self._current is None:
            self._next()
        return True

    def say(self, text: str, language: str) -> bool:
        """The ``Speaker`` port: one sentence without chime; True when a real device took it."""
        return self.announce(Announcement(((language, text),), chime=False))

    def hush(self) -> None:
        """Forget everything waiting and be silent (a visitor left, the front closes)."""
        unspoken = [*([self._current] if self._current else []), *self._waiting]
        self._waiting.clear()
        self._current = None
        self._output.stop()
        for item in unspoken:
            item.ended(False)

    def stop(self) -> None:
        """Be silent and join the synthesis thread. At exit."""
        self.hush()
        self._worker.shutdown(wait=True)

    def _next(self) -> None:
        if not self._waiting:
            self._current = None
            return
        item = self._current = self._waiting.popleft()
        self._clip, self._chime_over = None, not item.chime
        self._worker.submit(self._synthesise, item)
        if item.chime:
            # The chime does not wait for the voice: it must sound even when no voice can be had.
            self._output.play(self._chime, self._chimed)

    def _synthesise(self, item: Announcement) -> None:
        """Worker thread."""
        failure: WorldError | None = None
        try:
            clip = join([self._synthesiser.speak(text, language) for language, text in item.parts])
        except WorldError as error:
            clip, failure = b"", error
        self._post(lambda: self._synthesised(item, clip, failure))

    def _synthesised(self, item: Announcement, clip: bytes, failure: WorldError | None) -> None:
        self._log_voice(failure)
        if item is self._current:
            self._clip = clip
            self._speak_when_ready()

    def _log_voice(self, failure: WorldError | None) -> None:
        well = failure is None
        if well != self._voice_was_well:
            self._voice_was_well = well
            if failure is None:
                _log.info("the voice is back")
            else:
                _log.warning("no voice: %s", failure)

    def _chimed(self, _played: bool) -> None:
        self._chime_over = True
        self._speak_when_ready()

    def _speak_when_ready(self) -> None:
        if self._clip is None or not self._chime_over:
            return
        if self._clip:
            self._output.play(self._clip, self._spoken)
        else:
            self._spoken(False)

    def _spoken(self, played: bool) -> None:
        item, self._current = self._current, None
        if item is not None:
            item.ended(played)
        if self._current is None:
            self._next()
