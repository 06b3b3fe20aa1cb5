"""The service's opinion of the year against the plain books: the record, the reports, the timesheet, the diary, the
remarks about quarter marks. Whatever differs is named; nothing is corrected."""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from openpyxl import load_workbook

from sync_service.domain.problems import Code
from sync_service.domain.slots import SlotKind
from sync_service.records import ledger, queries
from sync_service.reports import activities, attendance, filling, substitutions
from sync_service.usecases.reporting import write_report
from sync_service.usecases.syncing import sync
from sync_service.usecases.timesheet import write_timesheet
from tests.simulation.kept import AWAY, Kept, Lesson, absence_in, marks_in, mean_of, rounded
from tests.simulation.life import Life

FIRST_LINE_OF_FORM = 13


def differences(service: object, books: object, what: str) -> list[str]:
    """Sentences about every key that is not the same in both."""
    assert isinstance(service, dict)
    assert isinstance(books, dict)
    return [
        f"{what}, {key}: программа {service.get(key, '—')}, свои книги {books.get(key, '—')}"
        for key in sorted({*service, *books}, key=str)
        if service.get(key) != books.get(key)
    ]


def record(books: Kept) -> list[str]:
    """Lessons, entries, final marks and reasons."""
    found = []
    for course in books.courses.values():
        facts = {fact.key: fact for fact in queries.lesson_facts(course.code)}
        lessons = {
            (fact.date, fact.slot, n): (
                {True: "да", False: "нет", None: ""}[fact.held], fact.topic, fact.homework, fact.minutes,
                fact.work_type, fact.hours, fact.seq,
            )
            for (fact, n) in _numbered(facts.values(), lambda one: (one.date, one.slot))
        }  # fmt: skip
        mine = {
            (one.on, one.at, n): (one.held, books.topic(one), one.homework, one.minutes, one.work, one.hours, one.seq)
            for (one, n) in _numbered(books.lessons_of(course), lambda one: (one.on, one.at))
        }
        found += differences(lessons, mine, f"{course.school_class} {course.title}, урок")
        values = queries.slot_values(course.code)
        entries = {
            (slot.subject, facts[slot.field].date, facts[slot.field].slot): text
            for slot, text in values.items()
            if slot.kind is SlotKind.ENTRY
        }
        my_entries = {
            (pupil, one.on, one.at): entry
            for one in books.by_course[course.code]
            for pupil, entry in one.entries.items()
        }
        found += differences(entries, my_entries, f"{course.school_class} {course.title}, запись")
        finals = {
            (slot.subject, slot.field.rsplit(" ", 1)[1]): text
            for slot, text in values.items()
            if slot.kind is SlotKind.FINAL
        }
        my_finals = {(pupil, term): text for (pupil, code, term), text in books.finals.items() if code == course.code}
        found += differences(finals, my_finals, f"{course.school_class} {course.title}, итоговая")
    reasons = {
        (slot.subject, slot.field): text for one in books.grades for slot, text in queries.reason_values(one).items()
    }
    my_reasons = {(pupil, f"{day} code"): text for (pupil, day), text in books.reasons.items()}
    my_reasons |= {(pupil, f"{day} document"): text for (pupil, day), text in books.documents.items()}
    return found + differences(reasons, my_reasons, "причина")


def _numbered(things: Iterable[object], key: object) -> list[tuple]:
    """Each with its number among those of the same key: two lessons at one hour are two."""
    seen: Counter[object] = Counter()
    found = []
    for one in things:
        place = key(one)  # type: ignore[operator]
        found.append((one, seen[place]))
        seen[place] += 1
    return found


def month_of_reports(life: Life, month: str) -> list[str]:
    """The numbers of R01, R05, R12 and R17 as they stand in the workbook, and the hours of the timesheet."""
    year, number = map(int, month.split("-"))
    start, end = date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    books, today = life.books, life.workspace.today
    path = write_report(life.workspace, month)
    sheets = load_workbook(path, read_only=True)
    found = differences(_filling(sheets["R01"]), _my_filling(books, start, end, today), f"R01 {month}")
    sums = books.attendance(start, end, today)
    for school_class in books.grades:
        shown = _attendance(sheets[f"R05 {school_class}"])
        found += differences(shown, _my_attendance(books, sums, school_class, start, end), f"R05 {month}")
    head, summary = _substituted(sheets["R12"], sheets["R12 свод"])
    mine = books.substituted(start, min(end, today))
    my_head = mine.pop("", Counter())
    found += differences(head, {"пропущено": my_head["всего пропущен"], "замещено": my_head["всего замещено"]},
                         f"R12 {month}")  # fmt: skip
    named = {books.people[code]: tuple(sums[name] for name in substitutions.NUMBERS) for code, sums in mine.items()}
    found += differences(summary, named, f"R12 свод {month}")
    found += differences(_beyond(sheets["R17"]), _my_beyond(books, start, end, today), f"R17 {month}")
    return found + timesheet(life, month, start, end)


