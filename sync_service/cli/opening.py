"""Opening a school for a command: settings, log file, Django, the place of the books."""

from __future__ import annotations

import logging
import os
import tempfile
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from sync_service.config import Config, load

if TYPE_CHECKING:
    from sync_service.usecases.workspace import Workspace

LOG_FILE = "journal.log"
MAX_LOG_BYTES = 5_000_000


def set_up(path: Path) -> Config:
    """Load the settings and make Django ready; raises ConfigError with all mistakes at once."""
    config = load(path)
    os.environ["JOURNAL_CONFIG"] = str(config.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sync_service.settings"
    _log_to(config.log.folder)
    import django  # noqa: PLC0415 - settings are known only now

    django.setup()
    return config


def open_school(path: Path, *, migrate: bool = True) -> Workspace:
    """A workspace on the school of this settings file, its database brought up to date."""
    config = set_up(path)
    from sync_service.usecases.database import migrate_database  # noqa: PLC0415
    from sync_service.usecases.opening import open_workspace  # noqa: PLC0415

    if migrate:
        migrate_database()
    return open_workspace(config)


def _log_to(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / LOG_FILE, maxBytes=MAX_LOG_BYTES, backupCount=5, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    for old in [known for known in root.handlers if isinstance(known, RotatingFileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def log_crash(error: Exception) -> Path:
    """Write a traceback where the administrator finds it; returns the file."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, RotatingFileHandler):
            logging.getLogger("journal").error("command failed", exc_info=error)
            return Path(handler.baseFilename)
    path = Path(tempfile.gettempdir()) / f"journal-{datetime.now(UTC):%Y%m%d-%H%M%S}.log"
    path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return path
