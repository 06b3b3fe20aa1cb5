"""`python -m tests.google_emulator`: the emulator for people who want to look. Ends with Ctrl+C."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from tests.google_emulator.server import Emulator


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.google_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="where to listen on 127.0.0.1; 0 is any free port")
    parser.add_argument("--folder", type=Path, help="where the state is kept between runs; without it, nowhere")
    parser.add_argument("--key-file", type=Path, help="write a key of the owner of the books here")
    parser.add_argument("--no-quota", action="store_true", help="do not count calls a minute")
    given = parser.parse_args()
    ends = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ends.set())
    with Emulator(port=given.port, folder=given.folder) as google:
        google.quota.on = not given.no_quota
        if given.key_file:
            given.key_file.write_text(json.dumps(google.authorized_user(google.owner)), encoding="utf-8")
        sys.stdout.write(f"Имитация Google: {google.url}/ — книги; остановить: Ctrl+C\n")
        sys.stdout.flush()
        try:
            ends.wait()
        except KeyboardInterrupt:
            sys.stdout.write("\n")


if __name__ == "__main__":
    main()
