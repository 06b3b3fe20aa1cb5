"""Holds: changes that wait for a human, who looks at what would happen, then releases by name or asks the teacher."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from sync_service.books.source import SourceError
from sync_service.domain.problems import Code, Place, Problem, message
from sync_service.reconcile.planned import TabPlan
from sync_service.records import queries, sync_state
from sync_service.records.sync_state import Hold
from sync_service.usecases import composition
from sync_service.usecases.planning import plan_book
from sync_service.usecases.workspace import NeedsHuman, Workspace


def sentence(hold: Hold) -> str:
    """Why a hold stands, as people read it."""
    return message(Problem(Code(hold.code), Place(hold.title), detail=hold.detail))


def find(hold_id: int) -> Hold:
    """An open hold by number; raises NeedsHuman if there is none."""
    for hold in sync_state.holds():
        if hold.id == hold_id:
            return hold
    raise NeedsHuman(f"Задержки № {hold_id} среди открытых нет. Список: «journal hold list».")


def would_change(workspace: Workspace, hold: Hold) -> TabPlan:
    """What releasing the hold would do now: the plan that the guard withholds.

    Raises NeedsHuman if it cannot be told."""
    directory = queries.directory()
    state = sync_state.book_states().get(hold.book)
    if directory is None or state is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    spec = next(
        spec for spec in composition.journal_books(directory, workspace.config.books.per) if spec.book == hold.book
    )
    try:
        fetched = workspace.source.fetch(state.ref)
    except SourceError as error:
        raise NeedsHuman(str(error)) from error
    planned = plan_book(workspace, directory, spec, fetched, state, everything=True, released={hold.tab: hold.digest})
    return next(plan for plan in planned.plans if plan.tab == hold.tab)


@transaction.atomic
def release(workspace: Workspace, hold: Hold, *, by: str, reason: str) -> None:
    """Let exactly the content that was refused through at the next pass; who and why goes into the ledger."""
    if not by.strip() or not reason.strip():
        raise NeedsHuman("Укажите, кто снимает задержку и почему: --by «Иванова А. П.» --reason «…».")
    if not would_change(workspace, hold).changes:
        raise NeedsHuman(
            f"Во вкладке «{hold.title}» снимать нечего: её содержимое пропало или повреждено. "
            "Верните вкладку в самой книге (журнал версий, папка versions), и задержка снимется сама."
        )
    sync_state.release_hold(hold.id, by=by, reason=reason, at=workspace.clock())
    state = sync_state.book_states()[hold.book]
    sync_state.save_book(replace(state, version="", tab_versions={}))
