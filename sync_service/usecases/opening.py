"""Opening a school: its settings as the places of its books. Nothing is read, nobody is asked before the first need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sync_service.books.google.quota import Quota
from sync_service.books.google.source import GoogleSource, Settings
from sync_service.books.places import Places
from sync_service.books.xlsx import XlsxSource
from sync_service.config import Config
from sync_service.reconcile.layout import BookKind
from sync_service.usecases.privacy import refuse_names
from sync_service.usecases.workspace import Workspace, utc_now

if TYPE_CHECKING:
    from sync_service.books.google.client import GoogleClient


def open_workspace(config: Config, clock: Callable[[], datetime] = utc_now) -> Workspace:
    files = XlsxSource(config.books.folder, versions_folder=config.books.versions)
    if config.google.credentials is None:
        return Workspace(config, files, clock)
    return Workspace(config, Places(files, google_place(config), kinds_in_google(config)), clock)


def google_place(config: Config, **of_client: Any) -> GoogleSource:
    """The school's books in Google; nobody is asked before the first need. `of_client`: settings of its client."""
    google = config.google
    of_client = {"quota": Quota(google.reads_per_minute, google.writes_per_minute), **of_client}

    def connect() -> GoogleClient:
        # a school without Google does not wait for its libraries at each command
        from sync_service.books.google.credentials import open_client  # noqa: PLC0415

        assert google.credentials is not None
        return open_client(google.credentials, api=google.api, **of_client)

    school = config.school
    return GoogleSource(
        connect,
        Settings(school.code, school.title, school.time_zone, google.folder),
        guard=None if config.privacy.names == "full" else partial(refuse_names, config),
    )


def kinds_in_google(config: Config) -> frozenset[BookKind]:
    """Of which kinds new books are made in Google."""
    if config.books.backend != "google":
        return frozenset()
    return frozenset(BookKind) if config.google.books == "all" else frozenset({BookKind.JOURNAL})
