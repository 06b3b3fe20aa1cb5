"""What really happened in a simulated year, kept in plain books by somebody who knows nothing of the service.

Nothing of the service may be imported here: the numbers are counted from the rules as a deputy would count them with a
pencil (DOMAIN 2.3, 2.6, 2.8-2.10, 3), so that whoever compares them with the service's compares two opinions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

AWAY = ("н", "б", "ув", "нп")
TAUGHT = ("урок", "индивидуальное")
BEYOND = ("внеурочная", "кружок", "ДО", "ГПД")
FOR_OTHERS = ("замещён", "объединение групп")
ZONE = ZoneInfo("Europe/Moscow")
DAY = timedelta(days=1)
Hour = tuple[date, int]


@dataclass
class Course:
    code: str
    title: str
    school_class: str
    grade: int
    subject: str
    group: str
    teacher: str
    kind: str
    marking: str
    since: date
    until: date | None = None
    after: str = ""  # the course that its teacher took over
    others: tuple[str, ...] = ()  # classes that come to the group besides the first
    week: Fraction = Fraction(1)  # hours of the load

    @property
    def classes(self) -> tuple[str, ...]:
        return self.school_class, *self.others

    @property
    def grades(self) -> tuple[int, ...]:
        return self.grade, *(int(name[0]) for name in self.others)

    @property
    def class_names(self) -> str:
        return ", ".join(self.classes)


@dataclass
class Lesson:
    """`day` and `slot` are the timetable's, `on` and `at` where the teacher has put it. `told`: when the service first
    heard of «Проведён», a topic, a homework."""

    course: Course
    day: date
    slot: int
    on: date
    at: int
    held: str = ""
    topic: str = ""
    homework: str = ""
    due: date | None = None
    minutes: int | None = None
    work: str = ""
    hours: Fraction | None = None  # that an extended day took
    entries: dict[str, str] = field(default_factory=dict)
    told: dict[str, datetime] = field(default_factory=dict)
    seq: int = 0

    @property
    def took_place(self) -> bool:
        return self.held == "да" or (self.held == "" and bool(self.entries))

    @property
    def touched(self) -> bool:
        return bool(self.held or self.topic or self.homework or self.due or self.minutes or self.work or self.hours
                    or self.entries
                    or (self.on, self.at) != (self.day, self.slot))  # fmt: skip


@dataclass
class Kept:
    """The year. Days «to» and «until» are the first day no more, as nobody says them; ends of rows are the last day."""

    start: date
    end: date
    quarters: dict[str, tuple[date, date]]
    bells: dict[int, time]  # ends of lessons
    courses: dict[str, Course] = field(default_factory=dict)
    timetable: dict[str, list[tuple[date, int, int]]] = field(default_factory=lambda: defaultdict(list))
    off: list[tuple[date, date, str, tuple[int, ...]]] = field(default_factory=list)  # first, last, kind, grades
    plan: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    uncounted: set[str] = field(default_factory=set)  # kinds of works that are in no mean
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    classes: dict[str, list[tuple[str, date, date]]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[tuple[str, str], list[tuple[str, date, date]]] = field(default_factory=lambda: defaultdict(list))
    grades: dict[str, int] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # employees: «Громова О. И.» by code
    lessons: dict[tuple[str, date, int], Lesson] = field(default_factory=dict)  # in which anything may be written
    by_course: dict[str, list[Lesson]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[tuple[str, date], str] = field(default_factory=dict)
    documents: dict[tuple[str, date], str] = field(default_factory=dict)
    finals: dict[tuple[str, str, str], str] = field(default_factory=dict)
    away: list[tuple[str, date, date, str]] = field(default_factory=list)
    substitutions: dict[tuple[str, date, int], tuple[str, str, str]] = field(default_factory=dict)  # kind, absent, who

    # --- the calendar and the timetable ---

    def days(self, start: date | None = None, end: date | None = None) -> Iterator[date]:
        day, last = start or self.start, end or self.end
        while day <= last:
            yield day
            day += DAY

    def quarter(self, day: date) -> str:
        return next((term for term, (first, last) in self.quarters.items() if first <= day <= last), "")

    def school_day(self, day: date, grade: int) -> bool:
        free = any(first <= day <= last and (not grades or grade in grades) for first, last, _, grades in self.off)
        return day.isoweekday() <= 5 and bool(self.quarter(day)) and not free

    def slots(self, course: Course, day: date) -> list[int]:
        """By load and timetable, whether pupils come that day or not."""
        if not course.since <= day <= (course.until or date.max):
            return []
        rows = [row for row in self.timetable[course.code] if row[0] <= day]
        latest = max((since for since, _, _ in rows), default=None)
        return sorted({slot for since, weekday, slot in rows if since == latest and weekday == day.isoweekday()})

    def length(self, course: Course, day: date) -> Fraction:
        """Of a lesson an hour; of an extended day its share of the load of the week."""
        if course.kind != "ГПД":
            return Fraction(1)
        rows = [row for row in self.timetable[course.code] if row[0] <= day]
        latest = max(since for since, _, _ in rows)
        return course.week / sum(since == latest for since, _, _ in rows)

    def took(self, course: Course, day: date, slot: int) -> Fraction:
        """The hours that were written of an extended day that is marked as held; those of the load until then."""
        lesson = self.lessons.get((course.code, day, slot))
        if course.kind != "ГПД" or lesson is None or lesson.held != "да" or lesson.hours is None:
            return self.length(course, day)
        return lesson.hours

    def hours(self, course: Course, day: date) -> list[int]:
        """A group of several classes goes on while one of them has school."""
        open_to = any(self.school_day(day, grade) for grade in course.grades)
        return self.slots(course, day) if open_to else []

    def lesson(self, course: str, day: date, slot: int) -> Lesson:
        """The lesson that the timetable has there; from now on it is written in."""
        key = course, day, slot
        if key not in self.lessons:
            self.lessons[key] = Lesson(self.courses[course], day, slot, day, slot)
            self.by_course[course].append(self.lessons[key])
        return self.lessons[key]

    def lessons_of(self, course: Course) -> list[Lesson]:
        """Every hour of the timetable as it is now, and lessons written in before it changed; in order of time."""
        found = {
            (day, slot): self.lessons.get((course.code, day, slot)) or Lesson(course, day, slot, day, slot)
            for day in self.days()
            for slot in self.hours(course, day)
        }
        found |= {(one.day, one.slot): one for one in self.by_course[course.code] if one.touched}
        before = len(self.lessons_of(self.courses[course.after])) if course.after else 0
        for seq, (_, lesson) in enumerate(sorted(found.items()), before + 1):
            lesson.seq = seq
        return [lesson for _, lesson in sorted(found.items())]

    def all_lessons(self, start: date, end: date) -> list[Lesson]:
        return [one for course in self.courses.values() for one in self.lessons_of(course) if start <= one.on <= end]

    def topic(self, lesson: Lesson) -> str:
        planned = self.plan.get((lesson.course.code, lesson.seq), ("", ""))[0]
        return lesson.topic or (planned if lesson.held == "да" else "")

    # --- people ---

    def list_name(self, pupil: str) -> str:
        return " ".join(self.names[pupil])

    def class_on(self, pupil: str, day: date) -> str:
        return next((name for name, since, until in self.classes[pupil] if since <= day < until), "")

    def on_course(self, pupil: str, course: Course, day: date) -> bool:
        if self.class_on(pupil, day) not in course.classes:
            return False
        if not course.since <= day <= (course.until or self.end):
            return False
        spans = self.groups.get((pupil, course.subject), [])
        if not course.group:  # whoever is taught alone is not with the class
            alone = {one.group for one in self.courses.values() if one.kind == "индивидуальное"
                     and (one.school_class, one.subject) == (course.school_class, course.subject)}  # fmt: skip
            return course.kind != "урок" or not any(g in alone and since <= day < until for g, since, until in spans)
        return any(g == course.group and since <= day < until for g, since, until in spans)

    def pupils_of(self, course: Course, day: date) -> list[str]:
        return sorted(pupil for pupil in self.classes if self.on_course(pupil, course, day))

    def absence(self, lesson: Lesson, pupil: str) -> str:
        """What the teacher wrote, the class teacher's reason before it."""
        code = absence_in(lesson.entries.get(pupil, ""))
        return self.reasons.get((pupil, lesson.on), "") or code if code in AWAY else code

    # --- marks ---

    def marks(self, pupil: str, course: Course, term: str, today: date) -> list[int]:
        """Those that a mean is made of, in order of time."""
        lessons = sorted(self.by_course[course.code], key=lambda one: (one.on, one.at))
        return [
            mark
            for lesson in lessons
            if self.quarter(lesson.on) == term and lesson.on <= today and lesson.work not in self.uncounted
            for mark in marks_in(lesson.entries.get(pupil, ""))
        ]

    def marks_of_subject(self, pupil: str, subject: str, term: str, today: date) -> list[int]:
        """They come along to another class, another subgroup and another teacher."""
        own = [one for one in self.courses.values() if one.subject == subject]
        return [mark for course in own for mark in self.marks(pupil, course, term, today)]

    def quarter_marks(self, pupil: str, course: Course) -> list[int]:
        """What the year mark in a course is made of: of each quarter the mark given in it, else that given elsewhere in
        the subject."""
        found = []
        for term in self.quarters:
            given = {code: self.finals[pupil, code, term] for code, one in self.courses.items()
                     if one.subject == course.subject and (pupil, code, term) in self.finals}  # fmt: skip
            value = given.get(course.code) or next(iter(given.values()), "")
            found += [int(value)] if value.isdigit() else []
        return found

    # --- R01 ---

    def filling(self, start: date, end: date, today: date) -> dict[str, Counter[str]]:
        """By course: how its lessons were written down."""
        lessons = self.all_lessons(start, end)
        last_bell: dict[tuple[str, date], time] = {}
        for one in lessons:
            if one.course.kind in TAUGHT and one.at in self.bells:
                for school_class in one.course.classes:
                    key = school_class, one.on
                    last_bell[key] = max(last_bell.get(key, time()), self.bells[one.at])
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for lesson in lessons:
            if lesson.on <= today:
                found[lesson.course.code].update(self._filled(lesson, last_bell, today))
        return found

    def _filled(self, lesson: Lesson, last_bell: dict[tuple[str, date], time], today: date) -> dict[str, int]:
        evening, five = moment(lesson.on, time(18)), moment(lesson.on, time(17))
        bells = [last_bell[one, lesson.on] for one in lesson.course.classes if (one, lesson.on) in last_bell]
        bell = max(bells, default=None)
        before_five = five if bell is None else min(five, moment(lesson.on, bell) + timedelta(hours=1))
        planned_topic, planned_homework = self.plan.get((lesson.course.code, lesson.seq), ("", ""))
        asked = lesson.course.kind in TAUGHT and lesson.course.grade > 1 and (
            not planned_topic or bool(planned_homework) or lesson.homework not in ("", "—")
        )
        held = lesson.held == "да"
        lacks = {
            "без_темы": not self.topic(lesson),
            "без_отсутствующих": not held,
            "без_дз": asked and not lesson.homework,
        }
        told = {"held": lesson.told.get("held") if held else None,
                "topic": lesson.told.get("topic") if lesson.topic else None,
                "homework": lesson.told.get("homework") if lesson.homework else None}  # fmt: skip
        # a topic by plan is told with «Проведён»; one typed later does not make it later
        topics = [told["topic"], told["held"] if held and planned_topic else None]
        topic_at = min((at for at in topics if at), default=None)
        in_time = all(
            at is None or at <= by
            for at, by in ((told["held"], evening), (topic_at or told["held"], evening),
                           (told["homework"] if asked else None, before_five))
        )  # fmt: skip
        complete = not any(lacks.values())
        expected = lesson.held != "нет" and (complete or lesson.on < today)
        return {
            "по_расписанию": 1,
            "проведено": int(lesson.took_place),
            "записано": int(any(told.values())),
            **{name: int(expected and lack) for name, lack in lacks.items()},
            "в_срок": int(expected and complete and in_time),
            "с_опозданием": int(expected and complete and not in_time),
            "не_внесено": int(expected and not complete),
        }

    # --- R05 ---

    def attendance(self, start: date, end: date, today: date) -> dict[tuple[str, str], Counter[str]]:
        """By class and pupil."""
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        by_day: dict[tuple[str, str, date], list[str]] = defaultdict(list)
        for lesson in self.all_lessons(start, min(end, today)):
            if lesson.took_place and lesson.course.kind in TAUGHT:
                for pupil in self.pupils_of(lesson.course, lesson.on):
                    key = self.class_on(pupil, lesson.on), pupil, lesson.on
                    by_day[key].append(self.absence(lesson, pupil))
        for (school_class, pupil, _), codes in by_day.items():
            found[school_class, pupil] += Counter({
                "дней": int(all(code in AWAY for code in codes)),
                "дней_болезнь": int(all(code == "б" for code in codes)),
                "уроков": sum(code in AWAY for code in codes),
                "уроков_болезнь": codes.count("б"),
                "опозданий": codes.count("оп"),
                "уважительных": codes.count("ув"),
                "неуважительных": codes.count("нп"),
                "мест": len(codes),
            })  # fmt: skip
        return found

    # --- R12 and R13 ---

    def given(self, course: str, day: date, slot: int) -> bool:
        """Whether the journal says that there was a lesson then, wherever the timetable had it."""
        return any(one.held == "да" and (one.on, one.at) == (day, slot) for one in self.by_course[course])

    def absent_why(self, employee: str, day: date) -> str:
        return next((code for who, first, last, code in self.away if who == employee and first <= day <= last), "")

    def pay_code(self, course: str) -> str:
        of = self.courses[course]
        return "ЗП" if of.kind == "ГПД" else "ЗН" if of.grade <= 3 else "ЗС"

    def substituted(self, start: date, end: date) -> dict[str, Counter[str]]:
        """By employee: hours not given and given for others; under "" the two numbers of the head."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (course, day, slot), (kind, absent, who) in self.substitutions.items():
            if not start <= day <= end:
                continue
            found[""].update([f"всего {'замещено' if kind in FOR_OTHERS else kind}"])
            hours = self.length(self.courses[course], day)
            if kind != "перенесён":
                why = "болезнь" if self.absent_why(absent, day) == "Б" else "другие"
                names = ["пропущено", why, "замещено" if kind in FOR_OTHERS else "не_замещено"]
                found[absent].update(dict.fromkeys(names, hours))  # type: ignore[arg-type]
            if kind in FOR_OTHERS and self.given(course, day, slot):
                place = {"ЗП": "в_гпд", "ЗН": "в_1_3", "ЗС": "в_4_9"}[self.pay_code(course)]
                took = self.took(self.courses[course], day, slot)
                found[who].update(dict.fromkeys((place, "к_оплате"), took))  # type: ignore[arg-type]
        return found

    # --- R17 ---

    def beyond_lessons(self, start: date, end: date, today: date) -> dict[str, tuple[int, ...]]:
        """By course that is no lesson: meetings by the timetable, held, pupils, visits, meetings without a topic."""
        last = min(end, today)
        found = {}
        for course in self.courses.values():
            if course.kind not in BEYOND:
                continue
            lessons = [one for one in self.lessons_of(course) if start <= one.on <= last]
            held = [one for one in lessons if one.took_place]
            visits = sum(
                self.absence(one, pupil) not in AWAY for one in held for pupil in self.pupils_of(course, one.on)
            )
            pupils = len(self.pupils_of(course, min(last, self.end)))
            no_topic = sum(not self.topic(one) for one in held)
            if lessons or pupils:
                found[course.code] = (len(lessons), len(held), pupils, visits, no_topic)
        return found

    def timesheet(self, start: date, end: date) -> dict[str, dict[date, list[tuple[str, Fraction]]]]:
        """By employee and day: code and hours, as they stand in the form under each other."""
        return {
            employee: {day: self._day(employee, day) for day in self.days(start, end)}
            for employee in self.people
            if self._concerned(employee, start, end)
        }

    def _concerned(self, employee: str, start: date, end: date) -> bool:
        return (
            any(one.teacher == employee and one.since <= end and start <= (one.until or end)
                for one in self.courses.values())
            or any(who == employee and first <= end and start <= last for who, first, last, _ in self.away)
            or any(employee in (absent, who) and start <= day <= end
                   for (_, day, _), (_, absent, who) in self.substitutions.items())
        )  # fmt: skip

    def _day(self, employee: str, day: date) -> list[tuple[str, Fraction]]:
        festive = any(first <= day <= last and kind in ("праздник", "перенос") and not grades
                      for first, last, kind, grades in self.off)  # fmt: skip
        free = festive or day.isoweekday() > 5
        own = {} if free else {
            slot: self.length(course, day)
            for course in self.courses.values() if course.teacher == employee
            for slot in self.slots(course, day)
        }  # fmt: skip
        took = {} if free else {
            slot: self.took(course, day, slot)
            for course in self.courses.values() if course.teacher == employee
            for slot in self.slots(course, day)
        }  # fmt: skip
        norm = sum(own.values(), Fraction())
        for_others: dict[str, Fraction] = defaultdict(Fraction)
        lost = set()
        for (course, on, slot), (kind, absent, who) in self.substitutions.items():
            if on != day:
                continue
            held = self.given(course, day, slot)
            if who == employee and kind in FOR_OTHERS and held:
                for_others[self.pay_code(course)] += self.took(self.courses[course], day, slot)
            if absent == employee and (kind in FOR_OTHERS or (kind == "пропущен" and not held)):
                lost.add(slot)
        extra = [(code, for_others[code]) for code in ("ЗН", "ЗС", "ЗП") if for_others[code]]
        why = self.absent_why(employee, day)
        if why and (not free or why == "Б" or (why == "О" and not festive)):
            return [(why, norm), *extra]
        if free:
            return [("В", Fraction()), *extra]
        worked = sum((hours for slot, hours in took.items() if slot not in lost), Fraction())
        if own and not worked:
            return [("НН", norm), *extra]
        return [*([("Ф", worked)] if worked else []), *extra]


def moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE)


def marks_in(entry: str) -> list[int]:
    return [int(letter) for letter in entry if letter.isdigit()]


def absence_in(entry: str) -> str:
    """The code before any mark; «зач» and «нез» are none."""
    letters = "".join(letter for letter in entry if letter.isalpha())
    return letters if letters in (*AWAY, "оп", "осв") else ""


def mean_of(marks: list[int]) -> Fraction | None:
    return Fraction(sum(marks), len(marks)) if marks else None


def rounded(mean: Fraction) -> int:
    """A half counts up; nobody gets less than a two."""
    return max(2, int(mean + Fraction(1, 2)))
