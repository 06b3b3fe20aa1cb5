"""A school from nothing: settings, folders, an empty school book."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from sync_service.books.render.school import render_school
from sync_service.domain.policy import Policy
from sync_service.usecases.composition import school_book_id
from sync_service.usecases.workspace import NeedsHuman, Workspace

DEMO_MARKER = ".demo"  # only a folder that the demo made itself is ever cleared by it
SETTINGS = """# Настройки службы журнала. Пути считаются от папки этого файла; все ключи — в config/school.example.toml.
# Правила школы (сроки, пороги, веса) — не здесь, а на вкладке «Правила» книги «Школа».

[school]
title = "{title}"
code = "{code}"
time_zone = "Europe/Moscow"

[database]
url = "{database}"

[backup]
places = ["media-a", "media-b"]  # замените на папки двух внешних носителей
"""

IN_GOOGLE = """
[books]
backend = "google"

[google]
credentials = "{credentials}"
api = "{api}"
writes_per_minute = 300
reads_per_minute = 300
"""


class GoogleSettings(NamedTuple):
    """Journals in Google instead of the folder: the key's file, and the address of an emulator."""

    credentials: str
    api: str


def write_settings(
    path: Path,
    *,
    title: str,
    code: str = "school",
    database: str = "sqlite:journal.sqlite3",
    google: GoogleSettings | None = None,
) -> None:
    """A new settings file; never replaces one."""
    if path.exists():
        raise NeedsHuman(f"Файл {path} уже есть и не тронут. Чтобы начать заново, укажите другую папку.")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = SETTINGS.format(title=title.replace('"', "'"), code=code, database=database)
    path.write_text(text + (IN_GOOGLE.format(**google._asdict()) if google else ""), encoding="utf-8")


def clear_demo(folder: Path) -> None:
    """Make room for a new demo; refuses a folder that holds anything the demo did not make."""
    if (folder / DEMO_MARKER).exists():
        shutil.rmtree(folder)
    if folder.exists() and any(folder.iterdir()):
        raise NeedsHuman(f"Папка {folder} не пуста и построена не показом. Укажите другую: --folder ПАПКА.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DEMO_MARKER).touch()


def write_school_book(workspace: Workspace) -> str:
    """An empty school book ready to fill; returns its name. Raises SourceError if there is one already."""
    folder = workspace.config.books.folder
    folder.mkdir(parents=True, exist_ok=True)
    start = workspace.today.year if workspace.today.month > 5 else workspace.today.year - 1
    content = render_school(school_book_id(f"{start}"), None, Policy())
    return workspace.source.create("Школа.xlsx", content)


def make_places(workspace: Workspace) -> list[Path]:
    """Folders of the backup media where they lie inside the school's own folder (the demo); disks are never made."""
    made = []
    for place in workspace.config.backup.places:
        if workspace.config.home in place.parents and not place.exists():
            place.mkdir()
            made.append(place)
    return made
