"""Which journal books there are and which courses stand in each: per class (the default) or per teacher; and whether
the reasons of absences stand in them or in books of their own.

Reconciling works by course, so this is the only place that knows the difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sync_service.config import Config
from sync_service.domain.privacy import Names
from sync_service.domain.school import Course, Directory
from sync_service.reconcile.layout import ABSENCES, BookKind


@dataclass(frozen=True)
class BookSpec:
    """A journal book to be: `classes` are those whose reasons of absence are kept in it."""

    book: str
    title: str
    courses: tuple[Course, ...]
    classes: tuple[str, ...]
    kind: BookKind = BookKind.JOURNAL


def school_book_id(year: str) -> str:
    return f"school-{year[:4]}"


def roster_book_id(school_class: str, year: str) -> str:
    return f"roster-{school_class}-{year[:4]}"


def reasons_apart(config: Config) -> bool:
    """Whether the class teachers' reasons, which tell of illnesses, are kept out of the journals: these may lie in
    Google, where nothing but codes shall be."""
    return config.google.credentials is not None and Names(config.privacy.names) is Names.CODE


def books_of(directory: Directory, config: Config) -> tuple[BookSpec, ...]:
    """Every book of the year in which a teacher writes, as the settings want them."""
    journals = journal_books(directory, config.books.per)
    if not reasons_apart(config):
        return journals
    year = directory.year.title[:4]
    kind = BookKind.REASONS
    apart = (
        BookSpec(f"{kind.value}-{one.code}-{year}", f"{one.code} {ABSENCES.title}", (), (one.code,), kind)
        for one in directory.classes
    )
    return (*(replace(spec, classes=()) for spec in journals if spec.courses), *apart)


def journal_books(directory: Directory, per: Literal["class", "teacher"]) -> tuple[BookSpec, ...]:
    """Every journal book of the year, courses in the order of the load."""
    year = directory.year.title[:4]
    if per == "class":
        return tuple(
            BookSpec(
                f"journal-{school_class.code}-{year}",
                f"{school_class.code} Журнал",
                tuple(course for course in directory.courses if course.school_class == school_class.code),
                (school_class.code,),
            )
            for school_class in directory.classes
        )
    specs = []
    for teacher in directory.employees:
        courses = tuple(course for course in directory.courses if course.teacher == teacher.code)
        led = tuple(school_class.code for school_class in directory.classes if school_class.teacher == teacher.code)
        if courses or led:
            title = f"{teacher.short_name.rstrip('.')} Журнал"
            specs.append(BookSpec(f"journal-{teacher.code}-{year}", title, courses, led))
    return tuple(specs)
