"""A line between hall and server that breaks on command. Speaks TLS with the server's own certificate on both sides.

Faults are used up one per request, in order; with none left the line is clean. Every request is remembered.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from sync.server.run import CentralServer


class Fault:
    """Base of all faults; ``only`` restricts it to requests whose path contains the word."""

    only = ""


@dataclass
class CutReply(Fault):
    """The server commits and answers; the answer never arrives."""

    only: str = "/events"


@dataclass
class CutRequest(Fault):
    """Only a fraction of the body reaches the server."""

    fraction: float
    only: str = "/events"


@dataclass
class BlackHole(Fault):
    """Takes the request and says nothing."""

    only: str = ""


@dataclass
class Answer(Fault):
    """Answers by itself: captive portal, busy gateway, proxy login."""

    status: int
    body: bytes = b"<html>please sign in</html>"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),)
    only: str = ""


@dataclass
class Replay(Fault):
    """Delivers the request several times; the last answer counts."""

    times: int
    only: str = "/events"


class FaultProxy:
    """Use as a context manager; ``url`` is what the client is told."""

    def __init__(self, server: CentralServer, *faults: Fault) -> None:
        self.faults: deque[Fault] = deque(faults)
        self.requests: list[tuple[str, str, bytes]] = []
        self.quiet = threading.Event()
        upstream = urlsplit(server.url)
        self._upstream = (upstream.hostname or "", upstream.port or 0)
        self._trust = ssl.create_default_context(cafile=str(server.certificate.cert))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server.certificate.cert, server.certificate.key)
        self._httpd = _Server(("127.0.0.1", 0), self, context)
        self.url = f"https://localhost:{self._httpd.server_port}"
        self._thread = threading.Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.quiet.set()
        self._httpd.shutdown()
        self._thread.join()
        self._httpd.server_close()

    def take(self, path: str) -> Fault | None:
        if self.faults and self.faults[0].only in path:
            return self.faults.popleft()
        return None

    def forward(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        line = http.client.HTTPSConnection(*self._upstream, context=self._trust, timeout=30)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            line.close()

    def forward_part(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        """Send what there is of a body that promised to be longer, then hang up."""
        with (
            socket.create_connection(self._upstream, 30) as plain,
            self._trust.wrap_socket(plain, server_hostname="localhost") as line,
        ):
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            line.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, address: tuple[str, int], proxy: FaultProxy, context: ssl.SSLContext) -> None:
        super().__init__(address, _Handler)
        self.proxy = proxy
        self._context = context

    def finish_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        try:
            with self._context.wrap_socket(request, server_side=True) as secure:
                secure.settimeout(30)
                super().finish_request(secure, client_address)  # type: ignore[arg-type]
        except OSError:
            return  # the client hung up

    def handle_error(self, request: object, client_address: object) -> None:
        return


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        return

    def _serve(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        proxy.requests.append((self.command, self.path, body))
        self.close_connection = True
        match proxy.take(self.path):
            case CutReply():
                proxy.forward(self.command, self.path, headers, body)
            case CutRequest(fraction=fraction):
                proxy.forward_part(self.command, self.path, headers, body[: int(len(body) * fraction)])
            case BlackHole():
                proxy.quiet.wait(30)
            case Answer(status=status, body=text, headers=extra):
                self._answer(status, list(extra), text)
            case Replay(times=times):
                for _ in range(times - 1):
                    proxy.forward(self.command, self.path, headers, body)
                self._answer(*proxy.forward(self.command, self.path, headers, body))
            case _:
                self._answer(*proxy.forward(self.command, self.path, headers, body))

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
