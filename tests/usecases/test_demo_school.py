"""The invented school is a possible school, and what its teachers typed is wrong only where it says so."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from sync_service.domain import fields
from sync_service.domain.calendar import is_school_day, validate
from sync_service.domain.entries import EntryRules, Raw, Refusal, read_entry, read_final
from sync_service.domain.formulas import suggest_mark, weighted_mean
from sync_service.domain.grounds import read_grounds
from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code
from sync_service.domain.scheduling import planned_hours, schedule_course
from sync_service.domain.school import Course, CourseKind, Marking, Pupil, ScheduledLesson
from sync_service.domain.slots import LessonField, RegimeField, Slot, SlotKind, lesson_slot
from sync_service.usecases.demo_school import Typed, demo_directory, demo_rosters, first_quarter, names
from sync_service.usecases.demo_school.absences import attendance
from sync_service.usecases.demo_school.events import Events
from sync_service.usecases.demo_school.plan import without_form

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 10, 30)


@cache
def lessons() -> dict[str, tuple[ScheduledLesson, ...]]:
    directory = demo_directory()
    return {c.code: schedule_course(c, directory.timetable, directory.year) for c in directory.courses}


@cache
def typed() -> Typed:
    return first_quarter(demo_directory(), demo_rosters(), lessons())


@cache
def courses() -> dict[str, Course]:
    return {course.code: course for course in demo_directory().courses}


@cache
def pupils() -> dict[str, Pupil]:
    return {pupil.code: pupil for roster in demo_rosters() for pupil in roster.pupils}


@cache
def lesson_days() -> dict[str, date]:
    return {lesson.key: lesson.date for theirs in lessons().values() for lesson in theirs}


@cache
def on_course(course: Course) -> list[Pupil]:
    """Everybody who was on it any day; whoever is taught alone is not on the list of the class."""
    found = []
    for roster in (roster for roster in demo_rosters() if roster.school_class in course.classes):
        members = {m.pupil for m in roster.groups if (m.subject, m.group) == (course.subject, course.group)}
        alone = {m.pupil for m in roster.groups if (m.subject, m.group) == (course.subject, "инд.")}
        found += [
            pupil
            for pupil in roster.pupils
            if (pupil.code in members if course.group else pupil.code not in alone)
        ]
    return found


def goes(pupil: Pupil, course: Course, day: date) -> bool:
    days = [
        (m.since, m.until or date.max)
        for roster in demo_rosters()
        for m in roster.groups
        if (m.pupil, m.subject, m.group) == (pupil.code, course.subject, course.group)
    ]
    return pupil.attends(day) and (not course.group or any(since <= day < until for since, until in days))


def of_the_class(course: Course) -> bool:
    """Whether a course is what the whole class does at that hour, all of it or in subgroups."""
    return course.kind is CourseKind.LESSON or course.subject == "Разговоры о важном"


# --- the office ---


def test_it_is_a_school_of_nine_classes_a_hundred_pupils_and_twelve_teachers() -> None:
    directory = demo_directory()
    assert [c.code for c in directory.classes] == [f"{grade}А" for grade in range(1, 10)]
    assert 95 <= len(pupils()) <= 110
    assert all(9 <= len(roster.pupils) <= 13 for roster in demo_rosters())
    assert len(directory.employees) == 12
    assert {c.teacher for c in directory.courses} == {e.code for e in directory.employees}
    assert len({e.short_name for e in directory.employees}) == 12
    assert validate(directory.year) == ()


def test_no_class_has_two_lessons_at_once_but_its_subgroups() -> None:
    together = defaultdict(list)
    for row in demo_directory().timetable:
        course = courses()[row.course]
        if not of_the_class(course):
            continue
        together[course.school_class, row.weekday, row.slot].append(course)
    for there in together.values():
        groups = [course.group for course in there]
        assert groups == [""] or sorted(groups) == ["1", "2"]
        assert len({course.teacher for course in there}) == len(there)


def test_no_teacher_and_no_room_is_taken_twice_at_once() -> None:
    rows = demo_directory().timetable
    for taken in (
        Counter((courses()[row.course].teacher, row.weekday, row.slot) for row in rows),
        Counter((row.room, row.weekday, row.slot) for row in rows),
    ):
        assert max(taken.values()) == 1
    assert all(row.room for row in rows)


def test_a_class_has_no_hole_in_its_day_and_starts_with_the_first_lesson() -> None:
    days = defaultdict(set)
    for row in demo_directory().timetable:
        if of_the_class(courses()[row.course]):
            days[courses()[row.course].school_class, row.weekday].add(row.slot)
    assert len(days) == 9 * 5
    assert all(slots == set(range(1, len(slots) + 1)) for slots in days.values())
    assert max(len(slots) for slots in days.values()) <= len(demo_directory().bells)


def test_the_week_of_every_course_equals_its_load() -> None:
    hours: Counter[str] = Counter()
    for row in demo_directory().timetable:
        hours[row.course] += 3 if courses()[row.course].kind is CourseKind.EXTENDED_DAY else 1
    assert {course.code: int(course.hours_per_week) for course in courses().values()} == dict(hours)


def test_no_class_learns_more_hours_a_week_than_it_may() -> None:
    for school_class in demo_directory().classes:
        theirs = [c for c in courses().values() if c.school_class == school_class.code and c.kind is CourseKind.LESSON]
        hours = sum(int(course.hours_per_week) for course in theirs if course.group in ("", "1"))
        assert 0.9 * Policy().week_hours(school_class.grade, six_day=False) <= hours
        assert hours <= Policy().week_hours(school_class.grade, six_day=False)


def test_marks_are_given_from_the_second_grade_on_and_never_for_talks() -> None:
    for course in courses().values():
        unmarked = course.grade == 1 or course.subject.startswith(("Основы религиозных", "Разговоры", "Робото"))
        passed = course.subject.startswith(("Духовно-нравственная", "Волейбол"))
        wanted = Marking.PASS_FAIL if passed else Marking.UNMARKED if unmarked else Marking.POINTS
        assert course.marking is wanted


def test_there_is_one_of_each_kind_and_groups_gather_pupils_of_their_classes() -> None:
    assert {course.kind for course in courses().values()} == set(CourseKind)
    for course in courses().values():
        if not of_the_class(course):
            assert {pupil.school_class for pupil in on_course(course)} == set(course.classes)
    (alone,) = (course for course in courses().values() if course.kind is CourseKind.INDIVIDUAL)
    (pupil,) = on_course(alone)
    (whole,) = (
        course
        for course in courses().values()
        if (course.subject, course.classes, course.group) == (alone.subject, alone.classes, "")
    )
    assert pupil not in on_course(whole)


def test_somebody_joins_the_extended_day_group_later_and_somebody_leaves_it() -> None:
    (group,) = (course for course in courses().values() if course.kind is CourseKind.EXTENDED_DAY)
    first, last = date(2026, 9, 1), date(2026, 10, 23)
    there = [(goes(pupil, group, first), goes(pupil, group, last)) for pupil in on_course(group)]
    assert Counter(there)[False, True] == Counter(there)[True, False] == 1


def test_two_subjects_are_taught_in_subgroups_that_hold_the_whole_class() -> None:
    split = {course.subject for course in courses().values() if course.group in ("1", "2") and of_the_class(course)}
    assert split == {"Английский язык", "Информатика"}
    for roster in demo_rosters():
        for subject in split & {m.subject for m in roster.groups}:
            assert {m.pupil for m in roster.groups if m.subject == subject} == {p.code for p in roster.pupils}
            sizes = Counter(m.group for m in roster.groups if m.subject == subject)
            assert abs(sizes["1"] - sizes["2"]) <= 1


# --- people ---


def test_every_code_names_one_thing_and_names_are_unique_within_a_class() -> None:
    directory = demo_directory()
    everything = [thing.code for roster in demo_rosters() for thing in (*roster.pupils, *roster.guardians)]
    everything += [c.code for c in directory.courses] + [e.code for e in directory.employees]
    assert len(set(everything)) == len(everything)
    for code in pupils():
        assert (len(code), code[0], code.isascii()) == (5, "P", True)
        assert not set(code) & set("0O1IL2Z5S8B"), "letters and digits that are mistaken for one another"
    for roster in demo_rosters():
        assert len({pupil.list_name for pupil in roster.pupils}) == len(roster.pupils)


def test_names_vary_as_names_do() -> None:
    people = list(pupils().values())
    assert any("ё" in pupil.last for pupil in people)
    assert any("-" in pupil.last for pupil in people)
    assert any(pupil.patronymic == "" for pupil in people)
    assert 0.35 < sum(pupil.sex == "ж" for pupil in people) / len(people) < 0.65
    families = Counter(guardian.name for roster in demo_rosters() for guardian in roster.guardians)
    assert sum(times > 1 for times in families.values()) >= 5, "brothers and sisters"


@pytest.mark.parametrize(
    ("masculine", "expected"),
    [("Алёхин", "Алёхина"), ("Озёрный", "Озёрная"), ("Белов-Истомин", "Белова-Истомина"), ("Черных", "Черных")],
)
def test_a_surname_bends(masculine: str, expected: str) -> None:
    assert names.feminine(masculine) == expected


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Юрий", "Юрьевич", "Юрьевна"),
        ("Виталий", "Витальевич", "Витальевна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Михаил", "Михайлович", "Михайловна"),
        ("Игорь", "Игоревич", "Игоревна"),
    ],
)
def test_a_patronymic_is_made_of_the_fathers_name(father: str, son: str, daughter: str) -> None:
    assert (names.patronymic(father, male=True), names.patronymic(father, male=False)) == (son, daughter)


def test_somebody_comes_and_somebody_leaves_within_the_quarter() -> None:
    came = [pupil for pupil in pupils().values() if date(2026, 9, 1) < pupil.enrolled <= TODAY]
    left = [pupil for pupil in pupils().values() if pupil.left]
    assert (len(came), len(left)) == (2, 1)


def test_every_guardian_belongs_to_a_pupil_of_the_class() -> None:
    for roster in demo_rosters():
        codes = {pupil.code for pupil in roster.pupils}
        numbers = Counter(guardian.pupil for guardian in roster.guardians)
        assert set(numbers) == codes
        assert set(numbers.values()) <= {1, 2}
        assert all(guardian.code[:6] == f"{guardian.pupil}-" for guardian in roster.guardians)


# --- the thematic plan ---


def test_the_plan_has_a_topic_for_every_lesson_of_the_year() -> None:
    directory = demo_directory()
    seqs = defaultdict(list)
    for item in directory.plan:
        seqs[item.course].append(item.seq)
        assert item.topic == item.topic.strip()
        assert item.topic[0].isupper() or not item.topic[0].isalpha()
    for course in directory.courses:
        planned = len(planned_hours(course, directory.timetable, directory.year))
        planned = 0 if course.kind is CourseKind.EXTENDED_DAY else planned
        assert seqs[course.code] == list(range(1, planned + 1)), course.title


def test_no_two_lessons_of_a_course_have_the_same_topic() -> None:
    topics = Counter((item.course, item.topic) for item in demo_directory().plan)
    assert [topic for topic, times in topics.items() if times > 1] == []


def test_the_works_of_the_plan_are_known_and_control_works_are_a_tenth_at_most() -> None:
    directory = demo_directory()
    assessed = {work.short for work in directory.work_types if work.assessment}
    works, hours = Counter(), Counter()
    for item in directory.plan:
        hours[item.course] += 1
        works[item.course] += item.control in assessed
        assert item.control in {"", *(work.short for work in directory.work_types)}
    assert all(works[code] <= hours[code] // 10 for code in hours)
    assert any(works.values())


def test_homework_of_a_day_stays_within_the_norm_and_the_first_grade_has_none() -> None:
    minutes = {(item.course, item.seq): item.minutes or 0 for item in demo_directory().plan}
    days: Counter[tuple[str, int, date]] = Counter()
    for course in courses().values():
        if course.group != "2" and of_the_class(course):
            for lesson in lessons()[course.code]:
                days[course.school_class, course.grade, lesson.date] += minutes[course.code, lesson.seq]
    for (school_class, grade, day), total in days.items():
        assert total <= Policy().homework_minutes(grade), (school_class, day)
    assert any(days.values())


@pytest.mark.parametrize(
    ("topic", "head"),
    [
        ("Стили речи. Закрепление", "Стили речи"),
        ("А. С. Пушкин. «Зимнее утро»", "А. С. Пушкин. «Зимнее утро»"),
        ("И. С. Тургенев. «Муму». Герои и события", "И. С. Тургенев. «Муму»"),
        ("Поехали! Лексика", "Поехали!"),
    ],
)
def test_a_topic_is_told_from_what_is_done_with_it(topic: str, head: str) -> None:
    assert without_form(topic) == head


# --- what the teachers typed ---


def read(course: Course, slot: Slot, raw: Raw) -> Code | None:
    """The code with which the domain's readers and the rule of the day refuse a cell; None if it is accepted."""
    directory = demo_directory()
    rules = EntryRules(points=course.marking is Marking.POINTS, verdicts=course.marking is Marking.PASS_FAIL)
    span = (directory.year.start, directory.year.end)
    result: object
    if slot.kind is SlotKind.ENTRY:
        result = read_entry(raw, rules) if lesson_days()[slot.field] <= TODAY else Refusal(Code.ENTRY_FUTURE)
    elif slot.kind is SlotKind.FINAL:
        result = read_final(raw, rules)
    elif slot.kind is SlotKind.GROUNDS:
        result = read_grounds(raw)
    elif slot.kind is SlotKind.REGIME:
        result = raw if slot.field == RegimeField.WHAT else fields.read_time(raw, Code.REGIME_TIME)
    else:
        day = lesson_days()[slot.subject]
        works = [work.short for work in directory.work_types]
        result = {
            LessonField.DATE: lambda: fields.read_date(raw, Code.LESSON_DATE, span),
            LessonField.SLOT: lambda: fields.read_integer(raw, 1, 12, Code.LESSON_SLOT),
            LessonField.HELD: lambda: (
                fields.read_flag(raw, Code.LESSON_HELD) if day <= TODAY else Refusal(Code.LESSON_HELD_FUTURE)
            ),
            LessonField.TOPIC: lambda: fields.read_text(raw),
            LessonField.HOMEWORK: lambda: fields.read_homework(raw),
            LessonField.HOMEWORK_DUE: lambda: fields.read_date(raw, Code.LESSON_DUE, span),
            LessonField.MINUTES: lambda: fields.read_integer(raw, 0, 600, Code.LESSON_MINUTES),
            LessonField.WORK_TYPE: lambda: fields.read_choice(raw, works, Code.LESSON_WORK),
            LessonField.FORM: lambda: fields.read_text(raw),
            LessonField.HOURS: lambda: fields.read_decimal(raw, Decimal(0), Decimal(12), Code.LESSON_HOURS),
        }[LessonField(slot.field)]()
    return result.code if isinstance(result, Refusal) else None


