"""Courses as the office's tabs name them: class or several of them, subject, group. Words in, courses out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sync_service.domain.school import Course, CoursePlace
from sync_service.reconcile.tables import Row


def named_classes(text: str) -> tuple[str, ...]:
    """The classes of a cell: «5А», or «5А, 5Б» of a group across classes."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def place_of(row: Row) -> CoursePlace:
    """What course a row speaks of, whatever the order of its classes."""
    return frozenset(named_classes(row["class"])), row["subject"], row["group"]


def in_words(place: CoursePlace) -> str:
    """«5А, 5Б Шахматы Ладья»."""
    classes, subject, group = place
    return " ".join(part for part in (", ".join(sorted(classes)), subject, group) if part)


def unknown(place: CoursePlace, courses: Iterable[Course]) -> str:
    """Why no course was found, with those that may have been meant: the same subject in a class that was named."""
    near = sorted(set(_near(place, courses)))
    there = f", есть «{'», «'.join(near)}»" if near else ""
    return f"в нагрузке нет «{in_words(place)}»{there}"


def _near(place: CoursePlace, courses: Iterable[Course]) -> Iterator[str]:
    classes, subject, _ = place
    for course in courses:
        if course.subject == subject and classes & set(course.classes):
            yield in_words(course.place)
