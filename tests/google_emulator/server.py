"""The emulator: its address, what each path leads to, faults and quota on the way, and a hand for tests.

    with Emulator() as google:
        key = google.service_account("robot@journal.example")   # for google-auth; its token_uri is here
        book = google.add_book("9А Журнал", xlsx, owner="owner@school.example", writers=["ivanova@school.example"])
        google.faults.add("503", times=3, kinds="sheets-read")
        google.type(book, "Математика", "F6", "5", by="ivanova@school.example")
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from sync_service.reconcile.sheet import At
from tests.google_emulator import control, drive, oauth, page
from tests.google_emulator.answering import Api, error_answer, not_understood
from tests.google_emulator.clock import Clock
from tests.google_emulator.driveaccess import FOLDER, SPREADSHEET, losing
from tests.google_emulator.drivesharing import give
from tests.google_emulator.keeping import Keeper, kept
from tests.google_emulator.state import ApiError, Call, Json, Sheet, Spreadsheet, State
from tests.google_emulator.wire import Answer, Request, Server


class Emulator(Api):
    """Google on loopback. `folder` keeps the state between processes; `owner` is whom the consent page takes its
    visitor for. `state.lock` is to be held by who looks into the state while calls come in."""

    def __init__(
        self, state: State | None = None, clock: Clock | None = None, folder: Path | None = None, port: int = 0,
        owner: str = "owner@school.example",
    ) -> None:  # fmt: skip
        super().__init__(state or (kept(folder) if folder else None) or State(), clock or Clock(), owner)
        self.url = ""
        self._port, self._folder = port, folder
        self._keeper: Keeper | None = None

    # --- running

    def start(self) -> Self:
        self.stopped.clear()
        self._keeper = Keeper(self.state, self._folder) if self._folder else None
        self._server = Server(self._port, self.serve, self.clock)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="google", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._keeper:
            self._keeper.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def serve(self, request: Request) -> Answer:
        """Any request whatever: API, control or page. Never an exception."""
        path = request.target.path
        try:
            if self.knows(path):
                answer = self.answer(request)
            elif path.startswith("/emulator/"):
                answer = control.answer(self, request)
            else:
                answer = page.answer(self, request)
        except ApiError as error:
            answer = error_answer(error, "drive")
        except Exception as error:
            answer = error_answer(not_understood(error), "drive")
        if request.method != "GET":
            self._changed()
        return answer

    # --- for tests: people, books, hands

    def service_account(self, email: str) -> Json:
        with self.state.lock:
            return oauth.service_account(self.state, self.url, email)

    def authorized_user(self, email: str) -> Json:
        with self.state.lock:
            return oauth.authorized_user(self.state, self.url, email)

    def client_secrets(self) -> Json:
        return oauth.client_secrets(self.url)

    def revoke(self, email: str) -> None:
        """Every token of theirs is void; new ones are refused."""
        with self.state.lock:
            oauth.revoke(self.state, email)

    def restore(self, email: str) -> None:
        with self.state.lock:
            oauth.restore(self.state, email)

    def no_account(self, email: str) -> None:
        """An address that Google does not know: sharing with it needs a notification."""
        self.state.without_account.add(email)

    def add_book(self, title: str, content: bytes = b"", owner: str = "", writers: Iterable[str] = ()) -> str:
        """A spreadsheet made of an .xlsx, or an empty one; its id. The service account check does not apply."""
        from tests.google_emulator import conversion  # noqa: PLC0415 - openpyxl is slow to load

        with self.state.lock:
            call = self._call_of(owner or self.owner)
            file_id = drive.new_id(self.state)
            spreadsheet = conversion.from_xlsx(content, file_id, title) if content else None
            file = drive.add_file(self.state, call, title, SPREADSHEET, [], spreadsheet, file_id)
            for each in writers:
                give(self.state, call, file, {"type": "user", "role": "writer", "emailAddress": each})
        self._changed()
        return file_id

    def add_folder(self, name: str, owner: str = "", *, shared_drive: bool = False) -> str:
        """A folder of a person, or a shared drive of which the person is the organizer; its id."""
        with self.state.lock:
            call = self._call_of(owner or self.owner)
            folder = drive.add_file(self.state, call, name, FOLDER, [])
            if shared_drive:
                folder.shared_drive, folder.owner, folder.parents = True, "", []
                folder.permissions[0]["role"] = "organizer"
        self._changed()
        return folder.id

    def share(self, file_id: str, email: str, role: str = "writer") -> None:
        with self.state.lock:
            file = self.state.files[file_id]
            give(self.state, self._call_of(self.owner), file, {"type": "user", "role": role, "emailAddress": email})
        self._changed()

    def unshare(self, file_id: str, email: str) -> None:
        """The person's own permission to the file is taken away."""
        with self.state.lock:
            file, call = self.state.files[file_id], self._call_of(self.owner)
            with losing(self.state, call, file_id):
                file.permissions = [each for each in file.permissions if each.get("emailAddress") != email]
            self.state.stir(file_id, call.caller, call.now)
        self._changed()

    def trash(self, file_id: str, *, trashed: bool = True) -> None:
        with self.state.lock:
            self.state.files[file_id].trashed = trashed
            self.state.stir(file_id, self.owner, self.clock.now())
        self._changed()

    def spreadsheet(self, file_id: str) -> Spreadsheet:
        spreadsheet = self.state.files[file_id].spreadsheet
        assert spreadsheet is not None, f"{file_id} is no spreadsheet"
        return spreadsheet

    def tab(self, file_id: str, title: str) -> Sheet:
        return next(each for each in self.spreadsheet(file_id).sheets if each.title == title)

    def type(self, file_id: str, tab: str, a1: str, text: str, by: str) -> None:
        """What a person does: click a cell, type, Enter. Raises ApiError where Google would refuse."""
        from tests.google_emulator import sheets  # noqa: PLC0415 - the two sides know each other

        with self.state.lock:
            sheet = self.tab(file_id, tab)
            sheets.type_into(self.state, file_id, sheet.id, *parsed_a1(a1), text, by, self.clock.now())
        self._changed()

    def shown(self, file_id: str, tab: str, a1: str) -> str:
        """What a person sees in a cell."""
        from tests.google_emulator import sheets  # noqa: PLC0415 - the two sides know each other

        with self.state.lock:
            return sheets.shown(self.spreadsheet(file_id), self.tab(file_id, tab), *parsed_a1(a1))[1]

    def note(self, file_id: str, tab: str, a1: str) -> str:
        with self.state.lock:
            cell = self.tab(file_id, tab).cells.get(parsed_a1(a1))
            return cell.note if cell else ""

    def count(self, *kinds: str, since: int = 0) -> int:
        """How many calls of these kinds (of all without any) were answered after the first `since`."""
        return sum(1 for each in self.calls[since:] if not kinds or each.kind in kinds)

    def _call_of(self, email: str) -> Call:
        return Call("", (), "", {}, None, email, self.clock.now())

    def _changed(self) -> None:
        if self._keeper:
            self._keeper.changed()


def parsed_a1(a1: str) -> tuple[int, int]:
    """«F6» to row and column from 0."""
    at = At.parse(a1)
    return at.row - 1, at.column - 1
