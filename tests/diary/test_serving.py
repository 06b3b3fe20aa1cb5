"""The server: answers on a free port, tells a taken one, stops at once and may be stopped again."""

import urllib.request

import pytest

from sync_service.diary.serving import Server, serve


def test_it_serves_pages_and_static_files_and_stops():
    told = []
    server = serve("127.0.0.1", 0, on_ready=told.append)
    try:
        assert told == [server.address]
        with urllib.request.urlopen(f"{server.address}/login/", timeout=10) as page:
            assert "Школьный дневник" in page.read().decode()
            assert page.headers["Cache-Control"] == "private, no-store"
        with urllib.request.urlopen(f"{server.address}/static/diary/diary.css", timeout=10) as style:
            assert style.headers["Content-Type"].startswith("text/css")
    finally:
        server.stop()
    assert server.wait(0)
    server.stop()
    with pytest.raises(OSError):
        urllib.request.urlopen(f"{server.address}/login/", timeout=5)


def test_a_taken_port_is_told_before_anything_runs():
    first = serve("127.0.0.1", 0)
    try:
        with pytest.raises(OSError, match=r"in use|10048"):
            Server("127.0.0.1", first.port)
    finally:
        first.stop()


def test_a_server_that_never_started_can_be_stopped():
    server = Server("127.0.0.1", 0)
    server.stop()
    assert server.wait(0)
