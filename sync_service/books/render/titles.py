"""Tab titles: what a spreadsheet accepts (at most 31 characters, some forbidden, unique without regard to case)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sync_service.domain.school import Course
from sync_service.reconcile.layout import COMPOSITION, REGIME, log_of
from sync_service.reconcile.regime import has_regime

LIMIT = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


def tab_title(text: str, taken: set[str], suffix: str = "") -> str:
    """A title like `text` + `suffix` that is allowed and not in `taken` (lower-case titles), which it joins."""
    clean = FORBIDDEN.sub(" ", text).strip().strip("'") or "Лист"
    for number in range(1, 1000):
        tail = suffix if number == 1 else f" ({number}){suffix}"
        room = LIMIT - len(tail)
        head = clean if len(clean) <= room else clean[: room - 1].rstrip(" .,-") + "…"
        if (title := head + tail).lower() not in taken:
            taken.add(title.lower())
            return title
    raise ValueError(f"Слишком много вкладок с названием «{text}»")


def course_titles(courses: Iterable[Course], taken: set[str]) -> dict[str, tuple[str, str]]:
    """Course code → titles of its grid and its log. In a book of several classes the class comes first."""
    courses = tuple(courses)
    titles = {}
    for course in courses:
        name = _name(course, courses)
        grid = tab_title(name, taken)
        titles[course.code] = (grid, tab_title(name, taken, f" · {log_of(course.kind).title}"))
    return titles


def group_titles(courses: Iterable[Course], taken: set[str]) -> dict[str, tuple[str, str]]:
    """Course code → titles of the regime and the composition of an extended-day group."""
    courses = tuple(courses)
    return {
        course.code: (
            tab_title(_name(course, courses), taken, f" · {REGIME.title}"),
            tab_title(_name(course, courses), taken, f" · {COMPOSITION.title}"),
        )
        for course in courses
        if has_regime(course)
    }


def _name(course: Course, courses: Sequence[Course]) -> str:
    several = len({one.school_class for one in courses}) > 1
    return f"{course.class_names} {course.title}" if several else course.title


def quoted(title: str) -> str:
    """The title as formulas and links write it: «'Математика · уроки'»."""
    return "'" + title.replace("'", "''") + "'"
