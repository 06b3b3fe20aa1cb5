"""A small school that runs as `journal run` runs it, but by a clock that a test can set.

    python -m tests.jobs.running_school make FOLDER    settings, books, database
    python -m tests.jobs.running_school run FOLDER     the daemon; tells the diary's address in its first line

FOLDER/clock holds how many seconds the school's clock is ahead of the computer's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

SETTINGS, CLOCK = "school.toml", "clock"
OFTEN = """
[sync]
every_seconds = 2
settle_seconds = 0
annotate_every_minutes = 0
"""


def set_clock(folder: Path, now: datetime) -> None:
    """Let it be `now` (aware) in the school; from then on its clock goes as clocks do."""
    draft = folder / f"{CLOCK}.draft"
    draft.write_text(str((now - datetime.now(UTC)).total_seconds()))
    draft.replace(folder / CLOCK)


def clock_of(folder: Path) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(seconds=float((folder / CLOCK).read_text()))


def make(folder: Path) -> None:
    from sync_service.cli.opening import open_school  # noqa: PLC0415 - Django is set up by the settings made here
    from sync_service.usecases.setup import make_places, write_settings  # noqa: PLC0415

    settings = folder / SETTINGS
    write_settings(settings, title="Школа № 0")
    settings.write_text(settings.read_text(encoding="utf-8") + OFTEN, encoding="utf-8")
    workspace = open_school(settings)
    from sync_service.usecases.provision import provision  # noqa: PLC0415
    from tests.school import small_school  # noqa: PLC0415
    from tests.usecases.conftest import office_books  # noqa: PLC0415

    workspace.config.books.folder.mkdir()
    make_places(workspace)
    office_books(workspace, small_school())
    done = provision(workspace)
    assert (done.problems, done.troubles) == ([], [])


def run(folder: Path) -> int:
    from sync_service.cli.opening import open_school  # noqa: PLC0415

    config = open_school(folder / SETTINGS).config
    from sync_service.diary.serving import Server  # noqa: PLC0415
    from sync_service.jobs.lock import single_instance  # noqa: PLC0415
    from sync_service.jobs.work import make_daemon  # noqa: PLC0415
    from sync_service.usecases.opening import open_workspace  # noqa: PLC0415

    def diary() -> Server:
        server = Server("127.0.0.1", 0)
        print(server.address, flush=True)  # noqa: T201 - read by the test
        return server

    with single_instance(config.home, "journal run"):
        return make_daemon(open_workspace(config, clock=clock_of(folder)), diary).run()


if __name__ == "__main__":
    sys.exit({"make": make, "run": run}[sys.argv[1]](Path(sys.argv[2])))