def test_exactly_the_planted_cells_are_refused_each_with_its_own_code() -> None:
    refused = {
        slot: code
        for course, cells in typed().cells.items()
        for slot, raw in cells.items()
        if (code := read(courses()[course], slot, raw)) is not None
    }
    assert refused == {bad.slot: bad.code for bad in typed().planted}


def test_twelve_to_twenty_different_diseases_stand_in_all_nine_books() -> None:
    planted = typed().planted
    assert 12 <= len(planted) <= 20
    assert len({bad.slot for bad in planted}) == len({bad.code for bad in planted}) == len(planted)
    assert len({courses()[bad.course].school_class for bad in planted}) == 9
    for bad in planted:
        assert typed().cells[bad.course][bad.slot] is bad.raw
        assert bad.note


def test_every_cell_belongs_to_somebody_who_was_on_the_list_that_day() -> None:
    for code, cells in typed().cells.items():
        known = {pupil.code: pupil for pupil in on_course(courses()[code])}
        for slot, raw in cells.items():
            assert raw not in ("", None)
            if slot.kind is SlotKind.ENTRY:
                assert slot.field.startswith(f"{code}.")
                assert goes(known[slot.subject], courses()[code], lesson_days()[slot.field])
            elif slot.kind in (SlotKind.FINAL, SlotKind.GROUNDS):
                assert slot.subject in known
                assert slot.field == f"{code} Q1"
            elif slot.kind is SlotKind.REGIME:
                assert slot.subject[: len(code) + 3] in (f"{code} Q1", f"{code} Q2")
            else:
                assert slot.subject.startswith(f"{code}.")
                assert slot.subject in lesson_days()


