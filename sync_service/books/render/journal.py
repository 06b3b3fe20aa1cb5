"""The journal book: contents, two tabs for each course, absences, remarks. The caller chooses the courses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render.book import Book
from sync_service.books.render.extended import draw_composition, draw_regime
from sync_service.books.render.grid import GridLists, GridSheet, draw_grid
from sync_service.books.render.legend import draw_legend
from sync_service.books.render.lists import Lists
from sync_service.books.render.styles import MUTED, TODAY_FILL, WAITING_FILL, tinted
from sync_service.books.render.tables import Row, draw_table
from sync_service.books.render.titles import course_titles, group_titles, quoted, tab_title
from sync_service.books.source import BookIdentity
from sync_service.domain.policy import Policy
from sync_service.domain.privacy import shown_name
from sync_service.domain.school import (
    Course,
    Period,
    PlanItem,
    Pupil,
    ScheduledLesson,
    School,
    SchoolYear,
    Term,
    WorkType,
)
from sync_service.domain.slots import LessonField, Slot, SlotKind, lesson_slot
from sync_service.reconcile.layout import (
    ABSENCES,
    CONTENTS,
    FIRST_TABLE_ROW,
    LAYOUT_VERSION,
    REMARKS,
    BookKind,
    TabKind,
    log_of,
    tab_key,
)

MONTHS = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
ABSENCE_SPELLINGS = (
    "н", "н.", "нб", "н/б", "отс", "отс.", "б", "б.", "бол", "бол.", "нб-б", "ув", "ув.", "у", "уп", "нп", "нп.", "нн",
    "н/.", "н/•", "н .", "н •", "н•",
)  # fmt: skip
LOG_TELLS = {"уроки": "уроки, темы, ДЗ", "занятия": "занятия, темы", "дни": "дни, содержание"}
DRESSED_ABSENCES = 120
DRESSED_REMARKS = 40
NOTHING_TYPED: Mapping[Slot, object] = MappingProxyType({})


@dataclass(frozen=True)
class CourseSheet:
    """A course with everybody and everything on its two tabs. `pupils` stand in list order; `plan` items match lessons
    by their `seq`; `spares` are keys for lessons to come (domain.scheduling)."""

    course: Course
    teacher_name: str
    pupils: tuple[Pupil, ...]
    lessons: tuple[ScheduledLesson, ...]
    plan: tuple[PlanItem, ...] = ()
    spares: tuple[tuple[Term, str], ...] = ()
    gone: frozenset[str] = frozenset()  # codes of pupils who are not on the course any more
    about: Mapping[str, str] = field(default_factory=dict)  # by pupil: class and days in the group (layout.tells_about)
    composition: Sequence[Sequence[object]] = ()  # lines of layout.COMPOSITION


@dataclass(frozen=True)
class JournalBook:
    """What a journal book is made from.

    `book` is its identity, `title` its name for people («9А Журнал»). `classes` are the classes whose «Пропуски» it
    carries: the class itself in a book per class, the classes that the teacher leads in a book per teacher; `pupils`
    are those classes' pupils, where the courses do not show them all."""

    book: str
    title: str
    school: School
    year: SchoolYear
    generation: int
    courses: tuple[CourseSheet, ...]
    work_types: tuple[WorkType, ...]
    classes: tuple[str, ...]
    policy: Policy
    today: date
    names: Literal["full", "initials", "code"] = "full"
    pupils: tuple[Pupil, ...] = ()
    kind: BookKind = BookKind.JOURNAL


