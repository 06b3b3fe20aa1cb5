"""A school whose journals are spreadsheets at an emulator of Google; it runs as tests.jobs.running_school runs it.

    python -m tests.jobs.google_school FOLDER URL    settings, books, database; the key FOLDER/google.json is there
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.jobs.running_school import OFTEN, SETTINGS

CLASSES, COURSES, PUPILS = 5, 10, 3
IN_GOOGLE = """
[books]
backend = "google"

[google]
credentials = "google.json"
api = "{url}"
"""


def make(folder: Path, url: str) -> None:
    from sync_service.cli.opening import open_school  # noqa: PLC0415 - Django is set up by the settings made here
    from sync_service.usecases.setup import make_places, write_settings  # noqa: PLC0415

    settings = folder / SETTINGS
    write_settings(settings, title="Школа № 0")
    more = OFTEN + IN_GOOGLE.format(url=url)
    settings.write_text(settings.read_text(encoding="utf-8") + more, encoding="utf-8")
    workspace = open_school(settings)
    from sync_service.usecases.provision import provision  # noqa: PLC0415
    from tests.usecases.conftest import office_books  # noqa: PLC0415
    from tests.usecases.many_classes import many_classes  # noqa: PLC0415

    workspace.config.books.folder.mkdir()
    make_places(workspace)
    office_books(workspace, many_classes(CLASSES, COURSES, PUPILS))
    done = provision(workspace)
    assert (done.problems, done.troubles) == ([], [])


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
