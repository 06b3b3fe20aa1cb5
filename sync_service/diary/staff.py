"""The first page of staff: how fresh each book is, what waits for a human, and the diaries one may open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sync_service.accounts.models import Account
from sync_service.diary.viewing import visible_to_staff
from sync_service.domain.problems import Code, Place, Problem, message
from sync_service.domain.school import Pupil
from sync_service.records import sync_state
from sync_service.records.sync_state import Hold


@dataclass(frozen=True, slots=True)
class BookLine:
    name: str
    read_at: datetime | None
    problems: int
    trouble: str
    waiting: bool


@dataclass(frozen=True, slots=True)
class HoldLine:
    number: int
    book: str
    sentence: str
    since: datetime


def status(request: HttpRequest) -> HttpResponse:
    """Asked by `pages.home` for an account of the staff that has been let in."""
    account: Account = request.user
    states = sync_state.book_states()
    books = [
        BookLine(
            state.name.removesuffix(".xlsx"),
            state.read_at,
            len(sync_state.standing_problems(state.book)),
            state.trouble,
            state.waiting,
        )
        for state in sorted(states.values(), key=lambda state: state.name)
    ]
    names = {book: state.name.removesuffix(".xlsx") for book, state in states.items()}
    waiting = [
        HoldLine(hold.id, names.get(hold.book, hold.book), _sentence(hold), hold.opened_at)
        for hold in sync_state.holds()
    ]
    pupils = visible_to_staff(account, timezone.localdate())
    by_class: dict[str, list[Pupil]] = defaultdict(list)
    for pupil in pupils:
        by_class[pupil.school_class].append(pupil)
    page = {"account": account, "books": books, "holds": waiting, "by_class": sorted(by_class.items())}
    return render(request, "diary/staff.html", page)


def _sentence(hold: Hold) -> str:
    return message(Problem(Code(hold.code), Place(hold.title), detail=hold.detail))