def render_journal(book: JournalBook, typed: Mapping[Slot, object] = NOTHING_TYPED) -> bytes:
    """The book as .xlsx. `typed` is what stands in teachers' cells, raw and exactly as typed: str as text, numbers,
    dates and booleans as such; slots of courses and pupils that the book does not show are left out."""
    out = Book(book.title, BookIdentity(
        book.book, book.kind.value, book.school.title, book.year.title, LAYOUT_VERSION, book.generation,
    ))  # fmt: skip
    lists = _add_lists(out.lists, book)
    taken = {table.title.lower() for table in (CONTENTS, ABSENCES, REMARKS)}
    titles = course_titles((sheet.course for sheet in book.courses), taken)
    of_groups = group_titles((sheet.course for sheet in book.courses), taken)
    absences = {
        code: ABSENCES.title if len(book.classes) == 1 else tab_title(f"{ABSENCES.title} {code}", taken)
        for code in book.classes
    }
    if book.kind is BookKind.JOURNAL:
        _draw_contents(out, book, titles, of_groups, absences)
    for sheet in book.courses:
        grid_title, log_title = titles[sheet.course.code]
        page = (f"{sheet.course.class_names} · {sheet.course.title} · {sheet.teacher_name}", _issuer(book))
        grid = GridSheet(
            sheet.course,
            tuple((p.code, shown_name(p, book.names), p.code in sheet.gone) for p in sheet.pupils),
            sheet.lessons,
            _periods(book.year, sheet.course),
            quoted(log_title),
            book.policy,
            book.today,
            page,
            sheet.spares,
            sheet.about,
        )
        draw_grid(out.tab(grid_title), grid, lists, typed, out.ink)
        _draw_log(out, out.tab(log_title), sheet, lists, typed, page)
        if sheet.course.code in of_groups:
            regime, composition = of_groups[sheet.course.code]
            draw_regime(out.tab(regime), sheet.course, book.year, typed, out.ink, page)
            draw_composition(out.tab(composition), sheet.course, sheet.composition, out.ink, page)
    for code, title in absences.items():
        _draw_absences(out, out.tab(title), book, code, typed)
    draw_table(
        out.tab(REMARKS.title),
        REMARKS,
        (),
        out.ink,
        unkeyed=DRESSED_REMARKS,
        page=(book.title, _issuer(book)),
    )
    return out.to_bytes()


def _issuer(book: JournalBook) -> str:
    return f"{book.school.title}, {book.year.title}"


def _periods(year: SchoolYear, course: Course) -> tuple[Period, ...]:
    mine = (period for period in year.periods if not period.grades or course.grade in period.grades)
    return tuple(sorted(mine, key=lambda period: period.start))


def _add_lists(lists: Lists, book: JournalBook) -> GridLists:
    works = sorted(book.work_types, key=lambda work: work.title)
    return GridLists(
        works=lists.add("Виды работ", [work.short for work in works]),
        weights=lists.add("Вес", [work.weight if work.counts else 0 for work in works]),
        thresholds=lists.add("Порог 5, 4, 3", [float(least) for least in book.policy.thresholds]),
        months=lists.add("Месяц", MONTHS),
        absences=lists.add("Пропуск", [*absence_spellings()]),
    )


def absence_spellings() -> Iterator[str]:
    """Every way to write an absence that formulas count; capitals make no difference to them."""
    yield from ABSENCE_SPELLINGS
    for mark in "12345":
        yield from (f"н{mark}", f"{mark}н", f"н/{mark}", f"{mark}/н", f"н {mark}", f"{mark} н")


def _draw_contents(
    out: Book,
    book: JournalBook,
    titles: Mapping[str, tuple[str, str]],
    of_groups: Mapping[str, tuple[str, str]],
    absences: Mapping[str, str],
) -> None:
    rows = []
    for sheet in book.courses:
        grid, log = titles[sheet.course.code]
        rows.append(Row(
            sheet.course.code,
            {"course": grid, "teacher": sheet.teacher_name, "log": LOG_TELLS[log_of(sheet.course.kind).title]},
            {"course": f"{quoted(grid)}!F6", "log": f"{quoted(log)}!C{FIRST_TABLE_ROW}"},
        ))  # fmt: skip
        for title in of_groups.get(sheet.course.code, ()):
            rows.append(Row("", {"course": title}, {"course": f"{quoted(title)}!D{FIRST_TABLE_ROW}"}))
    for code, title in absences.items():
        rows.append(Row(tab_key(TabKind.ABSENCES, code), {"course": title}, {"course": f"{quoted(title)}!F3"}))
    rows.append(Row(tab_key(TabKind.REMARKS), {"course": REMARKS.title}, {"course": f"{quoted(REMARKS.title)}!B3"}))
    sheet = out.tab(CONTENTS.title)
    last = draw_table(sheet, CONTENTS, rows, out.ink, page=(book.title, _issuer(book)))
    grades = {one.course.grade for one in book.courses}
    end = draw_legend(sheet, last + 2, out.ink, book.policy, grades)
    sheet.print_area = f"B2:{get_column_letter(len(CONTENTS.columns) + 1)}{end}"
    sheet.page_setup.fitToHeight = 1  # the contents with the legend are one page, however many courses