def test_a_day_away_is_away_from_every_lesson_of_the_day() -> None:
    events = Events(demo_directory(), demo_rosters(), lessons())
    spoiled = {bad.slot for bad in typed().planted}
    days = 0
    for code, pupil in pupils().items():
        theirs = [c for c in courses().values() if pupil in on_course(c)]
        for day, away in events.attendance[code].away.items():
            if not away.whole_day:
                continue
            days += 1
            for course in theirs:
                for held in events.held[course.code]:
                    slot = Slot(SlotKind.ENTRY, code, held.key)
                    expected = held.took_place and goes(pupil, course, day)
                    if held.date == day and expected and slot not in spoiled:
                        entry = read_entry(typed().cells[course.code][slot], EntryRules())
                        assert not isinstance(entry, Refusal)
                        assert entry.absence in ("н", "б", "ув", "нп")
    assert days > 50


def test_nothing_stands_at_a_lesson_that_fell_out() -> None:
    everything = [(slot, raw) for cells in typed().cells.values() for slot, raw in cells.items()]
    fallen = {slot.subject for slot, raw in everything if slot.field == LessonField.HELD and raw == "нет"}
    assert fallen
    assert not fallen & {slot.field for slot, _ in everything if slot.kind is SlotKind.ENTRY}


def test_a_lesson_is_moved_to_a_school_day_on_which_class_and_teacher_are_free() -> None:
    directory = demo_directory()
    (moved,) = (
        (code, slot.subject, raw)
        for code, cells in typed().cells.items()
        for slot, raw in cells.items()
        if slot.kind is SlotKind.LESSON and slot.field == LessonField.DATE and isinstance(raw, date)
    )
    code, key, day = moved
    course, number = courses()[code], typed().cells[code][lesson_slot(key, LessonField.SLOT)]
    assert is_school_day(directory.year, day, course.grade)
    busy = {
        lesson.slot
        for other in courses().values()
        if other.school_class == course.school_class or other.teacher == course.teacher
        for lesson in lessons()[other.code]
        if lesson.date == day
    }
    assert number not in busy


