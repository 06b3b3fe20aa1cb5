"""What may happen in a year besides lessons: people come, go and fall ill, the timetable and the calendar change,
quarters end, mistakes are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sync_service.domain.problems import Code
from sync_service.usecases import periods, requests
from sync_service.usecases.correcting import correct_entry
from tests.simulation.hands import OpenBook, Typed
from tests.simulation.invented import WEEKDAYS
from tests.simulation.kept import BEYOND, Course
from tests.simulation.life import Life, journal_of, said

SCHOOL = "Школа"
NOTHING_TYPED = True  # what an event tells after which the service has nothing to look at
DEPUTY = {"by": "Белова Т. С.", "reason": "отметки проверены"}
NEWCOMERS = (("Нежданов", "Юрий"), ("Новосёлова", "Алла"), ("Орлова", "Тая"), ("Панин", "Глеб"))


class Story(Life):
    """Every event prepares what people type before the lessons of its day."""

    vanished = ""

    def looks_again(self) -> None:
        """Somebody who was entered long before comes for the first time: the journals get his line."""

    # --- the timetable and the calendar ---

    def new_hours(self, since: date, course: Course, hours: list[tuple[int, int]], what: str) -> None:
        for weekday, slot in hours:
            self.books.timetable[course.code].append((since, weekday, slot))
            self._timetable_row(since, course, weekday, slot)
        self.reached[what] += 1

    def _timetable_row(self, since: date, course: Course, weekday: int, slot: int) -> None:
        cells = said({
            "since": since, "weekday": WEEKDAYS[weekday], "slot": slot, "class": course.class_names,
            "subject": course.subject, "group": course.group, "teacher": self.books.people[course.teacher],
        })  # fmt: skip
        self.do(SCHOOL, lambda book: add(book, "timetable", "since", cells))

    def pattern(self, course: Course, day: date) -> list[tuple[int, int]]:
        """Weekdays and numbers of the lessons of a course as the timetable has them in the week of a day."""
        monday = day - timedelta(days=day.weekday())
        return [(n + 1, slot) for n in range(5) for slot in self.books.slots(course, monday + timedelta(days=n))]

    def free_hour(self, course: Course, day: date, *, besides: Iterable[int] = ()) -> tuple[int, int]:
        """When neither the class nor the teacher has a lesson in the week of a day."""
        taken = {
            hour
            for other in self.books.courses.values()
            if self._meet(course, other)
            for hour in self.pattern(other, day)
        }
        weekdays = [n for n in (2, 4, 3, 5, 1) if n not in besides]
        return next((n, slot) for slot in (3, 4, 5, 6, 7, 8) for n in weekdays if (n, slot) not in taken)

    def lesson_shifts(self, since: date, course: Course) -> None:
        """The first hour of the week goes to another day."""
        first, *others = self.pattern(course, since)
        hours = [*others, self.free_hour(course, since, besides=[first[0]])]
        self.new_hours(since, course, sorted(hours), "урок перенесён в расписании")

    def lesson_added(self, since: date, course: Course) -> None:
        hours = self.pattern(course, since)
        hours.append(self.free_hour(course, since, besides=[n for n, _ in hours]))
        self.new_hours(since, course, sorted(hours), "час добавлен в расписание")

    def lesson_withdrawn(self, since: date, course: Course) -> None:
        self.new_hours(since, course, self.pattern(course, since)[:-1], "час снят с расписания")

    def day_off(self, start: date, end: date, kind: str, title: str, grades: tuple[int, ...] = ()) -> None:
        self.books.off.append((start, end, kind, grades))
        cells = said({"kind": kind, "title": title, "start": start, "end": end, "grades": ",".join(map(str, grades))})
        self.do(SCHOOL, lambda book: add(book, "calendar", "kind", cells))
        self.reached[kind] += 1

    def new_course(self, since: date, school_class: str, teacher: str) -> None:
        """A circle begins in the middle of the year."""
        grade = self.books.grades[school_class]

        def begin(book: OpenBook) -> None:
            book.add_row("subjects", "title", {"title": "Шахматы", "short": "Шахм.", "marking": "безотметочно"})
            code = book.add_row("load", "teacher", {
                "teacher": self.books.people[teacher], "class": school_class, "subject": "Шахматы", "kind": "кружок",
                "hours": 1, "since": since,
            })  # fmt: skip
            course = Course(code, "Шахматы", school_class, grade, "Шахматы", "", teacher, "кружок", "безотметочно",
                            since)  # fmt: skip
            self.books.courses[code] = course
            weekday, slot = self.free_hour(course, since)
            self.books.timetable[code].append((since, weekday, slot))
            book.add_row("timetable", "since", {
                "since": since, "weekday": WEEKDAYS[weekday], "slot": slot, "class": school_class,
                "subject": "Шахматы", "teacher": self.books.people[teacher],
            })  # fmt: skip

        self.do(SCHOOL, begin)
        self.reached["новый курс среди года"] += 1

    def hands_over(self, since: date, school_class: str) -> None:
        """Somebody else has the course from a day on: a new row of the load; the timetable stays as it hangs."""
        old = self.lesson_course(school_class)
        hours = set(self.pattern(old, since))
        busy = {one.teacher for one in self.books.courses.values() if hours & set(self.pattern(one, since))}
        teacher = min(set(self.books.people) - busy)
        old.until = since - timedelta(days=1)
        where = {"class": school_class, "subject": old.subject, "group": old.group or None}

        def take_over(book: OpenBook) -> None:
            book.change_rows("load", where, {"until": old.until})
            code = book.add_row("load", "teacher", said({
                "teacher": self.books.people[teacher], **where, "kind": old.kind, "hours": 1, "since": since,
            }))  # fmt: skip
            self.books.courses[code] = replace(old, code=code, teacher=teacher, since=since, until=None, after=old.code)
            self.books.timetable[code] += self.books.timetable[old.code]
            self.books.plan |= {(code, seq): row for (of, seq), row in self.books.plan.items() if of == old.code}

        self.do(SCHOOL, take_over)
        self.reached["курс передан другому учителю"] += 1

    # --- pupils ---

    def arrives(self, day: date, school_class: str) -> None:
        last, first = NEWCOMERS[self.reached["ученик прибыл"]]
        subjects = self.split_subjects(school_class)

        def enter(book: OpenBook) -> None:
            code = book.add_row(f"roster {school_class}", "last", {
                "last": last, "first": first, "enrolled": day, "enrolled_order": "№ 64-у", "status": "обучается",
            })  # fmt: skip
            self.books.names[code] = (last, first)
            self.books.classes[code].append((school_class, day, date.max))
            for subject in subjects:
                self.books.groups[code, subject].append(("1", day, date.max))
                book.add_row("groups", "pupil", {"pupil": f"{last} {first}", "subject": subject, "group": "1",
                                                 "since": day})  # fmt: skip

        self.do(f"{school_class} Список", enter)
        self.reached["ученик прибыл"] += 1

    def split_subjects(self, school_class: str) -> list[str]:
        """Those in which everybody of the class is in one of two subgroups."""
        return sorted({one.subject for one in self.books.courses.values()
                       if one.school_class == school_class and one.kind == "урок" and one.group in ("1", "2")
                       and not one.others})  # fmt: skip

    def groups_change(self, day: date) -> None:
        """Of every group beyond lessons somebody goes and somebody else comes."""
        for course in list(self.books.courses.values()):
            if course.kind in BEYOND and course.group:
                members = self.books.pupils_of(course, day)
                others = [one for one in sorted(self.books.classes) if one not in members
                          and self.books.class_on(one, day) in course.classes]  # fmt: skip
                self.quits(day, course, self.rng.choice(members))
                if others:
                    self.joins(day, course, self.rng.choice(others))

    def joins(self, day: date, course: Course, pupil: str) -> None:
        self.books.groups[pupil, course.subject].append((course.group, day, date.max))
        row = {"pupil": self.books.list_name(pupil), "subject": course.subject, "group": course.group, "since": day}
        self.do(f"{self.books.class_on(pupil, day)} Список", lambda book: add(book, "groups", "pupil", row))
        self.reached["ученик пришёл в группу"] += 1

    def quits(self, day: date, course: Course, pupil: str) -> None:
        """The class teacher writes the last day."""
        group, since, _ = self.books.groups[pupil, course.subject].pop()
        self.books.groups[pupil, course.subject].append((group, since, day))
        row = {"pupil": self.books.list_name(pupil), "subject": course.subject, "group": group}
        self.do(f"{self.books.class_on(pupil, day)} Список",
                lambda book: book.change_rows("groups", row, {"until": day - timedelta(days=1)}))  # fmt: skip
        self.reached["ученик ушёл из группы"] += 1

    def vanishes(self, day: date, school_class: str) -> bool:
        """Somebody does not come any more, and nobody knows yet that he has left. Nothing to be typed."""
        self.vanished = self.somebody(school_class, day)
        self.ill_until[self.vanished] = (date.max, "нп")
        return NOTHING_TYPED

    def leaves(self, left: date, school_class: str) -> str:
        """The class teacher writes it down today, on the day or after it; what was typed meanwhile is taken out."""
        pupil = self.vanished or self.somebody(school_class, left)
        self.vanished = ""
        last, first = self.books.names[pupil]
        self.books.classes[pupil] = [(name, since, min(until, left))
                                     for name, since, until in self.books.classes[pupil]]  # fmt: skip
        self.do(f"{school_class} Список", lambda book: change(
            book, f"roster {school_class}", {"last": last, "first": first},
            {"left": left, "left_order": "№ 67-у", "status": "выбыл"},
        ))  # fmt: skip
        for lesson in self.books.lessons.values():
            if lesson.on >= left and lesson.entries.pop(pupil, ""):
                taken_out = self.typing(lesson, pupil, None)
                self.mistakes.append((pupil, lesson.on, journal_of(lesson.course), taken_out))
                self.reached["записи после выбытия"] += 1
        self.in_the_list = [(who, day) for who, day in self.in_the_list if who != pupil]
        self.reached["ученик выбыл"] += 1
        return pupil

    def somebody(self, school_class: str, day: date) -> str:
        here = [pupil for pupil in self.books.classes if self.books.class_on(pupil, day) == school_class]
        return self.rng.choice(sorted(here))

    def renamed(self, day: date, school_class: str) -> None:
        pupil = self.somebody(school_class, day)
        last, first = self.books.names[pupil]
        new = "Яковлева" if last.endswith("а") else "Яковлев"

        def rename(book: OpenBook) -> None:
            book.change_rows(f"roster {school_class}", {"last": last, "first": first}, {"last": new})
            if book.rows("groups", {"pupil": f"{last} {first}"}):
                book.change_rows("groups", {"pupil": f"{last} {first}"}, {"pupil": f"{new} {first}"})
            if book.rows("families", {"pupil": f"{last} {first}"}):
                book.change_rows("families", {"pupil": f"{last} {first}"}, {"pupil": f"{new} {first}"})
            self.books.names[pupil] = (new, first)

        self.do(f"{school_class} Список", rename)
        self.reached["ученик сменил фамилию"] += 1

    def changes_group(self, day: date, school_class: str) -> None:
        """In every subject at once, since the groups of two subjects may meet at one hour. The old row gets its last
        day, a new row begins the day after."""
        pupil = self.somebody(school_class, day)
        name = self.books.list_name(pupil)
        for subject in self.split_subjects(school_class):
            spans = self.books.groups[pupil, subject]
            group, since, _ = spans.pop()
            other = {"1": "2", "2": "1"}[group]
            spans += [(group, since, day), (other, day, date.max)]
            old = {"pupil": name, "subject": subject, "group": group}
            self.do(f"{school_class} Список", partial(regroup, old=old, new=old | {"group": other, "since": day}))
        self.reached["ученик сменил подгруппу"] += 1

    def changes_class(self, day: date, old: str, new: str) -> None:
        """The old list says from which day he is there no more, the new one has his row and code from that day."""
        pupil = self.somebody(old, day)
        last, first = self.books.names[pupil]
        name, since, _ = self.books.classes[pupil].pop()
        self.books.classes[pupil] += [(name, since, day), (new, day, date.max)]
        gone = {"left": day, "left_order": "приказ № 9"}
        self.do(f"{old} Список", lambda book: book.change_rows(f"roster {old}", {"last": last, "first": first}, gone))
        row = {"last": last, "first": first, "enrolled": day, "status": "обучается"}
        self.do(f"{new} Список", lambda book: add(book, f"roster {new}", "last", row, key=pupil))
        for (who, subject), spans in list(self.books.groups.items()):
            if who == pupil and spans[-1][2] == date.max:  # his groups of the old list end with it
                group, begun, _ = spans.pop()
                spans.append((group, begun, day))
                if any(new in one.classes and (one.subject, one.group) == (subject, group)
                       for one in self.books.courses.values()):  # fmt: skip
                    spans.append((group, day, date.max))
                    again = {"pupil": f"{last} {first}", "subject": subject, "group": group, "since": day}
                    self.do(f"{new} Список", partial(add, tab="groups", required="pupil", cells=again))
        self.in_the_list = [(who, on_day) for who, on_day in self.in_the_list if who != pupil]
        self.reached["ученик перешёл в другой класс"] += 1

    # --- teachers ---

    def away(self, employee: str, first: date, last: date, code: str, kinds: Iterable[str]) -> None:
        """Entered on the first morning. Of the lessons one after another becomes what `kinds` say, round and round;
        «замещён молча»: nobody writes in the journal that the substitute was there."""
        row = {"employee": self.books.people[employee], "start": first, "end": last, "code": code, "document": "№ 12"}
        self.do(SCHOOL, lambda book: add(book, "staffabsences", "employee", row))
        self.books.away.append((employee, first, last, code))
        hours = [
            (course, day, slot)
            for day in self.books.days(first, last)
            for course in self.books.courses.values()
            if course.teacher == employee
            for slot in self.books.hours(course, day)
        ]
        wanted = list(kinds)
        for number, (course, day, slot) in enumerate(sorted(hours, key=lambda hour: (hour[1], hour[2]))):
            self._becomes(wanted[number % len(wanted)], course, day, slot, last)
        self.reached["учитель отсутствует"] += 1

    def _becomes(self, wanted: str, course: Course, day: date, slot: int, back: date) -> None:
        fate = (course.code, day, slot)
        kind = wanted.removesuffix(" молча")
        who = ""
        if sibling := self._sibling(course, day, slot):
            kind, who = "объединение групп", sibling.teacher
        elif kind == "замещён":
            who = self._free_teacher(course, day, slot)
            if not who:
                kind = "пропущен"
        if kind == "пропущен":
            self.fates[fate] = "пропущен"
        elif kind == "перенесён":
            self.fates[fate] = "перенесён"
            lesson = self.books.lesson(*fate)
            self.move(lesson, *self._later_hour(course, back))
        elif wanted.endswith("молча"):
            self.fates[fate] = "никто не сказал"
            self.reached["замена не подтверждена"] += 1
        self.substituted(course, day, slot, kind, who)

    def substituted(self, course: Course, day: date, slot: int, kind: str, who: str) -> None:
        self.books.substitutions[course.code, day, slot] = (kind, course.teacher, who)
        cells = said({
            "date": day, "slot": slot, "class": course.class_names, "subject": course.subject, "group": course.group,
            "absent": self.books.people[course.teacher], "kind": kind, "substitute": self.books.people.get(who, ""),
            "order": "пр. № 5",
        })  # fmt: skip
        self.do(SCHOOL, lambda book: add(book, "substitutions", "date", cells))
        self.reached[kind] += 1

    def _sibling(self, course: Course, day: date, slot: int) -> Course | None:
        """The other group of the class at the same hour, if its teacher is there."""
        return next(
            (one for one in self.books.courses.values()
             if course.group and one is not course and one.group
             and (one.school_class, one.subject, one.kind) == (course.school_class, course.subject, course.kind)
             and slot in self.books.hours(one, day) and not self.books.absent_why(one.teacher, day)
             and (one.code, day, slot) not in self.fates),
            None,
        )  # fmt: skip

    def _free_teacher(self, course: Course, day: date, slot: int) -> str:
        busy = {one.teacher for one in self.books.courses.values() if slot in self.books.hours(one, day)}
        busy |= {who for (_, on, at), (_, _, who) in self.books.substitutions.items() if (on, at) == (day, slot)}
        free = [code for code in self.books.people
                if code not in busy and code != course.teacher and not self.books.absent_why(code, day)]  # fmt: skip
        return self.rng.choice(free) if free else ""

    def _later_hour(self, course: Course, after: date) -> tuple[date, int]:
        """The first hour, once the teacher is back, when neither the class nor the teacher has anything else."""
        for day in self.books.days(after + timedelta(days=1)):
            if not self.books.school_day(day, course.grade) or self.books.absent_why(course.teacher, day):
                continue
            taken = {
                slot for one in self.books.courses.values() if self._meet(one, course)
                for slot in self.books.hours(one, day)
            }  # fmt: skip
            taken |= {one.at for one in self.moved_in[day] if self._meet(one.course, course)}
            if free := sorted(set(self.books.bells) - taken):
                return day, free[0]
        raise AssertionError(f"до конца года нет свободного часа: {course.school_class}, {course.title}")

    @staticmethod
    def _meet(one: Course, other: Course) -> bool:
        """Whether they cannot be given at one hour."""
        return not set(one.classes).isdisjoint(other.classes) or one.teacher == other.teacher

    # --- corrections and quarters ---

    def office_corrects(self, since: date, until: date) -> None:
        """`journal correct`; the teacher reads the note and types the same."""
        lesson, pupil = self.change_a_mark(since, until, "исправлено командой")
        self.pending.pop()  # not typed yet: the office was first
        correct_entry(
            self.workspace, lesson.entries[pupil], pupil=self.books.list_name(pupil), course=lesson.course.code,
            date=lesson.on.isoformat(), number=lesson.at, school_class=lesson.course.school_class, **DEPUTY,
        )  # fmt: skip
        agreeing = self.typing(lesson, pupil, lesson.entries[pupil])
        self.mistakes.append((pupil, lesson.on, journal_of(lesson.course), agreeing))

    def asks_too_late(self, since: date, until: date, *, approve: bool) -> None:
        """A mark changed in a closed quarter waits for the deputy: she agrees, or the old one is put back."""
        lesson, pupil = self.change_a_mark(since, until, "изменение в закрытой четверти")
        new = lesson.entries[pupil]
        self.pass_by()
        (waiting,) = [one for one in requests.waiting() if not one.refused]
        assert (waiting.new, waiting.who) == (new, f"{self.books.list_name(pupil)}, {lesson.on:%d.%m}")
        if approve:
            requests.approve(self.workspace, [waiting.number], by="Белова Т. С.", reason="служебная записка № 7")
            self.reached["заявка одобрена"] += 1
        else:
            requests.refuse(self.workspace, [waiting.number], by="Белова Т. С.", reason="нет оснований")
            self.enter(lesson, pupil, waiting.old, waiting.old)
            self.reached["в заявке отказано"] += 1
        self.pass_by()
        assert requests.waiting() == []

    def closes(self, term: str) -> None:
        number = {"Q1": "I", "Q2": "II", "Q3": "III", "Q4": "IV"}[term]
        periods.close(self.workspace, number, **DEPUTY)
        self.allowed.add(Code.PERIOD_CLOSED)  # looked at where it is asked for; later nothing may wait
        self.reached["четверть закрыта"] += 1

    # --- picking ---

    def lesson_course(self, school_class: str) -> Course:
        """The first course of the whole class with points that is not given every day."""
        return next(
            one for one in self.books.courses.values()
            if one.school_class == school_class and one.marking == "балл" and not one.group
            and 0 < len({weekday for weekday, _ in self.pattern(one, self.now[0].date())}) < 5
        )  # fmt: skip


def add(book: OpenBook, tab: str, required: str, cells: dict[str, Typed], key: str = "") -> None:
    book.add_row(tab, required, cells, key)


def change(book: OpenBook, tab: str, where: dict[str, Typed], cells: dict[str, Typed]) -> None:
    book.change_rows(tab, where, cells)


def regroup(book: OpenBook, old: dict[str, Typed], new: dict[str, Typed]) -> None:
    since = new["since"]
    assert isinstance(since, date)
    book.change_rows("groups", old, {"until": since - timedelta(days=1)})
    book.add_row("groups", "pupil", new)


Days = dict[date, list[Callable[[], object]]]


def on(days: Days, year: int, month: int, day: int, *events: Callable[[], object]) -> None:
    days[date(year, month, day)] += events


def empty_days() -> Days:
    return defaultdict(list)