def _beyond(sheet: object) -> dict[object, object]:
    """(subject, teacher, group) → what beyond_lessons counts."""
    rows = _rows(sheet)
    first = next(n for n, row in enumerate(rows) if activities.HEADINGS[0] in row)
    lines = (row for row in rows[first + 1 :] if row[1] is not None)
    return {row[:3]: (*row[3:7], row[8]) for row in lines if not str(row[0]).startswith("Всего")}


def _my_beyond(books: Kept, start: date, end: date, today: date) -> dict[object, object]:
    found: dict[object, object] = {}
    for code, counts in books.beyond_lessons(start, end, today).items():
        course = books.courses[code]
        group = f"{course.class_names} ({course.group})" if len(course.group) > 2 else course.class_names
        named = f"{group} {course.group} гр." if 0 < len(course.group) <= 2 else group
        found[course.subject, books.people[course.teacher], named] = counts
    return found


def _rows(sheet: object) -> list[tuple[object, ...]]:
    return [row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]  # type: ignore[attr-defined]


def _below(rows: list[tuple[object, ...]], heading: str, last: str) -> list[tuple[object, ...]]:
    first = next(n for n, row in enumerate(rows) if heading in row)
    end = next(n for n, row in enumerate(rows) if n > first and last in row)
    return [row for row in rows[first + 1 : end] if isinstance(row[0], int)]


def _filling(sheet: object) -> dict[object, object]:
    rows = _below(_rows(sheet), filling.HEADINGS[1], "Всего")
    return {row[1:4]: tuple(row[4:13]) for row in rows}


def _my_filling(books: Kept, start: date, end: date, today: date) -> dict[object, object]:
    return {
        (books.people[one.teacher], one.class_names, one.title): tuple(sums[name] for name in filling.COUNTS)
        for code, sums in books.filling(start, end, today).items()
        for one in (books.courses[code],)
    }


def _attendance(sheet: object) -> dict[object, object]:
    rows = _below(_rows(sheet), attendance.HEADINGS[1], "Всего по классу")
    return {" ".join(str(row[1]).split(" ")[:2]): tuple(row[2:9]) for row in rows}


def _my_attendance(
    books: Kept, sums: dict[tuple[str, str], Counter[str]], school_class: str, start: date, end: date
) -> dict[object, object]:
    """Whoever was in the class on any of the days, with lessons or without."""
    here = {
        pupil
        for pupil, spans in books.classes.items()
        for name, since, until in spans
        if name == school_class and since <= end and start < until
    }
    return {
        books.list_name(pupil): tuple(sums[school_class, pupil][name] for name in attendance.COUNTS) for pupil in here
    }


def _substituted(log: object, summary: object) -> tuple[dict[object, object], dict[object, object]]:
    texts = " ".join(str(cell) for row in _rows(log) for cell in row if isinstance(cell, str))
    head = {word: int(texts.split(f"{word.capitalize()}: ")[1].split(" ")[0]) for word in ("пропущено", "замещено")}
    rows = _rows(summary)
    first = next(n for n, row in enumerate(rows) if substitutions.SUMMARY_HEADINGS[0] in row)
    end = next(n for n, row in enumerate(rows) if n > first and "Всего" in row)
    return head, {row[0]: tuple(row[1:10]) for row in rows[first + 1 : end]}


def timesheet(life: Life, month: str, start: date, end: date) -> list[str]:
    books = life.books
    path = write_timesheet(life.workspace, month)
    shown = _form(path, start, end)
    mine = {
        (books.people[who], day): marks
        for who, days in books.timesheet(start, end).items()
        for day, marks in days.items()
    }
    return differences(shown, mine, f"табель {month}")


