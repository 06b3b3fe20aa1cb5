"""One course's two pages in the hand of its teacher: the log tab, the grid, the quarter marks. Spelling included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from random import Random

from sync_service.domain.entries import Raw
from sync_service.domain.formulas import mean, suggest_mark
from sync_service.domain.policy import Policy
from sync_service.domain.school import Course, CourseKind, Marking, PlanItem, Pupil, Term
from sync_service.domain.slots import (
    LessonField,
    RegimeField,
    Slot,
    entry_slot,
    final_slot,
    grounds_slot,
    lesson_slot,
    regime_line,
    regime_slot,
)
from sync_service.reconcile.layout import log_of
from sync_service.usecases.demo_school.absences import Away
from sync_service.usecases.demo_school.beyond import REGIME
from sync_service.usecases.demo_school.events import Events, Held
from sync_service.usecases.demo_school.habits import HABITS, Habit
from sync_service.usecases.demo_school.plan import CONTROLS, without_form
from sync_service.usecases.demo_school.seed import stream

USUAL_RULES = Policy()
USUAL_SHARE = {1: 0.28, 2: 0.19, 3: 0.15, 4: 0.12, 5: 0.09, 6: 0.08}  # of pupils marked at a lesson, by hours a week
WORK_SHARE = {"КР": 0.98, "Дикт": 0.98, "Тест": 0.95, "Изл": 0.95, "Соч": 0.9, "Диаг": 0.98, "СР": 0.55, "Норм": 0.7,
              "ПР": 0.4, "Проект": 0.5, "ДЗ": 0.35}  # fmt: skip
FAVOURS = ("последние работы написаны лучше", "призёр школьной олимпиады", "проект на отлично")
FETCHED_EARLIER = 0.07  # of the pupils of an extended-day group on a day
MEETINGS = ("беседа", "игра", "практикум", "проект", "просмотр и обсуждение", "экскурсия")
DAYS_OF_A_GROUP = (
    "Прогулка, обед, самоподготовка, подвижные игры", "Обед, прогулка, чтение вслух, рисование",
    "Прогулка, обед, самоподготовка, настольные игры", "Обед, экскурсия в школьный музей, самоподготовка",
    "Прогулка, обед, самоподготовка, лепка",
)  # fmt: skip
HOURS: Mapping[CourseKind, tuple[Raw, ...]] = {
    CourseKind.SUPPLEMENTARY: (1, 1, 2), CourseKind.EXTENDED_DAY: (3, 3, 3, "2,5", 4)
}  # fmt: skip
MADE_UP_LATER = {"КР", "Дикт", "Изл", "Соч", "Тест"}


class CoursePages:
    """Everything that the teacher of `course` has typed about the lessons of `events`."""

    def __init__(self, events: Events, course: Course) -> None:
        self.events, self.course = events, course
        self.habit: Habit = HABITS[course.teacher]
        self.rng: Random = stream(f"typed {course.code}")
        self.held = events.held[course.code]
        self.pupils = events.on_course(course)
        days = events.days[course.school_class]
        self.unfilled = frozenset(days[-self.habit.behind :]) if self.habit.behind else frozenset()
        self.columns = {column.key for column in log_of(course.kind).columns}
        self.marks: dict[str, list[int]] = {pupil.code: [] for pupil in self.pupils}

    def cells(self) -> Iterator[tuple[Slot, Raw]]:
        for lesson in self.held:
            work = self._work(lesson)
            yield from self._log(lesson, work)
            if lesson.took_place:
                yield from self._grid(lesson, work)
        yield from self._finals()
        yield from self._regime()

    # --- the regime of an extended-day group ---

    def _regime(self) -> Iterator[tuple[Slot, Raw]]:
        for term in (Term.Q1, Term.Q2) if self.course.kind is CourseKind.EXTENDED_DAY else ():
            for number, typed in enumerate(REGIME, 1):
                line = regime_line(self.course.code, term.value, number)
                cells: Mapping[RegimeField, Raw] = dict(zip(RegimeField, typed, strict=True))
                yield from ((regime_slot(line, field), raw) for field, raw in cells.items())

    # --- the log tab ---

    def _item(self, lesson: Held) -> PlanItem:
        plan = self.events.plan.get((self.course.code, lesson.plan.seq))
        return plan or PlanItem(course=self.course.code, seq=lesson.plan.seq, topic="")

    def _work(self, lesson: Held) -> str:
        if self.course.teacher == "e04" and lesson.plan.seq == 4 and self.course.hours_per_week >= 3:
            return "Диаг"
        planned = self._item(lesson).control
        if planned or self.course.subject not in CONTROLS or not self._marked or self.rng.random() > 0.045:
            return planned
        return self.rng.choice(("ДЗ", "СР", "Тест"))

    @property
    def _marked(self) -> bool:
        return self.course.marking is Marking.POINTS

    @property
    def _passed(self) -> bool:
        """Whether each quarter of the course ends in «зачёт»."""
        return self.course.marking is Marking.PASS_FAIL and self.course.kind is CourseKind.LESSON

    def _log(self, lesson: Held, work: str) -> Iterator[tuple[Slot, Raw]]:
        rng, habit, item = self.rng, self.habit, self._item(lesson)
        if lesson.date != lesson.plan.date:
            yield lesson_slot(lesson.key, LessonField.DATE), lesson.date
            yield lesson_slot(lesson.key, LessonField.SLOT), lesson.slot
        if not lesson.took_place:
            yield lesson_slot(lesson.key, LessonField.HELD), "нет"
            return
        if lesson.date in self.unfilled:
            return
        yield lesson_slot(lesson.key, LessonField.HELD), rng.choices(("да", "Да", "да "), (96, 3, 1))[0]
        if work == "Диаг":
            yield lesson_slot(lesson.key, LessonField.TOPIC), "Входная диагностическая работа"
        elif not item.topic:
            yield lesson_slot(lesson.key, LessonField.TOPIC), rng.choice(DAYS_OF_A_GROUP)
        elif rng.random() < habit.own_topic:
            yield lesson_slot(lesson.key, LessonField.TOPIC), _own_words(rng, item.topic)
        if work:
            yield lesson_slot(lesson.key, LessonField.WORK_TYPE), work
        yield from self._form_and_hours(lesson)
        if LessonField.HOMEWORK.value not in self.columns:
            return
        if item.homework and rng.random() < habit.homework:
            yield from self._homework(lesson, item)
        elif self.course.grade > 1 and rng.random() < habit.nothing_set:
            yield lesson_slot(lesson.key, LessonField.HOMEWORK), "—"

    def _form_and_hours(self, lesson: Held) -> Iterator[tuple[Slot, Raw]]:
        if LessonField.FORM.value in self.columns and self.rng.random() < 0.8:
            yield lesson_slot(lesson.key, LessonField.FORM), self.rng.choice(MEETINGS)
        if LessonField.HOURS.value in self.columns:
            yield lesson_slot(lesson.key, LessonField.HOURS), self.rng.choice(HOURS[self.course.kind])

    def _homework(self, lesson: Held, item: PlanItem) -> Iterator[tuple[Slot, Raw]]:
        rng = self.rng
        yield lesson_slot(lesson.key, LessonField.HOMEWORK), _own_homework(rng, item.homework)
        if rng.random() < self.habit.minutes and item.minutes:
            yield lesson_slot(lesson.key, LessonField.MINUTES), item.minutes
        later = [other.date for other in self.held if other.date > lesson.date]
        if len(later) > 1 and rng.random() < 0.02:
            yield lesson_slot(lesson.key, LessonField.HOMEWORK_DUE), later[1]

    # --- the grid ---

    def _grid(self, lesson: Held, work: str) -> Iterator[tuple[Slot, Raw]]:
        for pupil in self.pupils:
            if self.events.goes(pupil, self.course, lesson.date):
                raw = self._entry(pupil, lesson, work)
                if raw != "":
                    yield entry_slot(pupil.code, lesson.key), raw

    def _entry(self, pupil: Pupil, lesson: Held, work: str) -> Raw:
        rng, there = self.rng, self.events.attendance[pupil.code]
        away = self.events.missed(pupil, lesson)
        if away is not None:
            if self._marked and work in MADE_UP_LATER and lesson.date not in self.unfilled and rng.random() < 0.4:
                mark = self._mark(pupil, 0.2)
                return rng.choice((f"н{mark}", f"н{mark}", f"{mark}н"))
            return self._absent(away)
        if self.events.is_released(pupil, self.course, lesson.date):
            return "осв"
        if lesson.date in there.late and lesson.slot == 1:
            return "оп"
        if self.course.kind is CourseKind.EXTENDED_DAY and rng.random() < FETCHED_EARLIER:
            return "н"
        if self._passed and rng.random() < USUAL_SHARE[1] and lesson.date not in self.unfilled:
            return rng.choices(("зач", "зачёт", "+", "нез"), (80, 8, 6, 6))[0]
        if not self._marked or (lesson.date in self.unfilled and rng.random() < 0.7):
            return ""
        if rng.random() < self._share(pupil, lesson, work):
            return self._written(pupil, work)
        weak = self.events.ability[pupil.code].level < 3
        return "." if rng.random() < (0.06 if weak else 0.006) else ""

    def _absent(self, away: Away) -> str:
        """A subject teacher writes that the pupil is not there; the class teacher often knows why."""
        if self.course.teacher == self.events.class_teacher[self.course.school_class] and self.rng.random() < 0.5:
            return away.reason
        return self.habit.absent

    def _share(self, pupil: Pupil, lesson: Held, work: str) -> float:
        """Chance of a mark. Who has had fewer than the neighbours is asked sooner, and surely near the end."""
        if work:
            return WORK_SHARE[work]
        theirs = len(self.marks[pupil.code])
        if lesson in self.held[-4:] and theirs < self._enough:
            return 0.6
        usual = USUAL_SHARE[int(self.course.hours_per_week)] * self.habit.marks
        average = sum(len(marks) for marks in self.marks.values()) / len(self.marks)
        return usual * (2.5 if theirs < average - 1 else 1.3 if theirs < average else 0.6)

    @property
    def _enough(self) -> int:
        """The fewest marks from which this school's teachers dare a quarter mark."""
        return 2 if self.course.hours_per_week <= Decimal(1) else 3

    def _mark(self, pupil: Pupil, harder: float = 0.0) -> int:
        usual = self.events.ability[pupil.code].usual(self.course.subject) - self.habit.severity - harder
        mark = min(5, max(2, round(self.rng.gauss(usual, 0.6))))
        self.marks[pupil.code].append(mark)
        return mark

    def _written(self, pupil: Pupil, work: str) -> Raw:
        rng = self.rng
        mark = self._mark(pupil, 0.15 if work in MADE_UP_LATER else 0.0)
        if work in ("Дикт", "Изл", "Соч"):
            between = rng.choices(("/", " / ", " "), (90, 6, 4))[0]
            return f"{mark}{between}{self._mark(pupil, 0.15)}"
        if rng.random() < self.habit.numbers:
            return rng.choice((mark, mark, float(mark)))
        return rng.choices((f"{mark}", f"{mark} ", f" {mark}"), (97, 2, 1))[0]

    # --- the end of the quarter ---

    def _finals(self) -> Iterator[tuple[Slot, Raw]]:
        if self._passed:
            there = (pupil for pupil in self.pupils if pupil.attends(self.events.quarter.end))
            yield from ((final_slot(pupil.code, self.course.code, Term.Q1), "зач") for pupil in there)
        if not self._marked or self.rng.random() > self.habit.finals:
            return
        for pupil in self.pupils:
            marks = self.marks[pupil.code]
            if (pupil.code, self.course.subject) in self.events.released:
                _, order = self.events.released[pupil.code, self.course.subject]
                yield final_slot(pupil.code, self.course.code, Term.Q1), "осв"
                yield grounds_slot(pupil.code, self.course.code, Term.Q1), order
                continue
            if not pupil.attends(self.events.quarter.end) or self.rng.random() < 0.015:
                continue
            if len(marks) >= self._enough:
                final = suggested(marks)
                if 0.4 <= sum(marks) / len(marks) % 1 < 0.5 and self.rng.random() < 0.25:
                    final += 1  # in the pupil's favour
                    if len(marks) % 2:  # every other teacher says why
                        why = FAVOURS[len(marks) // 2 % len(FAVOURS)]
                        yield grounds_slot(pupil.code, self.course.code, Term.Q1), why
                yield final_slot(pupil.code, self.course.code, Term.Q1), f"{final}"
            elif self.rng.random() < 0.5:
                yield final_slot(pupil.code, self.course.code, Term.Q1), "н/а"


def _own_words(rng: Random, topic: str) -> str:
    head = without_form(topic)
    return rng.choice((f"{head} (продолжение)", f"Повторение: {head}", f"{topic}. Опрос", f"{topic} ", f"{topic}."))


def _own_homework(rng: Random, homework: str) -> str:
    chance = rng.random()
    if chance < 0.08:
        return f"{homework}, повторить правила"
    if chance < 0.12:
        return homework.upper() if len(homework) < 8 else f"{homework} "
    return homework


def suggested(marks: Sequence[int]) -> int:
    """The mark that the mean suggests by the usual thresholds (DOMAIN 2.8). `marks` are not empty."""
    found = mean(marks)
    assert found is not None
    return suggest_mark(found, USUAL_RULES)
