"""The everyday life of a school: lessons, marks, absences, slips of the pen, and the service that looks in.

Teachers do what they can do: type into books. What they meant goes into the plain books of kept.Kept at that moment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from random import Random

from sync_service.domain.problems import Code, Problem
from sync_service.usecases.outcome import SyncReport
from sync_service.usecases.provision import provision
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import Workspace
from tests.simulation.hands import NoPlace, OpenBook, Typed, resave
from tests.simulation.kept import AWAY, BEYOND, Course, Kept, Lesson, absence_in, marks_in, mean_of, moment, rounded

SPELLINGS = {"н": ("н", "Н", "нб", " н"), "б": ("б", "Б."), "ув": ("ув", "уп"), "оп": ("оп", "ОП")}
NONSENSE = ("45", "6", "4,5", "н б", "О", "+5", "пять", "5.", "TRUE")
Doing = Callable[[OpenBook], None]


class Life:
    """`now` is the clock of the workspace, moved by the days that pass."""

    def __init__(self, workspace: Workspace, now: list[datetime], books: Kept, seed: int) -> None:
        self.workspace, self.now, self.books = workspace, now, books
        self.rng = Random(seed)
        self.reached: Counter[str] = Counter()
        self.looked = now[0]  # when the service last did
        self.pending: list[tuple[str, Doing]] = []  # what people will have typed when they next save
        self.unheard: list[tuple[Lesson, str]] = []  # what the service learns at the next pass
        self.mistakes: list[tuple[str, date, str, Doing]] = []  # pupil, day of the lesson, book, how it is mended
        self.later: list[tuple[str, Doing]] = []  # what people will put right after the next pass, unasked
        self.missing: list[str] = []  # where somebody found no place to write
        self.fates: dict[tuple[str, date, int], str] = {}  # of lessons whose teacher is away
        self.moved_in: dict[date, list[Lesson]] = defaultdict(list)
        self.absent: dict[tuple[str, date], tuple[int, str, str]] = {}  # first lesson missed, reason, paper
        self.ill_until: dict[str, tuple[date, str]] = {}
        self.unexplained: list[tuple[str, date]] = []
        self.in_the_list: list[tuple[str, date]] = []  # the service has put them down in «Пропуски»
        self.allowed: set[Code] = set()  # holds that people have made on purpose

    # --- the clock and the service ---

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        self.now[0] = moment(day, time(hour, minute)).astimezone(UTC)

    def do(self, book: str, doing: Doing) -> None:
        self.pending.append((book, doing))

    def save_all(self) -> None:
        by_book: dict[str, list[Doing]] = defaultdict(list)
        for book, doing in self.pending:
            by_book[book].append(doing)
        self.pending = []
        for name, doings in by_book.items():
            book = OpenBook(self.workspace.config.books.folder / f"{name}.xlsx")
            for doing in doings:
                try:
                    doing(book)
                except NoPlace as error:
                    self.missing.append(f"{self.now[0]:%d.%m.%Y}: {error}")
            book.save()

    def resave(self, name: str) -> None:
        resave(self.workspace.config.books.folder / f"{name}.xlsx")
        self.reached["книга пересохранена"] += 1

    def pass_by(self, **how: bool) -> SyncReport:
        """People save, the service looks, and whoever reads a remark will mend it tomorrow."""
        self.save_all()
        self.looked = self.now[0]
        report = sync(self.workspace, **how)
        for lesson, name in self.unheard:
            lesson.told.setdefault(name, self.now[0])
        self.unheard = []
        assert [str(trouble) for trouble in report.troubles] == []
        held = [
            f"{self.now[0]:%d.%m.%Y}: {book.name}, {plan}" for book in report.books for plan in book.held
            if plan.withheld and Code(plan.withheld.code) not in self.allowed
        ]  # fmt: skip
        assert held == [], "\n".join(held)
        problems = [problem for book in report.books for problem in book.problems]
        for pupil, day, name, mending in self.mistakes:
            who = f"{self.books.list_name(pupil)}, {day:%d.%m}"
            assert any(who in problem.place.who for problem in problems), (self.now[0], who, problems)
            self.do(name, mending)
            self.reached["ошибка замечена и исправлена"] += 1
        self.mistakes = []
        self.in_the_list += self.unexplained
        self.unexplained = []
        self.pending += self.later
        self.later = []
        if any(problem.code is Code.BOOK_NARROW for problem in self.standing()):
            done = provision(self.workspace)
            assert (done.problems, done.troubles, done.refused) == ([], [], []), done
            assert done.redrawn
            self.reached["журнал перерисован"] += 1
            sync(self.workspace)
        return report

    def standing(self) -> list[Problem]:
        from sync_service.records import sync_state  # noqa: PLC0415 - Django must be ready

        return [problem for book in sync_state.book_states() for _, problem, _ in sync_state.standing_problems(book)]

    # --- a day ---

    def live(self, day: date) -> None:
        if day.isoweekday() == 1:
            self._explain(day)
        for pupil in self.books.classes:
            self._wake(pupil, day)
        for course in list(self.books.courses.values()):
            for slot in self.books.hours(course, day):
                lesson = self.books.lesson(course.code, day, slot)
                fate = self.fates.get((course.code, day, slot), "")
                if fate == "пропущен":
                    self.write(lesson, held="нет")
                elif fate != "никто не сказал" and (lesson.on, lesson.at) == (day, slot):
                    self.teach(lesson)
        for lesson in self.moved_in.pop(day, ()):
            self.teach(lesson)

    def _wake(self, pupil: str, day: date) -> None:
        rng = self.rng
        until, reason = self.ill_until.get(pupil, (day, ""))
        if until > day:
            self.absent[pupil, day] = (1, reason, "")
        elif rng.random() < 0.02:
            reason, length = rng.choice((("б", 5), ("б", 2), ("ув", 1), ("нп", 1)))
            self.ill_until[pupil] = (day + timedelta(days=length), reason)
            self.absent[pupil, day] = (1, reason, "справка № 7" if length > 1 else "")
        elif rng.random() < 0.01:
            self.absent[pupil, day] = (2, "нп", "")

    def teach(self, lesson: Lesson) -> None:
        rng, course = self.rng, lesson.course
        chance = rng.random()
        self.reached["урок"] += 1
        if chance < 0.02:
            self.reached["урок не записан"] += 1
            return
        marked = course.marking == "балл"
        work = rng.choices(("", "КР", min(self.books.uncounted)), (90, 7, 3))[0] if marked else ""
        fields: dict[str, Typed] = {} if chance < 0.04 else {"held": "да"}
        if rng.random() < 0.25:
            fields["topic"] = f"Своя тема {lesson.on:%d.%m}"
        if course.kind == "ГПД" and rng.random() < 0.8:
            fields["hours"] = rng.choice((2, 2.5, 3))
        if course.kind not in BEYOND and course.grade > 1:
            fields["homework"] = rng.choices(("", f"упр. {rng.randrange(1, 400)}", "—"), (15, 75, 10))[0]
            if fields["homework"] and rng.random() < 0.1:
                fields["minutes"] = rng.randrange(1, 4) * 10
        fields["work"] = work
        self.write(lesson, **fields)
        pupils = self.books.pupils_of(course, lesson.on)
        slip = marked and rng.random() < 0.06
        for pupil in pupils:
            raw, entry = self._entry(pupil, lesson, work, marked=marked)
            if not entry:
                continue
            if slip and marks_in(entry) and not absence_in(entry):
                slip = False
                self._slip(lesson, pupil, entry, pupils)
            else:
                self.enter(lesson, pupil, entry, raw)

    def _entry(self, pupil: str, lesson: Lesson, work: str, *, marked: bool) -> tuple[Typed, str]:
        """As typed, and as meant."""
        rng = self.rng
        first, reason, _ = self.absent.get((pupil, lesson.on), (99, "", ""))
        if lesson.at >= first:
            if work == "КР" and rng.random() < 0.8:
                mark = rng.randrange(2, 6)
                self.reached["отметка за пропущенную работу"] += 1
                return rng.choice((f"н{mark}", f"{mark}н")), f"н{mark}"
            code = reason if rng.random() < 0.2 else "н"
            self.reached["пропуск"] += 1
            return rng.choice(SPELLINGS.get(code, (code,))), code
        if lesson.at == 1 and rng.random() < 0.02:
            self.reached["опоздание"] += 1
            return rng.choice(SPELLINGS["оп"]), "оп"
        if lesson.course.subject == "Физическая культура" and rng.random() < 0.03:
            return "осв", "осв"
        if lesson.course.marking == "зачёт" and rng.random() < 0.2:
            return "зачёт", "зач"
        if not marked or rng.random() > (0.9 if work == "КР" else 0.4):
            return None, ""
        mark = rng.choices((2, 3, 4, 5), (6, 24, 40, 30))[0]
        self.reached["отметка"] += 1
        if rng.random() < 0.05:
            return f"{mark} {mark - 1}" if mark > 2 else "2/3", f"{mark}/{mark - 1}" if mark > 2 else "2/3"
        if rng.random() < 0.02:
            return ".", "."
        return rng.choice((str(mark), str(mark), mark, f" {mark}")), str(mark)

    def _slip(self, lesson: Lesson, pupil: str, entry: str, pupils: list[str]) -> None:
        """Nonsense in a cell, or a mark in the line of somebody else; put right when it is noticed."""
        others = [one for one in pupils if one != pupil and not lesson.entries.get(one)
                  and (one, lesson.on) not in self.absent and one > pupil]  # fmt: skip
        right = self.typing(lesson, pupil, entry)
        book = journal_of(lesson.course)
        self.reached["ошибка"] += 1
        if self.reached["ошибка"] % 2 or not others:
            self.typing(lesson, pupil, self.rng.choice(NONSENSE), now=True)

            def mend(open_book: OpenBook) -> None:
                lesson.entries[pupil] = entry
                right(open_book)

            self.mistakes.append((pupil, lesson.on, book, mend))
            return
        other = others[0]
        self.enter(lesson, other, entry, entry)
        wrong = self.typing(lesson, other, None)

        def move(open_book: OpenBook) -> None:
            if lesson.entries.get(other) == entry:
                del lesson.entries[other]
                wrong(open_book)
            lesson.entries[pupil] = entry
            right(open_book)

        self.later.append((book, move))
        self.reached["отметка не в той строке"] += 1

    # --- writing ---

    def write(self, lesson: Lesson, **fields: Typed) -> None:
        """Into the log; blanks are not typed."""
        said = {name: value for name, value in fields.items() if value not in ("", None)}
        day, slot, code = lesson.on, lesson.at, lesson.course.code
        for name, value in said.items():
            setattr(lesson, name, Fraction(value) if name == "hours" else value)  # type: ignore[arg-type]
            if name in ("topic", "homework") or (name, value) == ("held", "да"):
                self.unheard.append((lesson, name))
        self.do(journal_of(lesson.course), lambda book: book.lesson(code, day, slot, said))

    def move(self, lesson: Lesson, day: date, slot: int) -> None:
        """The teacher gives it at another time and writes that into its line."""
        code, was = lesson.course.code, (lesson.on, lesson.at)
        self.do(journal_of(lesson.course), lambda book: book.lesson(code, *was, {"date": day, "slot": slot}))
        lesson.on, lesson.at = day, slot
        self.moved_in[day].append(lesson)

    def enter(self, lesson: Lesson, pupil: str, entry: str, raw: Typed) -> None:
        lesson.entries[pupil] = entry
        self.typing(lesson, pupil, raw, now=True)
        if absence_in(entry) in AWAY and lesson.course.kind != "ГПД":  # it asks for no reason
            self.unexplained.append((pupil, lesson.on))

    def typing(self, lesson: Lesson, pupil: str, raw: Typed, *, now: bool = False) -> Doing:
        code, day, slot = lesson.course.code, lesson.on, lesson.at

        def doing(book: OpenBook) -> None:
            book.mark(code, day, slot, self.books.list_name(pupil), raw)

        if now:
            self.do(journal_of(lesson.course), doing)
        return doing

    # --- class teachers and ends of quarters ---

    def _explain(self, today: date) -> None:
        """On Monday the class teacher writes why somebody was away in the week before."""
        for pupil, day in dict.fromkeys(self.in_the_list):
            school_class = self.books.class_on(pupil, today)
            known = self.absent.get((pupil, day))
            if not school_class or school_class != self.books.class_on(pupil, day) or not known:
                continue
            if self.rng.random() < 0.85:
                self.books.reasons[pupil, day] = known[1]
                if known[2]:
                    self.books.documents[pupil, day] = known[2]
                self.do(f"{school_class} Журнал", self._reason(school_class, pupil, day, known[1], known[2]))
                self.reached["причина"] += 1
        self.in_the_list = []

    def _reason(self, school_class: str, pupil: str, day: date, code: str, paper: str) -> Doing:
        return lambda book: book.reason(school_class, self.books.list_name(pupil), day, code, paper)

    def give_finals(self, term: str) -> None:
        today = self.books.quarters[term][1]
        for course in self.books.courses.values():
            if course.marking == "балл" and course.since <= today:
                for pupil in self.books.pupils_of(course, today):
                    mean = mean_of(self.books.marks_of_subject(pupil, course.subject, term, today))
                    value = "н/а" if mean is None else str(rounded(mean))
                    if mean is not None and value in "234" and self.rng.random() < 0.06:
                        value = str(int(value) + 1)
                        self.reached["отметка в пользу ученика"] += 1
                    self.final(course, pupil, term, value)
                    self.reached["четвертная отметка"] += 1

    def give_year_marks(self) -> None:
        for course in self.books.courses.values():
            for pupil in self.books.pupils_of(course, self.books.end):
                mean = mean_of(self.books.quarter_marks(pupil, course))
                if mean is not None:
                    self.final(course, pupil, "Y", str(rounded(mean)))
                    self.reached["годовая отметка"] += 1

    def final(self, course: Course, pupil: str, term: str, value: str) -> None:
        self.books.finals[pupil, course.code, term] = value
        name = self.books.list_name(pupil)
        self.do(journal_of(course), lambda book: book.final(course.code, term, name, value))

    # --- corrections of teachers ---

    def change_a_mark(self, since: date, until: date, what: str) -> tuple[Lesson, str]:
        """Of a lesson between the days; the lesson and whose mark."""
        lessons = [one for one in self.books.lessons.values() if since <= one.on <= until]
        options = [
            (one, pupil) for one in lessons for pupil, entry in sorted(one.entries.items())
            if entry in ("2", "3", "4", "5") and self.books.on_course(pupil, one.course, one.on)
            and self.books.on_course(pupil, one.course, self.now[0].date())
        ]  # fmt: skip
        lesson, pupil = self.rng.choice(options)
        entry = {"2": "3", "3": "4", "4": "5", "5": "4"}[lesson.entries[pupil]]
        self.enter(lesson, pupil, entry, entry)
        self.reached[what] += 1
        return lesson, pupil


def journal_of(course: Course) -> str:
    return f"{course.school_class} Журнал"


def said(cells: Mapping[str, Typed]) -> dict[str, Typed]:
    return {name: value for name, value in cells.items() if value not in ("", None)}