def _draw_log(
    out: Book,
    sheet: Worksheet,
    course: CourseSheet,
    lists: GridLists,
    typed: Mapping[Slot, object],
    page: tuple[str, str],
) -> None:
    table = log_of(course.course.kind)
    columns = {column.key: get_column_letter(table.index(column.key)) for column in table.columns}
    plan = {item.seq: item for item in course.plan}
    lessons = sorted(course.lessons, key=lambda lesson: (lesson.date, lesson.slot, lesson.seq))
    rows = []
    for number, lesson in enumerate(lessons, 1):
        item = plan.get(lesson.seq)
        values: dict[str, object] = {
            "no": number,
            LessonField.DATE.value: lesson.date,
            LessonField.SLOT.value: lesson.slot,
            "planned_topic": item.topic if item else "",
            "planned_homework": item.homework if item else "",
        }
        if item and item.control and LessonField.WORK_TYPE.value in columns:
            values[LessonField.WORK_TYPE.value] = item.control
        rows.append(Row(lesson.key, values | _typed_in(lesson.key, typed)))
    rows += [Row(key, _typed_in(key, typed)) for _, key in course.spares]
    last = draw_table(
        sheet,
        table,
        rows,
        out.ink,
        key=tab_key(TabKind.LOG, course.course.code),
        lists={"work": lists.works},
        page=page,
    )
    sheet.print_area = f"B2:{columns['substitute']}{last}"  # the state is of use on screen only
    if rows:
        body, held = f"B{FIRST_TABLE_ROW}:{columns['state']}{last}", f"E{FIRST_TABLE_ROW}:E{last}"
        sheet.conditional_formatting.add(held, tinted('AND($E3="",ISNUMBER($C3),$C3<=TODAY())', WAITING_FILL))
        sheet.conditional_formatting.add(body, tinted('$E3="нет"', ink=MUTED, strike=True))
        sheet.conditional_formatting.add(body, tinted("$C3=TODAY()", TODAY_FILL))


def _typed_in(lesson: str, typed: Mapping[Slot, object]) -> dict[str, object]:
    """What the teacher's cells of a row say, by column."""
    return {column.value: typed[slot] for column in LessonField if (slot := lesson_slot(lesson, column)) in typed}


def _draw_absences(out: Book, sheet: Worksheet, book: JournalBook, code: str, typed: Mapping[Slot, object]) -> None:
    """The class teacher's reasons. New rows are the service's to add; those typed before are drawn again."""
    in_class = [one for sheet in book.courses if sheet.course.school_class == code for one in sheet.pupils]
    names = {
        pupil.code: shown_name(pupil, book.names)
        for pupil in (*book.pupils, *in_class)
        if pupil.school_class == code or pupil.school_class not in book.classes  # he was in this one before
    }
    values: dict[tuple[str, str], dict[str, object]] = {}
    for slot, raw in typed.items():
        if slot.kind is SlotKind.REASON and slot.subject in names:
            day, field = slot.field.split(" ", 1)
            values.setdefault((day, slot.subject), {})[field] = raw
    rows = [
        Row(f"{pupil} {day}", {"date": date.fromisoformat(day), "pupil": names[pupil], **fields})
        for (day, pupil), fields in sorted(values.items(), key=lambda item: (item[0][0], names[item[0][1]]))
    ]
    draw_table(
        sheet, ABSENCES, rows, out.ink, key=tab_key(TabKind.ABSENCES, code),
        unkeyed=max(0, DRESSED_ABSENCES - len(rows)), page=(f"{code} · {ABSENCES.title}", _issuer(book)),
    )  # fmt: skip
