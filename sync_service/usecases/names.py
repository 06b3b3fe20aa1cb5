"""Names in Google for people of the school: the printed key to the codes, and what the law says of each mode."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from sync_service.domain.privacy import Names
from sync_service.domain.school import Directory, Pupil
from sync_service.records import queries
from sync_service.usecases.workspace import NeedsHuman, Workspace

_TEMPLATES = Environment(
    loader=PackageLoader("sync_service.usecases"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)

RISK = (
    "{told} учеников записываются в таблицы Google, то есть в базы данных за пределами России. С 1 июля 2025 года "
    "ч. 5 ст. 18 закона 152-ФЗ (в редакции 23-ФЗ) не допускает при сборе записывать, систематизировать и хранить "
    "персональные данные граждан России в таких базах; штраф для организации по ч. 8 ст. 13.11 КоАП — до 6 млн рублей. "
    "О передаче за границу нужно ещё и заранее уведомить Роскомнадзор (ст. 12). Исключений немного; подходит ли школе "
    "хоть одно, решают директор и юрист: отвечает школа, она оператор персональных данных. "
    'Что сделать: держать журналы на сервере школы (books.backend = "files") или поставить privacy.names = "code" '
    "и напечатать ключ: journal names --class 7А. Подробнее — docs/ru/privacy.md."
)
MILDER = (
    "В таблицах Google вместо имён учеников стоят коды. Риск меньше, но не исчез: пока в школе есть ключ и база, "
    "по коду можно узнать ребёнка, поэтому такие данные могут считаться персональными, и тогда для них действуют "
    "ч. 5 ст. 18 и ст. 12 закона 152-ФЗ. Решают директор и юрист школы. Ключ держите под замком. "
    "Подробнее — docs/ru/privacy.md."
)


def write_key(workspace: Workspace, school_class: str) -> Path:
    """A page to print that tells which code is which pupil of a class, those who left included: their marks still stand
    in the book. Saved in the school's folder, readable by its owner only.

    Raises NeedsHuman if there is no such class or nobody in it."""
    directory = _directory()
    if school_class not in [known.code for known in directory.classes]:
        known = ", ".join(known.code for known in directory.classes)
        raise NeedsHuman(f"Класса «{school_class}» в школе нет. Есть: {known}.")
    pupils = _everybody(directory, school_class)
    if not pupils:
        raise NeedsHuman(f"В классе {school_class} ещё нет учеников: заполните «{school_class} Список».")
    guests = _guests(directory, school_class, workspace)
    page = _TEMPLATES.get_template("name_key.html").render(
        school=directory.school.title,
        year=directory.year.title,
        school_class=school_class,
        today=f"{workspace.today:%d.%m.%Y}",
        pupils=[(one.code, one.list_name, _has_left(one, school_class, guests, workspace)) for one in pupils],
    )
    path = workspace.config.home / f"ключ-{school_class}.html"
    path.unlink(missing_ok=True)  # an older one may have been readable by others
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(page)
    return path


def law_note(region: str, names: str, google: bool) -> str | None:
    """What `journal doctor` says of the law where journal books are in Google; None where it has nothing to say.

    Facts: 152-ФЗ ст. 18 ч. 5 as amended by 23-ФЗ of 28.02.2025, ст. 12 ч. 3; КоАП ст. 13.11 ч. 8. No legal advice."""
    if not google or region.upper() != "RU":
        return None
    if names == Names.CODE:
        return MILDER
    return RISK.format(told="Имена и фамилии" if names == Names.FULL else "Фамилии и инициалы")


def _everybody(directory: Directory, school_class: str) -> list[Pupil]:
    """Whoever has a row in a book of the class: its list in order, then those of other classes: who went there, and who
    comes to a group across classes."""
    found = {pupil.code: pupil for pupil in queries.pupils() if pupil.school_class == school_class}
    for course in directory.courses:
        if school_class == course.school_class:
            for pupil in queries.course_pupils(course, None):
                found.setdefault(pupil.code, pupil)
    return list(found.values())


def _has_left(pupil: Pupil, school_class: str, guests: Collection[str], workspace: Workspace) -> bool:
    gone = pupil.left is not None and pupil.left <= workspace.today
    return gone or (pupil.school_class != school_class and pupil.code not in guests)


def _guests(directory: Directory, school_class: str, workspace: Workspace) -> set[str]:
    """Who comes from another class to a group that stands in the book of this one."""
    shared = (one for one in directory.courses if one.other_classes and one.school_class == school_class)
    return {pupil.code for course in shared for pupil in queries.course_pupils(course, workspace.today)}


def _directory() -> Directory:
    directory = queries.directory()
    if directory is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    return directory