def test_marks_and_absences_are_as_dense_as_in_a_real_journal() -> None:
    cells = marked = away = 0
    everything = 0
    for code, course in courses().items():
        held = [lesson for lesson in lessons()[code] if lesson.date <= TODAY]
        there = sum(goes(pupil, course, lesson.date) for pupil in on_course(course) for lesson in held)
        grid = [raw for slot, raw in typed().cells[code].items() if slot.kind is SlotKind.ENTRY]
        entries = [read_entry(raw, EntryRules()) for raw in grid]
        everything += there
        away += sum(not isinstance(entry, Refusal) and entry.absence in ("н", "б", "ув", "нп") for entry in entries)
        if course.marking is Marking.POINTS:
            cells += there
            marked += sum(not isinstance(entry, Refusal) and bool(entry.marks) for entry in entries)
    assert 0.20 <= marked / cells <= 0.25
    assert 0.04 <= away / everything <= 0.06
    assert 3.8 <= typed().summary().mean_mark <= 4.0
    assert 8_000 < sum(len(found) for found in typed().cells.values()) < 11_000


def test_there_are_weak_pupils_and_strong_ones() -> None:
    marks = defaultdict(list)
    for cells in typed().cells.values():
        for slot, raw in cells.items():
            if slot.kind is SlotKind.ENTRY and not isinstance(entry := read_entry(raw, EntryRules()), Refusal):
                marks[slot.subject] += entry.marks
    means = {pupil: sum(theirs) / len(theirs) for pupil, theirs in marks.items() if len(theirs) > 10}
    assert sum(mean < 3 for mean in means.values()) >= 2
    assert sum(mean > 4.5 for mean in means.values()) >= 5


