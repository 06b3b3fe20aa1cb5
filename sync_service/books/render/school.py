"""The school book: everything the office keeps. Either what the record knows, or an empty book ready to fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render import defaults
from sync_service.books.render.book import Book
from sync_service.books.render.following import class_list, staff_list, subject_list, work_list
from sync_service.books.render.lists import Lists
from sync_service.books.render.tables import Row, blank_rows, draw_table, drop_down, fixed
from sync_service.books.source import BookIdentity
from sync_service.domain.fields import NO, YES
from sync_service.domain.next_year import NOBODY
from sync_service.domain.policy import Policy, Rule
from sync_service.domain.policy import rows as policy_rows
from sync_service.domain.school import Course, Directory, Substitution, WorkType
from sync_service.reconcile import layout
from sync_service.reconcile.layout import BookKind, TabKind, Table

TITLE = "Школа"
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
FACTS = {
    "title": "Название школы", "director": "Директор", "deputy": "Заместитель директора по УВР",
    "time_zone": "Часовой пояс", "year": "Учебный год", "start": "Начало учебного года", "end": "Конец учебного года",
    "six_day_week": "Шестидневная неделя",
}  # fmt: skip
QUARTERS = ("I четверть", "II четверть", "III четверть", "IV четверть")
NO_ROWS: Mapping[TabKind, Sequence[Row]] = MappingProxyType({})


def render_school(
    book: str,
    directory: Directory | None,
    policy: Policy,
    *,
    kept: Mapping[TabKind, Sequence[Row]] = NO_ROWS,
    school: str = "",
    year: str = "",
    generation: int = 1,
    used_courses: Iterable[str] = (),
) -> bytes:
    """The book as .xlsx; without `directory` an empty one with headings, usual bells, work types and rules.

    `kept` are rows of tabs that a Directory does not hold («Отсутствия»), or stand instead of those that it does;
    `school` and `year` name an empty book; `used_courses` are codes that no new row of the load may get."""
    if directory is not None:
        school, year = directory.school.title, directory.year.title
    out = Book(TITLE, BookIdentity(book, BookKind.SCHOOL.value, school, year, layout.LAYOUT_VERSION, generation))
    filled = {**_rows(directory, school, year), TabKind.POLICY: _policy(policy), **kept}
    used = {TabKind.LOAD: list(used_courses)}
    rows = {
        table.kind: [
            *filled.get(table.kind, ()),
            *blank_rows(table, [*(row.key for row in filled.get(table.kind, ())), *used.get(table.kind, ())]),
        ]
        for table in layout.SCHOOL_BOOK
    }
    page = ", ".join(part for part in (school, year) if part)
    lists = {
        "staff": staff_list(out.lists, len(rows[TabKind.STAFF])),
        "classes": class_list(out.lists, len(rows[TabKind.CLASSES])),
        "subjects": subject_list(out.lists, len(rows[TabKind.SUBJECTS])),
        "work": work_list(out.lists, len(rows[TabKind.WORK_TYPES])),
    }
    for table in layout.SCHOOL_BOOK:
        sheet = out.tab(table.title)
        draw_table(sheet, table, rows[table.kind], out.ink, lists=lists, page=(TITLE, page))
        if table is layout.POLICY:
            _add_rule_choices(sheet, out.lists)
    return out.to_bytes()


def empty_calendar(order: str = "") -> list[Row]:
    """Quarters to be given their days; `order` says where these come from."""
    quarters = [{"kind": "четверть", "title": title, "order": order} for title in QUARTERS]
    return _numbered(layout.CALENDAR, quarters)


def yes_no(flag: bool) -> str:
    return YES if flag else NO


def _rows(directory: Directory | None, school: str, year: str) -> dict[TabKind, list[Row]]:
    if directory is None:
        facts = {"title": school, "year": year, "time_zone": "Europe/Moscow", "six_day_week": yes_no(False)}
        return {
            TabKind.SCHOOL: _facts(facts),
            TabKind.CALENDAR: empty_calendar(),
            TabKind.BELLS: _numbered(layout.BELLS, [bell.model_dump() for bell in defaults.BELLS]),
            TabKind.WORK_TYPES: _work_types(defaults.WORK_TYPES),
        }
    staff = {employee.code: employee.short_name for employee in directory.employees}
    staff[NOBODY] = ""
    courses = {course.code: _place(course, staff) for course in directory.courses}
    return {
        TabKind.SCHOOL: _facts(
            directory.school.model_dump()
            | {
                "year": directory.year.title,
                "start": f"{directory.year.start:%d.%m.%Y}",
                "end": f"{directory.year.end:%d.%m.%Y}",
                "six_day_week": yes_no(directory.year.six_day_week),
            }
        ),
        TabKind.CALENDAR: _calendar(directory),
        TabKind.BELLS: _numbered(layout.BELLS, [bell.model_dump() for bell in directory.bells]),
        TabKind.STAFF: [Row(e.code, e.model_dump(exclude={"code"})) for e in directory.employees],
        TabKind.SUBJECTS: _numbered(
            layout.SUBJECTS, [s.model_dump() | {"marking": s.marking.value} for s in directory.subjects]
        ),
        TabKind.CLASSES: _numbered(
            layout.CLASSES, [{"code": c.code, "teacher": staff[c.teacher]} for c in directory.classes]
        ),
        TabKind.LOAD: [_load(course, directory, courses[course.code]) for course in directory.courses],
        TabKind.TIMETABLE: _numbered(
            layout.TIMETABLE,
            [
                courses[row.course]
                | {
                    "since": row.since,
                    "weekday": WEEKDAYS[row.weekday - 1],
                    "slot": row.slot,
                    "room": row.room,
                }
                for row in directory.timetable
            ],
        ),
        TabKind.PLAN: _numbered(
            layout.PLAN,
            [courses[item.course] | item.model_dump(exclude={"course"}) for item in directory.plan],
        ),
        TabKind.WORK_TYPES: _work_types(directory.work_types),
        TabKind.SUBSTITUTIONS: _numbered(
            layout.SUBSTITUTIONS, [_substitution(one, staff) for one in directory.substitutions]
        ),
        TabKind.STAFF_ABSENCES: _numbered(
            layout.STAFF_ABSENCES,
            [
                one.model_dump() | {"employee": staff[one.employee], "code": one.code.value}
                for one in directory.absences
            ],
        ),
    }


def _substitution(one: Substitution, staff: Mapping[str, str]) -> dict[str, object]:
    return one.model_dump(exclude={"school_class", "other_classes"}) | {
        "class": one.class_names,
        "absent": staff[one.absent],
        "kind": one.kind.value,
        "substitute": staff[one.substitute] if one.substitute else "",
    }


def _numbered(table: Table, values: Sequence[Mapping[str, object]]) -> list[Row]:
    """Rows keyed by their place: rows whose identity is what stands in them."""
    width = len(str(len(values) + table.blank_rows))
    return [Row(f"{table.row_prefix}{number:0{max(2, width)}d}", row) for number, row in enumerate(values, 1)]


def _facts(values: Mapping[str, object]) -> list[Row]:
    return [Row(key, {"name": name, "value": values.get(key, "")}) for key, name in FACTS.items()]


def _calendar(directory: Directory) -> list[Row]:
    days = [
        {"kind": "четверть", "title": p.title, "start": p.start, "end": p.end, "grades": _grades(p.grades)}
        for p in directory.year.periods
    ]
    days += [
        {"kind": h.kind.value, "title": h.title, "start": h.start, "end": h.end, "grades": _grades(h.grades, h.classes)}
        for h in directory.year.holidays
    ]
    days += [
        {"kind": layout.WORKING_DAY, "title": w.title, "start": w.day, "end": w.day,
         "grades": _grades(w.grades, w.classes)}
        for w in directory.year.working_days
    ]  # fmt: skip
    return _numbered(layout.CALENDAR, days)


def _grades(grades: tuple[int, ...], classes: tuple[str, ...] = ()) -> str:
    return ", ".join([*(str(grade) for grade in grades), *classes])


def _place(course: Course, staff: Mapping[str, str]) -> dict[str, object]:
    """A course as the office's tabs name it."""
    return {
        "class": course.class_names, "subject": course.subject, "group": course.group,
        "teacher": staff[course.teacher],
    }  # fmt: skip


