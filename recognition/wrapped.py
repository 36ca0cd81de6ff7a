"""An engine around another one: everything is passed on, so that a wrapper states only what it changes."""

from __future__ import annotations

from recognition.types import Engine, Face, Frame, Vector


class WrappedEngine:
    """Fulfils ``Engine`` by asking ``inner``."""

    def __init__(self, inner: Engine) -> None:
        self.inner = inner

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def dim(self) -> int:
        return self.inner.dim

    @property
    def holds_interpreter_lock(self) -> bool:
        return self.inner.holds_interpreter_lock

    @property
    def models(self) -> tuple[str, ...]:
        return self.inner.models

    @property
    def agreement(self) -> float:
        return self.inner.agreement

    @property
    def crowd(self) -> int:
        return self.inner.crowd

    def load(self) -> None:
        self.inner.load()

    def detect(self, frame: Frame) -> list[Face]:
        return self.inner.detect(frame)

    def embed(self, frame: Frame, face: Face) -> Vector:
        return self.inner.embed(frame, face)