def test_teachers_differ_in_diligence() -> None:
    filled: dict[str, Counter[str]] = defaultdict(Counter)
    for code, cells in typed().cells.items():
        for slot, raw in cells.items():
            if slot.kind is SlotKind.LESSON:
                filled[courses()[code].teacher][slot.field] += raw != "—"
    assert filled["e08"][LessonField.HOMEWORK] == 0, "one never sets homework"
    held = {
        teacher: filled[teacher][LessonField.HELD]
        / sum(lesson.date <= TODAY for c in courses().values() if c.teacher == teacher for lesson in lessons()[c.code])
        for teacher in filled
    }
    assert min(held, key=held.__getitem__) == "e07", "one is always late"
    assert held["e07"] < 0.9


def test_the_cells_with_a_note_are_the_quarter_marks_that_the_mean_does_not_suggest_and_nobody_explains() -> None:
    uncounted = {work.short for work in demo_directory().work_types if not work.counts}
    differing, explained = [], []
    for code, cells in typed().cells.items():
        marks = defaultdict(list)
        for slot, raw in cells.items():
            if slot.kind is SlotKind.ENTRY and read(courses()[code], slot, raw) is None:
                entry = read_entry(raw, EntryRules(verdicts=True))
                if cells.get(lesson_slot(slot.field, LessonField.WORK_TYPE)) not in uncounted:
                    assert not isinstance(entry, Refusal)
                    marks[slot.subject] += [(mark, 1) for mark in entry.marks]
        for slot, raw in cells.items():
            if slot.kind is SlotKind.FINAL and str(raw).isdigit():
                mean = weighted_mean(marks[slot.subject])
                if mean is not None and suggest_mark(mean, Policy()) != int(str(raw)):
                    said = cells.get(Slot(SlotKind.GROUNDS, slot.subject, slot.field))
                    (differing if said is None else explained).append(slot)
    assert differing == [note.slot for note in typed().noted]
    assert 3 <= len(differing) <= 40
    assert 3 <= len(explained) <= 40
    assert {note.code for note in typed().noted} == {Code.FINAL_DIFFERS}


