"""What the office's books of the next school year begin with: this year's, one grade on. A proposal that people put
right; what the school decides anew (calendar, timetable, plans, teachers of the first grades) is left empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sync_service.domain.school import Course, CourseKind, Directory, PupilStatus, Roster, SchoolClass, SchoolYear

FIRST_GRADE, LAST_GRADE = 1, 9
FIRST_GRADE_OF_SUBJECT_TEACHERS = 5  # the teacher of a primary class takes a first one again
NOBODY = ""  # where the school has yet to name a teacher


def next_class(code: str) -> str | None:
    """«5А» → «6А»; None for a class that leaves the school."""
    grade = int(code[0])
    return None if grade >= LAST_GRADE else f"{grade + 1}{code[1:]}"


def next_school_year(year: SchoolYear) -> SchoolYear:
    """The year after, from the same day to the same day, without any quarters: its calendar is the school's order."""
    start, end = (day.replace(year=day.year + 1) for day in (year.start, year.end))
    return SchoolYear(
        title=f"{start.year}/{start.year + 1}", start=start, end=end, periods=(), six_day_week=year.six_day_week
    )


def next_classes(classes: Iterable[SchoolClass]) -> tuple[SchoolClass, ...]:
    """Every class a grade on with its class teacher, and as many first ones as there are now, led by nobody yet."""
    now = list(classes)
    first = [one.model_copy(update={"teacher": NOBODY}) for one in now if one.grade == FIRST_GRADE]
    moved = [
        one.model_copy(update={"code": code, "grade": one.grade + 1}) for one in now if (code := next_class(one.code))
    ]
    return tuple(sorted((*first, *moved), key=lambda one: (one.grade, one.code)))


def next_courses(directory: Directory, used: Iterable[str]) -> tuple[Course, ...]:
    """The load of the next classes: what is taught in that grade now, by whoever teaches the class the subject already.

    `used`: codes of all courses there ever were; none of them is given again, for keys of lessons are made of them."""
    number = highest_number(used)
    year = next_school_year(directory.year)
    codes = {one.code for one in next_classes(directory.classes)}
    courses = []
    for school_class in next_classes(directory.classes):
        for course, teacher in _load_of(school_class, directory):
            number += 1
            others = tuple(code for code in course.other_classes if code in codes)
            now = {"code": f"c{number:03d}", "school_class": school_class.code, "grade": school_class.grade,
                   "other_classes": others}  # fmt: skip
            days = {"teacher": teacher, "since": year.start, "until": None}
            courses.append(course.model_copy(update=now | days))
    return tuple(courses)


def highest_number(codes: Iterable[str]) -> int:
    """Of codes like «c017», 0 without any."""
    tails = (code[1:] for code in codes)
    return max((int(tail) for tail in tails if tail.isdigit()), default=0)


def _load_of(school_class: SchoolClass, directory: Directory) -> Iterator[tuple[Course, str]]:
    """Courses to be copied, with the teacher of each."""
    grade = school_class.grade
    before = next((one.code for one in directory.classes if next_class(one.code) == school_class.code), "")
    alike = [one for one in directory.classes if one.grade == grade]
    pattern = next((one for one in alike if one.code == school_class.code), alike[0] if alike else None)
    running = [one for one in directory.courses if one.until is None or one.until >= directory.year.end]
    own = [one for one in running if one.school_class == before]
    taught = {(one.subject, one.group): one.teacher for one in own if grade != FIRST_GRADE_OF_SUBJECT_TEACHERS}
    for course in running if pattern is not None else own:
        if course.kind is CourseKind.INDIVIDUAL:
            continue  # of one pupil, who goes on in his own class
        if pattern is not None and course.school_class != pattern.code:
            continue
        goes_on = grade == FIRST_GRADE and pattern is not None and course.teacher == pattern.teacher
        teacher = taught.get((course.subject, course.group), course.teacher)
        yield course, NOBODY if goes_on else teacher
    yield from ((course, course.teacher) for course in own if course.kind is CourseKind.INDIVIDUAL)


def next_roster(roster: Roster, courses: Sequence[Course], on: date) -> Roster:
    """The list of a class for its next one: pupils who go on under the codes they have, their families, and of the
    subgroups those of subjects that `courses` still divide."""
    school_class = next_class(roster.school_class)
    assert school_class is not None
    pupils = [
        pupil.model_copy(update={"school_class": school_class})
        for pupil in roster.pupils
        if pupil.attends(max(on, pupil.enrolled)) and pupil.status is not PupilStatus.LEFT
    ]
    codes = {pupil.code for pupil in pupils}
    divided = {(one.subject, one.group) for one in courses if school_class in one.classes}
    return Roster(
        school_class=school_class,
        pupils=tuple(pupils),
        guardians=tuple(one for one in roster.guardians if one.pupil in codes),
        groups=tuple(
            one
            for one in roster.groups
            if one.pupil in codes and (one.until is None or one.until > on) and (one.subject, one.group) in divided
        ),
    )
