"""The diary as a server: waitress around Django. Static files come from whitenoise, named in the settings."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import waitress
from django.core.wsgi import get_wsgi_application
from waitress import wasyncore

THREADS = 8  # a page takes milliseconds, a password check a tenth of a second
LOOK_UP_SECONDS = 0.3  # how often the loop looks whether it shall stop
STOP_SECONDS = 5.0  # what running requests get to end


class Server:
    """One diary on one address. The constructor binds the socket, so that a taken port is an OSError where it
    can be told to a person; `start()` returns at once; `stop()` lets running requests end, also when repeated."""

    def __init__(self, host: str, port: int) -> None:
        listening = _listen(host, port)
        self.host, self.port = host, int(listening.getsockname()[1])
        self._sockets: dict[int, Any] = {}
        self._server = waitress.create_server(
            get_wsgi_application(),
            map=self._sockets,
            sockets=[listening],
            threads=THREADS,
            ident="journal",
            clear_untrusted_proxy_headers=True,
        )
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """«http://127.0.0.1:8080», with the port really taken where 0 was asked for"""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="diary", daemon=True)
            self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Until somebody stops it, or for so many seconds; true if it has stopped."""
        return self._stopping.wait(seconds)

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is None:
            self._close()
        elif self._thread is not threading.current_thread():
            self._thread.join(STOP_SECONDS + 2 * LOOK_UP_SECONDS)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                wasyncore.loop(timeout=LOOK_UP_SECONDS, map=self._sockets, count=1)
        finally:
            self._stopping.set()
            self._close()

    def _close(self) -> None:
        self._server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        wasyncore.close_all(self._sockets)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=128)


def serve(host: str, port: int, *, on_ready: Callable[[str], None] | None = None) -> Server:
    """A running server on a free port, whose address `on_ready` is told. OSError if the port is taken."""
    server = Server(host, port)
    server.start()
    if on_ready:
        on_ready(server.address)
    return server
