"""The deputy's monthly workbook."""

from __future__ import annotations

import calendar
import os
from datetime import date, timedelta
from pathlib import Path

from sync_service.domain.school import Directory, SchoolYear
from sync_service.records import queries
from sync_service.reports.monthly import build_monthly
from sync_service.usecases.workspace import NeedsHuman, Workspace

MONTHLY = "monthly.xlsx"


def month_span(month: str) -> tuple[date, date]:
    """First and last day of «2026-10»; raises NeedsHuman for anything else."""
    try:
        year, number = (int(part) for part in month.split("-"))
        return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    except ValueError:
        raise NeedsHuman(f"Месяц «{month}» не понят. Напишите год и месяц, например 2026-10.") from None


def school_in(month: str, *, summer: bool = False) -> Directory:
    """The school in the year of a month, as the record knows it; raises NeedsHuman before it is set up and for a month
    outside the year, or with `summer` in nobody's summer after one."""
    start, end = month_span(month)
    directory = queries.directory(end)
    if directory is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    if end < directory.year.start or start > _end(directory.year, summer=summer):
        raise NeedsHuman(
            f"Месяц {month} вне учебного года {directory.year.title} "
            f"({directory.year.start:%d.%m.%Y} — {directory.year.end:%d.%m.%Y})."
        )
    return directory


def _end(year: SchoolYear, *, summer: bool) -> date:
    return year.start.replace(year=year.start.year + 1) - timedelta(days=1) if summer else year.end


def write_report(workspace: Workspace, month: str, school_class: str | None = None) -> Path:
    """Make the workbook of a month, for the school or one class, in the folder of reports; returns its path."""
    start, end = month_span(month)
    directory = school_in(month)
    known = [known_class.code for known_class in directory.classes]
    if school_class is not None and school_class not in known:
        raise NeedsHuman(f"Класса «{school_class}» в школе нет. Есть: {', '.join(known)}.")
    facts = queries.span_facts(start, end, workspace.today, None if school_class is None else [school_class])
    content = build_monthly(facts, queries.policy(end), template(workspace))
    name = f"Отчёт {month}{f' {school_class}' if school_class else ''}.xlsx"
    return publish(workspace.config.reports.folder / name, content)


def template(workspace: Workspace, name: str = MONTHLY) -> Path:
    """The school's own copy of a template where it has one, else the shipped one. Raises NeedsHuman if it is gone."""
    own = workspace.config.reports.templates
    package = Path(__file__).parents[1]
    shipped = [package / "templates_xlsx", package.parent / "templates_xlsx"]  # installed; in a checkout
    for folder in [*([own] if own else []), *shipped]:
        if (folder / name).is_file():
            return folder / name
    raise NeedsHuman(f"Нет шаблона отчёта {name} в папке {own or shipped[-1]}. Верните его из поставки программы.")


def publish(path: Path, content: bytes) -> Path:
    """Whole or not at all: a report that is open in Excel stays as it is and the sentence says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except PermissionError as error:
        temporary.unlink(missing_ok=True)
        raise NeedsHuman(f"Отчёт {path} не записать: файл открыт или нет прав. Закройте его и повторите.") from error
    return path
