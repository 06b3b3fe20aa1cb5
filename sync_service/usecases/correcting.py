"""The office corrects the record itself, past the sheet (DOMAIN 2.15): at any time, in a closed quarter too.

The ledger keeps old value, new value, who and why. The teacher's cell is never written: the next pass tells it by a
note, and where the teacher has meanwhile typed something else, both wait as a conflict until a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from sync_service.domain.calendar import closed_for, term_title
from sync_service.domain.grounds import order_in
from sync_service.domain.journal import LessonFact
from sync_service.domain.problems import Place, Problem, message
from sync_service.domain.school import Course, Directory, Term
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, grounds_slot, lesson_slot
from sync_service.reconcile.check import check_grid, check_log
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.layout import ANY_LOG
from sync_service.reconcile.locate import Grid, TableRows
from sync_service.reconcile.parse import Reading, parse_grid, parse_log
from sync_service.reconcile.rules.finals import check_finals, grounds_of
from sync_service.reconcile.sheet import At, Tab
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases import composition
from sync_service.usecases.contexts import closed_on, course_context
from sync_service.usecases.meant import (
    Unclear,
    class_meant,
    course_meant,
    day_meant,
    lesson_label,
    lesson_meant,
    pupil_meant,
    school,
    term_meant,
)
from sync_service.usecases.workspace import NeedsHuman, Workspace

# what may be corrected of a lesson, by the option that says it; moving a lesson stays with its teacher
FIELDS = {
    "--held": LessonField.HELD,
    "--topic": LessonField.TOPIC,
    "--homework": LessonField.HOMEWORK,
    "--due": LessonField.HOMEWORK_DUE,
    "--minutes": LessonField.MINUTES,
    "--work": LessonField.WORK_TYPE,
    "--form": LessonField.FORM,
    "--hours": LessonField.HOURS,
}
HEADINGS = {column.key: column.heading for column in ANY_LOG.columns}
AT = At(2, 2)  # where the one cell stands that a correction is read from


@dataclass(frozen=True)
class Corrected:
    """What a value was and is; `what` names it for people, `closed` its quarter if that is closed."""

    slot: Slot
    what: str
    old: str
    new: str
    closed: str = ""


@dataclass(frozen=True)
class _Aim:
    slot: Slot
    what: str
    who: str  # shorter, as a note would say it
    option: str
    typed: str
    closed: str


def correct_entry(
    workspace: Workspace,
    value: str,
    *,
    pupil: str,
    course: str,
    date: str,
    number: int | None = None,
    school_class: str = "",
    by: str,
    reason: str,
) -> Corrected:
    """Correct what stands in one cell of the grid; `value` as a teacher would type it, "" takes the entry back.

    Raises Unclear for words that name nothing or several things and for a value that no cell may hold, NeedsHuman if
    there is nothing to correct or nobody answers for it."""
    directory = school()
    within = class_meant(school_class, directory)
    whom = pupil_meant(pupil, within)
    of = course_meant(course, directory, within, whom)
    lesson = lesson_meant(of, day_meant(date, directory.year), number)
    what = f"{whom.list_name}, {of.title}, {lesson_label(lesson)}"
    closed = closed_on(directory, of.classes)(lesson.date)
    aim = _Aim(
        entry_slot(whom.code, lesson.key), what, f"{whom.list_name}, {lesson.date:%d.%m}", "--value", value, closed
    )
    return _correct(workspace, directory, of, [aim], by, reason)[0]


def correct_final(
    workspace: Workspace,
    value: str,
    *,
    pupil: str,
    course: str,
    final: str,
    school_class: str = "",
    by: str,
    reason: str,
) -> Corrected:
    """Correct a final mark. Raises as `correct_entry`."""
    directory = school()
    within = class_meant(school_class, directory)
    whom = pupil_meant(pupil, within)
    of = course_meant(course, directory, within, whom)
    term = term_meant(final)
    closed_terms = closed_for(of.classes, queries.closed_terms(directory.year.title))
    what = f"{whom.list_name}, {of.title}, {term_title(term)}"
    slot = final_slot(whom.code, of.code, term)
    closed = term_title(term) if term in closed_terms else ""
    aims = [_Aim(slot, what, whom.list_name, "--value", value, closed)]
    if order_in(reason):  # it stands beside the mark as if its teacher had named it
        grounds = grounds_slot(whom.code, of.code, term)
        aims.append(_Aim(grounds, f"{what}, причина", whom.list_name, "--reason", reason, closed))
    return _correct(workspace, directory, of, aims, by, reason)[0]


def correct_lesson(
    workspace: Workspace,
    fields: Mapping[str, str],
    *,
    course: str,
    date: str,
    number: int | None = None,
    school_class: str = "",
    by: str,
    reason: str,
) -> list[Corrected]:
    """Correct what the log tells of a lesson; `fields` by the options of FIELDS. All or nothing; raises as
    `correct_entry`."""
    directory = school()
    of = course_meant(course, directory, class_meant(school_class, directory))
    lesson = lesson_meant(of, day_meant(date, directory.year), number)
    closed = closed_on(directory, of.classes)(lesson.date)
    who = f"урок {lesson.date:%d.%m}"
    aims = [
        _Aim(lesson_slot(lesson.key, field), _field_label(of, lesson, field), who, option, typed, closed)
        for option, typed in fields.items()
        for field in (FIELDS[option],)
    ]
    return _correct(workspace, directory, of, aims, by, reason)


def _field_label(course: Course, lesson: LessonFact, field: LessonField) -> str:
    return f"{course.title}, {lesson_label(lesson)}, «{HEADINGS[field.value]}»"


@transaction.atomic
def _correct(
    workspace: Workspace, directory: Directory, course: Course, aims: Sequence[_Aim], by: str, reason: str
) -> list[Corrected]:
    record = queries.slot_values(course.code)
    works = {work.short: work for work in directory.work_types}
    context = course_context(course, directory, queries.rules(), works, workspace.today)
    known = record | {aim.slot: aim.typed for aim in aims}
    texts = {aim.slot: _checked(aim, context, record, known) for aim in aims}
    done = [
        Corrected(aim.slot, aim.what, record.get(aim.slot, ""), texts[aim.slot], aim.closed)
        for aim in aims
        if record.get(aim.slot, "") != texts[aim.slot]
    ]
    if not done:
        said = ", ".join(f"{aim.what}: {shown(texts[aim.slot])}" for aim in aims)
        raise NeedsHuman(f"Исправлять нечего, в базе и так: {said}.")
    accept(workspace, directory, {one.slot: one.new for one in done}, [course.code], by=by, reason=reason)
    return done


def accept(
    workspace: Workspace,
    directory: Directory,
    texts: Mapping[Slot, str],
    parts: Sequence[str],
    *,
    by: str,
    reason: str,
) -> None:
    """Put canonical texts into the record on the office's word, in the caller's transaction, and let the next pass
    look at the books of these courses and classes anew. Raises NeedsHuman if nobody answers for it."""
    if not by.strip() or not reason.strip():
        raise NeedsHuman("Укажите, кто решил и почему: --by «Иванова А. П.» --reason «…».")
    look_again(workspace, directory, parts)
    facts = [ledger.slot_fact(slot, text, reason=reason.strip()) for slot, text in texts.items()]
    ledger.append(facts, actor=by.strip(), channel="command", at=workspace.clock())


def look_again(workspace: Workspace, directory: Directory, parts: Sequence[str]) -> None:
    """Let the next pass read the books of these courses and classes anew, though nobody touched them."""
    for spec in composition.books_of(directory, workspace.config):
        if set(parts) & {*spec.classes, *(course.code for course in spec.courses)}:
            sync_state.lock_book(spec.book)
            sync_state.unread(spec.book)


def shown(text: str) -> str:
    """A value of the record in a sentence."""
    return f"«{text}»" if text else "пусто"


def _checked(aim: _Aim, context: CourseContext, record: Mapping[Slot, str], known: Mapping[Slot, str]) -> str:
    """The canonical text, by the same reading and the same rules as a cell; `known` is what will stand beside it.
    Raises Unclear with their sentence."""
    read = _read(aim.slot, aim.typed, context)
    (reading,) = check_finals(read, grounds_of(read, {}, known))
    if reading.refusal is None:
        return reading.value or ""
    code, detail = reading.refusal
    said = Problem(code, Place("", "", aim.who), aim.typed, record.get(aim.slot, ""), detail, aim.slot)
    raise Unclear(aim.option, message(said))


def _read(slot: Slot, typed: str, context: CourseContext) -> tuple[Reading, ...]:
    """The readings of a tab in which nothing stands but this one cell."""
    tab = Tab("", {AT: typed} if typed else {})
    if slot.kind is SlotKind.LESSON:
        rows = TableRows(tab, 1, 1, {slot.field: AT.column}, {slot.subject: AT.row}, {}, ())
        return check_log(parse_log(rows, context), context)
    lessons = {slot.field: AT.column} if slot.kind is SlotKind.ENTRY else {}
    term = slot.field.rsplit(" ", 1)[-1]
    finals = {Term(term): AT.column} if slot.kind is SlotKind.FINAL else {}
    grounds = {Term(term): AT.column} if slot.kind is SlotKind.GROUNDS else {}
    nobody: frozenset[str] = frozenset()
    grid = Grid(tab, 1, 1, {slot.subject: AT.row}, lessons, finals, {}, (), nobody, nobody, (), grounds)
    return check_grid(parse_grid(grid, context), context)
