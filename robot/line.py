"""The line to a broker: what dispatcher and robots need of one, and MQTT 3.1.1 by paho. The only user of paho."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

_log = logging.getLogger(__name__)

KEEP_ALIVE_S = 10
RETRY_S = (1, 10)
PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Message:
    """Something heard. ``retained``: it was said before we listened, and may be long ago."""

    topic: str
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says, retained, when this end falls silent."""

    topic: str
    payload: bytes


Hear = Callable[[Message], None]


class Line(Protocol):
    """One end. What is said while the broker is away is sent when it is back, in order (at least once, QoS 1)."""

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""

    def open(self) -> None:
        """Begin to connect, and go on trying; returns at once."""

    def subscribe(self, topic: str) -> None:
        """Hear ``topic`` (``+`` for any one word), also after every new connection."""

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send; returns at once."""

    def drop(self) -> None:
        """Break off without a goodbye, as a machine whose power fails: the broker speaks the will."""

    def close(self) -> None:
        """Say goodbye and end."""


Connect = Callable[[str, Will | None, Hear], Line]
"""Makes a line: the client's name, its will, and who hears (on the line's own thread, so it must be quick)."""


class MqttLine:
    """A line over TCP or TLS; the network has a thread of its own."""

    def __init__(self, url: str, name: str, will: Will | None, hear: Hear, password: str = "") -> None:
        """``url``: mqtt://[user@]host[:port], or mqtts:// with the certificates this machine trusts."""
        place = urlsplit(url)
        self._host, self._port = place.hostname or "", place.port or PORTS[place.scheme]
        self._hear, self._topics = hear, list[str]()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        self._client.reconnect_delay_set(*RETRY_S)
        self._client.on_connect = self._connected
        self._client.on_message = self._heard
        if place.username:
            self._client.username_pw_set(place.username, password or None)
        if place.scheme == "mqtts":
            self._client.tls_set(cert_reqs=ssl.CERT_REQUIRED)
        if will is not None:
            self._client.will_set(will.topic, will.payload, qos=1, retain=True)

    @property
    def connected(self) -> bool:
        return bool(self._client.is_connected())

    def open(self) -> None:
        self._client.connect_async(self._host, self._port, keepalive=KEEP_ALIVE_S)
        self._client.loop_start()

    def subscribe(self, topic: str) -> None:
        self._topics.append(topic)
        if self.connected:
            self._client.subscribe(topic, qos=1)

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain)

    def drop(self) -> None:
        socket = self._client.socket()
        self._client.loop_stop()
        if socket is not None:
            socket.close()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(self, client: mqtt.Client, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            _log.warning("the robot's broker refused: %s", code)
        for topic in () if code.is_failure else self._topics:
            client.subscribe(topic, qos=1)

    def _heard(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._hear(Message(message.topic, bytes(message.payload), bool(message.retain)))