def _load(course: Course, directory: Directory, place: Mapping[str, object]) -> Row:
    """A row of the load; its days only where they are not those of the whole year."""
    since = course.since if course.since != directory.year.start else None
    hours = {"kind": course.kind.value, "hours": course.hours_per_week, "since": since, "until": course.until}
    return Row(course.code, {**place, **hours})


def _policy(policy: Policy) -> list[Row]:
    return [Row(row.name, {"name": row.title, "value": row.value}) for row in policy_rows(policy)]


def dated_policy(policy: Policy, rules: Iterable[Rule]) -> list[Row]:
    """The tab «Правила» with the local act of each rule and the day since when it holds."""
    known = {rule.name: rule for rule in rules}
    return [
        Row(row.key, {**row.values, "act": known[row.key].act, "since": known[row.key].since})
        if row.key in known
        else row
        for row in _policy(policy)
    ]


def _add_rule_choices(sheet: Worksheet, lists: Lists) -> None:
    """Drop-downs beside the rules that allow a few words only; the other rules take numbers and hours."""
    column = layout.POLICY.column("value")
    letter = get_column_letter(layout.POLICY.index("value"))
    for row, field in enumerate(Policy.model_fields.values(), layout.FIRST_TABLE_ROW):
        kind = field.annotation
        if kind is bool:
            sheet.add_data_validation(drop_down(fixed((YES, NO)), f"{letter}{row}", column))
        elif isinstance(kind, type) and issubclass(kind, Enum):
            words = lists.add(str(field.title), [str(word.value) for word in kind])  # a comma would split a fixed list
            sheet.add_data_validation(drop_down(words.drop_down, f"{letter}{row}", column))


def _work_types(works: Sequence[WorkType]) -> list[Row]:
    flags = ("counts", "two_marks", "assessment")
    said = [
        {flag: yes_no(value) for flag in flags if (value := getattr(work, flag)) is not None} for work in works
    ]
    return _numbered(layout.WORK_TYPES, [one.model_dump() | flag for one, flag in zip(works, said, strict=True)])
