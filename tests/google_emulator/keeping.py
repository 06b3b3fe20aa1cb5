"""A state that outlives its process: pickled into a folder a moment after a change, replaced whole."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path

from tests.google_emulator.state import State

PAUSE = 2.0  # seconds: changes that follow each other are written together


class Keeper:
    """Writes the state in a thread of its own. The file is the emulator's own: nobody else's pickle is ever read."""

    def __init__(self, state: State, folder: Path) -> None:
        self._state, self._file = state, folder / "google.pickle"
        self._changed, self._ends = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="google-keeper", daemon=True)
        folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def changed(self) -> None:
        self._changed.set()

    def stop(self) -> None:
        """Write what has not been written yet."""
        self._ends.set()
        self._changed.set()
        self._thread.join()

    def _run(self) -> None:
        ends = False
        while not ends:
            self._changed.wait()
            ends = self._ends.wait(PAUSE)  # asked before the state is read: a change after that is written again
            self._changed.clear()
            with self._state.lock:
                content = pickle.dumps(self._state, pickle.HIGHEST_PROTOCOL)
            fresh = self._file.with_suffix(".new")
            fresh.write_bytes(content)
            fresh.replace(self._file)


def kept(folder: Path) -> State | None:
    """The state that an earlier process left there."""
    file = folder / "google.pickle"
    if not file.exists():
        return None
    state = pickle.loads(file.read_bytes())
    assert isinstance(state, State)
    return state