def test_reasons_are_set_for_days_that_were_missed() -> None:
    for roster in demo_rosters():
        codes = {pupil.code for pupil in roster.pupils}
        assert any(slot.field.endswith(" document") for slot in typed().reasons[roster.school_class])
        for slot, raw in typed().reasons[roster.school_class].items():
            day, what = slot.field.split(" ")
            assert slot.kind is SlotKind.REASON
            assert slot.subject in codes
            assert what == "document" or raw in ("б", "ув", "нп")
            assert date.fromisoformat(day) <= TODAY


def test_corrections_change_what_stands_there_into_something_good() -> None:
    bad = {planted.slot for planted in typed().planted}
    assert len({later.slot for later in typed().later}) == len(typed().later) >= 5
    for later in typed().later:
        assert typed().cells[later.course].get(later.slot) == later.old != later.new
        assert later.new is None or read(courses()[later.course], later.slot, later.new) is None
    assert 0 < sum(later.slot in bad for later in typed().later) < len(typed().later)
    assert any(later.new is None for later in typed().later)


def test_the_quarter_cannot_be_typed_before_it_is_over() -> None:
    with pytest.raises(ValueError, match="2026-10-23"):
        first_quarter(demo_directory(), demo_rosters(), lessons(), date(2026, 10, 1))


def test_one_pupils_absences_do_not_depend_on_the_others() -> None:
    pupil = next(iter(pupils().values()))
    days = [lesson.date for lesson in lessons()["c001"] if lesson.date <= TODAY]
    assert attendance(pupil, days, truant=False) == attendance(pupil, days, truant=False)


FINGERPRINT = """
import hashlib
from sync_service.domain.scheduling import schedule_course
from sync_service.usecases.demo_school import *
d, r = demo_directory(), demo_rosters()
t = first_quarter(d, r, {c.code: schedule_course(c, d.timetable, d.year) for c in d.courses})
print(hashlib.sha256(repr((d, r, t)).encode()).hexdigest())
"""


def test_the_school_is_the_same_in_every_process() -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", FINGERPRINT],
            cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, text=True,
        )
        for seed in ("1", "2")
    ]  # fmt: skip
    one, two = (run.communicate()[0] for run in runs)
    assert one == two != ""


def test_making_the_school_takes_no_time_to_speak_of() -> None:
    demo_directory.cache_clear()
    demo_rosters.cache_clear()
    before = time.process_time()
    first_quarter(demo_directory(), demo_rosters(), lessons())
    assert time.process_time() - before < 3