def _form(path: Path, start: date, end: date) -> dict[object, object]:
    """(short name, day) → code and hours under each other."""
    lines = list(load_workbook(path).active.iter_rows(min_row=FIRST_LINE_OF_FORM, values_only=True))  # type: ignore[union-attr]
    found: dict[object, object] = {}
    for hours, codes in pairwise(lines):
        if not isinstance(hours[0], int) or not isinstance(hours[1], str):
            continue
        last, *names = hours[1].split()
        short = " ".join([last, *(f"{name[0]}." for name in names)])
        for number in range((end - start).days + 1):
            column = 4 + number + (number >= 15) * _TOTALS
            marks = str(codes[column] or "").split("\n") if codes[column] else []
            amounts = str(hours[column] or 0).split("\n")
            found[short, start + timedelta(days=number)] = [
                (code, Fraction(amount.replace(",", "."))) for code, amount in zip(marks, amounts, strict=True)
            ] if marks else []
    return found


_TOTALS = 5  # columns of totals between the halves of the form


def remarks(life: Life) -> list[str]:
    """What `journal check` says: nothing but the quarter marks that are not what the mean suggests (V16)."""
    books, report = life.books, sync(life.workspace, dry_run=True, everything=True)
    found = [f"check: {book.name} принял бы {book.recorded + book.retracted}" for book in report.books
             if book.recorded or book.retracted]  # fmt: skip
    found += [f"check: {book.name} задержал бы" for book in report.books if book.held]
    found += [f"check: {trouble}" for trouble in report.troubles]
    said = Counter(
        (problem.place.who, problem.detail) if problem.code is Code.FINAL_DIFFERS else problem
        for book in report.books
        for problem in book.problems
    )
    return found + differences(dict(said), dict(_my_remarks(books)), "check")


def _my_remarks(books: Kept) -> Counter[object]:
    found: Counter[object] = Counter()
    for (pupil, code, term), value in books.finals.items():
        if term in books.quarters and value.isdigit():
            mean = mean_of(books.marks_of_subject(pupil, books.courses[code].subject, term, books.end))
            if mean is not None and str(rounded(mean)) != value:
                hundredths = int(mean * 100 + mean.__class__(1, 2))
                text = f"{hundredths // 100},{hundredths % 100:02} → {rounded(mean)}"
                found[books.list_name(pupil), text] += 1
    return found


def diary(life: Life, pupil: str, monday: date, today: date) -> list[str]:
    """The week and the marks of the quarter as the family reads them."""
    books = life.books
    week = {
        (day.date, one.slot, one.subject): (one.marks, one.absence, one.debt, one.topic)
        for day in queries.diary_week(pupil, monday, today).days
        for one in day.lessons
    }
    mine = {
        (one.on, one.at, one.course.subject): _as_read(books, one, pupil, today)
        for one in books.all_lessons(monday, monday + timedelta(days=4))
        if one.held != "нет" and books.on_course(pupil, one.course, one.on)
    }
    found = differences(week, mine, f"дневник {books.list_name(pupil)}")
    quarter = max((term for term, (first, _) in books.quarters.items() if first <= today))
    means = {one.subject: one.mean for one in queries.diary_subjects(pupil, today) if one.mean is not None}
    my_marks: dict[str, list[int]] = defaultdict(list)
    for course in books.courses.values():
        my_marks[course.subject] += books.marks(pupil, course, quarter, today)
    my_means = {subject: float(mean) for subject, marks in my_marks.items() if (mean := mean_of(marks)) is not None}
    rough = {subject: abs(float(means.get(subject, 0)) - mean) <= 0.005001 for subject, mean in my_means.items()}
    return found + differences(dict.fromkeys(means, True), rough, f"средний балл {books.list_name(pupil)}")


def _as_read(books: Kept, lesson: Lesson, pupil: str, today: date) -> tuple[object, ...]:
    if lesson.on > today:
        return (), "", False, ""
    entry = lesson.entries.get(pupil, "")
    shown = ("зач",) if entry == "зач" else tuple(map(str, marks_in(entry)))
    code = absence_in(entry)
    absence = books.absence(lesson, pupil) if code in AWAY else code
    told = lesson.on < today or lesson.held == "да"
    return shown, absence, entry.endswith("."), books.topic(lesson) if told else ""


def ledger_and_second_pass(life: Life) -> list[str]:
    """The record is what its ledger tells, and a service that looks again has nothing to do."""
    found = []
    again = sync(life.workspace, everything=True)
    if busy := [book.name for book in again.books if book.recorded or book.retracted or book.written]:
        found.append(f"вторая сверка не пуста: {busy}")
    before = ledger.digest()
    ledger.replay()
    return found + ([] if ledger.digest() == before else ["летопись рассказывает другое"])
