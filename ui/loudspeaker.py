"""The loudspeaker of this machine, by QMediaPlayer. Owns the device; decides nothing.

Importing this module and asking for devices the first time takes 25 to 50 ms: ``ui/speech.py`` has it done on its own
thread, so that only the making of the player (2 ms) is left for the GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer, QUrl, Slot
from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer, QtAudio

from ui.voice import Ended, seconds

_WATCHDOG_S = 5.0
"""A sound server may keep two seconds of its own before a clip begins (measured on PulseAudio)."""


def find_devices() -> bool:
    """Let Qt connect to the sound server; True when there is a device. Any thread; slow the first time only."""
    return bool(QMediaDevices.audioOutputs())


class MediaOutput(QObject):
    """QMediaPlayer with a watchdog: a device that hangs can never hold up the queue. GUI thread."""

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
        return find_devices()

    def play(self, clip: bytes, percent: int, ended: Ended) -> None:
        """Start ``clip`` as loud as ``percent`` sounds to people; ``ended`` is called once."""
        self.stop()
        self._ended = ended
        self._audio.setDevice(QMediaDevices.defaultAudioOutput())
        self._audio.setVolume(_linear(percent))
        self._buffer.setData(QByteArray(clip))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player.setSourceDevice(self._buffer, QUrl("clip.wav"))
        self._watchdog.start(round(1000 * (seconds(clip) + _WATCHDOG_S)))
        self._player.play()

    def rest(self, length_s: float, ended: Ended) -> None:
        """Play nothing for so long, then ``ended`` with False."""
        self.stop()
        self._ended = ended
        self._watchdog.start(round(1000 * length_s))

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


def _linear(percent: int) -> float:
    """A player multiplies samples; people hear in decibels."""
    scale = QtAudio.VolumeScale
    return QtAudio.convertVolume(percent / 100, scale.LogarithmicVolumeScale, scale.LinearVolumeScale)
