"""The teachers' timesheet of a month or of a half of it, as a file for the accountant (DOMAIN 2.10)."""

from __future__ import annotations

from pathlib import Path

from sync_service.domain.timesheet import timesheet
from sync_service.records import queries
from sync_service.reports.timesheet import MIDDLE, Form, build_timesheet
from sync_service.usecases.reporting import month_span, publish, school_in, template
from sync_service.usecases.workspace import NeedsHuman, Workspace

TEMPLATE = "timesheet.xlsx"
HALVES = {1: "1-я половина", 2: "2-я половина"}


def write_timesheet(workspace: Workspace, month: str, half: int | None = None, correction: int = 0) -> Path:
    """Make the form of «2026-10» in the folder of reports; returns its path.

    `half` is 1 (days 1-15) or 2 (from 16), None for the whole month; `correction` 0 is the first issue, a corrected one
    counts from 1 and is a file of its own. Raises NeedsHuman where that makes no sense."""
    if half is not None and half not in HALVES:
        raise NeedsHuman(f"Половины месяца две: 1 или 2, а не {half}.")
    if correction < 0:
        raise NeedsHuman("Номер корректировки — целое число: 1, 2 и так далее.")
    start, end = month_span(month)
    directory = school_in(month, summer=True)
    settings = workspace.config.timesheet
    form = Form(
        start=start.replace(day=MIDDLE + 1) if half == 2 else start,
        end=start.replace(day=MIDDLE) if half == 1 else end,
        today=workspace.today,
        correction=correction,
        unit=settings.unit,
        okpo=settings.okpo,
        codes=settings.codes,
        actual=queries.policy(end).timesheet_actual,
    )
    lines = timesheet(directory, queries.lesson_facts(start=start, end=end), start, end)
    content = build_timesheet(directory, lines, form, template(workspace, TEMPLATE))
    parts = [f"Табель {month}", HALVES.get(half or 0, ""), f"корректировка {correction}" if correction else ""]
    return publish(workspace.config.reports.folder / f"{' '.join(part for part in parts if part)}.xlsx", content)
