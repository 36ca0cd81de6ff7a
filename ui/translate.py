"""The language a front speaks now. Owns the switch; the texts are ``kiosk.phrases``' own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from kiosk.errors import ReceptionError
from kiosk.phrases import FALLBACK, LANGUAGES, Phrases


class Translator(QObject):
    """One per front. Views read texts through it and render again on ``changed``. GUI thread."""

    changed = Signal()

    def __init__(self, language: str = FALLBACK, *, strict: bool = False) -> None:
        super().__init__()
        self._phrases = {name: Phrases(name, strict=strict) for name in LANGUAGES}
        self._language = language

    @property
    def language(self) -> str:
        """``zh_CN`` or ``en``."""
        return self._language

    def speak(self, language: str) -> None:
        """Change the language; ``changed`` is emitted when it is another one."""
        if language != self._language:
            self._language = language
            self.changed.emit()

    def tr(self, key: str, **params: object) -> str:  # type: ignore[override]
        """The text of ``key`` in the present language."""
        return self._phrases[self._language].text(key, **params)

    def explain(self, error: ReceptionError) -> str:
        """The sentence for an error in the present language."""
        return self._phrases[self._language].explain(error)
