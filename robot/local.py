"""A broker inside this process, for the demo and for tests: it keeps, forgets and fails on command. No network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import zip_longest

from robot.line import Hear, Message, Will


class LocalBroker:
    """Topics, retained messages and wills. Thread-safe; whoever hears is called on the thread that speaks."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._retained: dict[str, bytes] = {}
        self._lines: list[LocalLine] = []
        self.up = True
        self.said: list[Message] = []
        """Everything that passed, for the eyes of a test."""

    def connect(self, name: str, will: Will | None, hear: Hear) -> LocalLine:
        """A line to this broker (``robot.line.Connect``)."""
        return LocalLine(self, will, hear)

    def cut(self) -> None:
        """The broker is gone: nobody is connected, wills stay unspoken, what was retained is lost."""
        with self._lock:
            self.up = False
            self._retained.clear()

    def mend(self) -> None:
        """It is back, as after a restart: everybody connects again and sends what waited."""
        with self._lock:
            self.up = True
            for line in tuple(self._lines):
                line.connected_again()

    def join(self, line: LocalLine) -> None:
        """A line opened."""
        with self._lock:
            self._lines.append(line)

    def leave(self, line: LocalLine) -> None:
        """A line ended."""
        with self._lock:
            if line in self._lines:
                self._lines.remove(line)

    def pass_on(self, topic: str, payload: bytes, retain: bool) -> None:
        """To everybody who listens."""
        with self._lock:
            if retain:
                self._retained[topic] = payload
            self.said.append(Message(topic, payload))
            for line in tuple(self._lines):
                line.deliver(Message(topic, payload))

    def kept(self, pattern: str) -> Iterator[Message]:
        """What was retained under ``pattern``."""
        with self._lock:
            kept = [Message(topic, payload, True) for topic, payload in self._retained.items()]
        return (message for message in kept if _fits(pattern, message.topic))


class LocalLine:
    """One end of the local broker (``robot.line.Line``)."""

    def __init__(self, broker: LocalBroker, will: Will | None, hear: Hear) -> None:
        self._broker, self._will, self._hear = broker, will, hear
        self._patterns: list[str] = []
        self._waiting: list[tuple[str, bytes, bool]] = []
        self._open = False

    @property
    def connected(self) -> bool:
        return self._open and self._broker.up

    def open(self) -> None:
        self._open = True
        self._broker.join(self)
        if self.connected:
            self.connected_again()

    def subscribe(self, topic: str) -> None:
        self._patterns.append(topic)
        if self.connected:
            self._hear_kept(topic)

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        if self.connected:
            self._broker.pass_on(topic, payload, retain)
        else:
            self._waiting.append((topic, payload, retain))

    def drop(self) -> None:
        if self.connected and self._will is not None:
            self._broker.pass_on(self._will.topic, self._will.payload, True)
        self.close()

    def close(self) -> None:
        self._open = False
        self._broker.leave(self)

    def connected_again(self) -> None:
        """Hear what was kept, say what waited."""
        for pattern in self._patterns:
            self._hear_kept(pattern)
        waiting, self._waiting = self._waiting, []
        for topic, payload, retain in waiting:
            self.say(topic, payload, retain=retain)

    def deliver(self, message: Message) -> None:
        """Something was said."""
        if any(_fits(pattern, message.topic) for pattern in self._patterns):
            self._hear(message)

    def _hear_kept(self, pattern: str) -> None:
        for message in self._broker.kept(pattern):
            self._hear(message)


def _fits(pattern: str, topic: str) -> bool:
    return all(want in (word, "+") for want, word in zip_longest(pattern.split("/"), topic.split("/")))
