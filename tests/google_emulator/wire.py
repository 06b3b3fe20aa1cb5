"""HTTP/1.1 on loopback: bytes to a Request, an Answer to bytes, and the ways in which a connection goes wrong.

Headers and body leave in one write. What is answered is decided elsewhere."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from tests.google_emulator.clock import Clock

WORTH_ZIPPING = 1024  # bytes


@dataclass(frozen=True)
class Request:
    """`target` is what stood in the request line, split and not decoded."""

    method: str
    target: SplitResult
    headers: Mapping[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.target.query, keep_blank_values=True)

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Answer:
    """`broken` is "" for a whole answer, «reset» for none, «half» for one that breaks off."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    broken: str = ""


class Server(ThreadingHTTPServer):
    """Serves `answer` until closed; closing ends the connections that clients keep open."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answer: Callable[[Request], Answer], clock: Clock) -> None:
        self.answer, self.clock = answer, clock
        self._open: dict[socket.socket, threading.Thread] = {}
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        """Without looking up the machine's name, which may take seconds."""
        socket.socket.setsockopt(self.socket, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients hang up when they like; anything else was answered as an error already."""

    def server_close(self) -> None:
        super().server_close()
        with self._guard:
            left = dict(self._open)
        for connection in left:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # gone already
        for thread in left.values():
            thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # collected, and sent whole when a request is done
    server: Server

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # where the next request begins is not known
            self._send(Answer(400, b'{"error": {"code": 400, "message": "The emulator wants a Content-Length."}}'))
            return
        body = self.rfile.read(int(length))
        self._send(self.server.answer(Request(self.command, urlsplit(self.path), self.headers, body)))

    def __getattr__(self, name: str) -> Any:
        """Every method is answered, if only with a refusal."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _send(self, answer: Answer) -> None:
        if answer.broken == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        body, headers = answer.body, dict(answer.headers)
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > WORTH_ZIPPING:
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Date: {format_datetime(self.server.clock.told(), usegmt=True)}",
            "Server: ESF",
            "Vary: Origin, X-Origin, Referer",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        if answer.status != HTTPStatus.NO_CONTENT:
            lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(body)}"]
        if answer.broken == "half":
            body = body[: len(body) // 2]
            self.close_connection = True
        if self.command == "HEAD":
            body = b""
        self.wfile.write("\r\n".join([*lines, "\r\n"]).encode("latin-1") + body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """The calls are logged by the emulator."""
