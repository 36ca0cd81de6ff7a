"""Pictures and films of the profile's folder ``media``, one after the other. Owns files, decoder and player.

Pictures are read on the device thread. A film plays only while its page is shown, silent during calls; its end turns
the page. A file that cannot be read, or whose player hangs, is left out, and the lamp says so; the next start tries it
again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QtAudio, QVideoFrame, QVideoSink

from kiosk.errors import WorldError
from ui.tasks import Lane, Query, Scope, TaskRunner

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
FILMS = frozenset({".mp4", ".m4v", ".webm", ".mkv", ".mov"})
LONGEST_S = 180
"""A film longer than this gives way to the next page; the hall came for its numbers."""

HANGS_AFTER_S = 5
"""A film that shows no first picture, or stands still, for so long is given up."""

UNREADABLE, UNREACHABLE = "media_unreadable", "media_unreachable"
_ENDED_S, _LATE_S = 0.001, 2.0
"""Long enough for no page; and what a film may start late, so that its end is seen."""

_LARGEST = QSize(1920, 1920)


def list_media(folder: Path) -> tuple[Path, ...]:
    """Pictures and films by name; none when there is no folder. Raises WorldError when it cannot be looked into."""
    try:
        found = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise WorldError(UNREACHABLE, f"The folder of media cannot be read: {error.strerror}.", "Check it.") from None
    return tuple(path for path in found if path.suffix.lower() in PICTURES | FILMS and not path.name.startswith("."))


def read_picture(path: Path) -> QImage:
    """A picture as large as a wall needs. Any thread. Raises WorldError when it is none."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and (size.width() > _LARGEST.width() or size.height() > _LARGEST.height()):
        reader.setScaledSize(size.scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise WorldError(UNREADABLE, "A picture cannot be read.", "Replace it.")
    return image


class MediaShow(QObject):
    """GUI thread. ``changed`` is called when there is another picture to draw."""

    def __init__(self, folder: Path, tasks: TaskRunner, volume: int) -> None:
        super().__init__()
        self._folder, self._tasks, self._volume = folder, tasks, volume
        self._scope = Scope()
        self._files: tuple[Path, ...] = ()
        self._bad: set[Path] = set()
        self._next = 0
        self._film: Path | None = None
        self._visible = self._speaking = self._ended = False
        self._watchdog = QTimer(self, singleShot=True, interval=HANGS_AFTER_S * 1000)
        self._watchdog.timeout.connect(self._hangs)
        self._player: QMediaPlayer | None = None
        self._audio: QAudioOutput | None = None
        self._sink: QVideoSink | None = None
        self.image: QImage | None = None
        self.lamp = ""
        self.changed: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Look into the folder and prepare the first one."""
        work = partial(list_media, self._folder)
        self._tasks.run(Query(work, self._listed, self._not_listed, Lane.DEVICE), self._scope)

    def stop(self) -> None:
        """End the film; nothing arrives any more."""
        self._scope.close()
        self._halt()

    def seconds(self) -> float | None:
        """How long the present one wants to be shown (0: as long as any page); None when there is nothing.

        A film wants its length, or the longest when it does not tell, until it has ended.
        """
        if self._film is None:
            return None if self.image is None else 0.0
        if self._ended:
            return _ENDED_S
        length = self._player.duration() / 1000 if self._player is not None else 0.0
        return min(length or LONGEST_S, LONGEST_S) + _LATE_S

    def show(self, visible: bool) -> None:
        """The page is shown, or not any more: films play only while they are seen; afterwards comes the next one."""
        if visible == self._visible:
            return
        self._visible = visible
        if visible:
            self._play()
        else:
            self._halt()
            self._advance()

    def duck(self, speaking: bool) -> None:
        """The loudspeaker speaks: the film is silent meanwhile."""
        self._speaking = speaking
        if self._audio is not None:
            self._audio.setMuted(speaking)

    # --- choosing --------------------------------------------------------------------------------------------

    def _listed(self, files: tuple[Path, ...]) -> None:
        self._files, self._bad, self._next = files, set(), 0
        self.lamp = ""
        self._advance()

    def _not_listed(self, _error: Exception) -> None:
        self.lamp = UNREACHABLE

    def _advance(self) -> None:
        """Prepare the next one that can be read; after the last begins the first."""
        self.image, self._film, self._ended = None, None, False
        while self._next < len(self._files):
            path = self._files[self._next]
            self._next += 1
            if path in self._bad:
                continue
            if path.suffix.lower() in FILMS:
                self._load_film(path)
            else:
                read = Query(partial(read_picture, path), self._read, partial(self._unreadable, path), Lane.DEVICE)
                self._tasks.run(read, self._scope)
            return
        if len(self._bad) < len(self._files):
            keep = self._bad
            self._next, self._bad = 0, keep
            self._advance()

    def _read(self, image: QImage) -> None:
        self.image = image
        self.changed()

    def _unreadable(self, path: Path, _error: Exception) -> None:
        self._bad.add(path)
        self.lamp = UNREADABLE
        self._advance()

    # --- films -----------------------------------------------------------------------------------------------

    def _load_film(self, path: Path) -> None:
        player = self._player or self._make_player()
        self._film = path
        player.setSource(QUrl.fromLocalFile(str(path)))
        if self._visible:
            self._play()

    def _make_player(self) -> QMediaPlayer:
        player, self._audio, self._sink = QMediaPlayer(self), QAudioOutput(self), QVideoSink(self)
        scale = QtAudio.VolumeScale
        loud = QtAudio.convertVolume(self._volume / 100, scale.LogarithmicVolumeScale, scale.LinearVolumeScale)
        self._audio.setVolume(loud)
        self._audio.setMuted(self._speaking)
        player.setAudioOutput(self._audio)
        player.setVideoOutput(self._sink)
        self._sink.videoFrameChanged.connect(self._frame)
        player.errorOccurred.connect(self._failed)
        player.mediaStatusChanged.connect(self._status)
        player.positionChanged.connect(self._goes_on)
        self._player = player
        return player

    def _play(self) -> None:
        if self._film is not None and self._player is not None:
            self._ended = False
            self._player.setPosition(0)
            self._player.play()
            self._watchdog.start()

    def _halt(self) -> None:
        self._watchdog.stop()
        if self._player is not None:
            self._player.stop()

    @Slot(QVideoFrame)
    def _frame(self, frame: QVideoFrame) -> None:
        if self._visible and self._film is not None and frame.isValid():
            self.image = frame.toImage()
            self._watchdog.start()
            self.changed()

    @Slot("qlonglong")
    def _goes_on(self, _position: int) -> None:
        """Time goes by in the film: a picture may stand in it for as long as its maker wanted."""
        if self._watchdog.isActive() and self.image is not None:
            self._watchdog.start()

    @Slot(QMediaPlayer.MediaStatus)
    def _status(self, status: QMediaPlayer.MediaStatus) -> None:
        """The last picture stays until the page goes on."""
        if status is QMediaPlayer.MediaStatus.EndOfMedia and self._visible:
            self._ended = True
            self._watchdog.stop()

    @Slot()
    def _hangs(self) -> None:
        self._halt()
        self._give_up()

    @Slot(QMediaPlayer.Error, str)
    def _failed(self, _error: QMediaPlayer.Error, _text: str) -> None:
        self._give_up()

    def _give_up(self) -> None:
        film = self._film
        if film is not None:
            self._watchdog.stop()
            self._unreadable(film, WorldError(UNREADABLE, "A film cannot be played.", "Replace it."))
