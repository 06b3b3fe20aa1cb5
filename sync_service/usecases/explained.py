"""`journal finals`: final marks worth the deputy's look, explained by their teachers or not yet (V16, V17)."""

from __future__ import annotations

from dataclasses import dataclass

from sync_service.domain.calendar import term_title
from sync_service.domain.journal import FinalFact
from sync_service.domain.problems import Code
from sync_service.domain.school import Course, Term
from sync_service.domain.slots import final_slot
from sync_service.records import queries
from sync_service.usecases.meant import class_meant, school, term_meant


@dataclass(frozen=True)
class Explained:
    """A final mark, what its teacher says for it, and what it ought to be by the rules if nothing is said yet."""

    school_class: str
    course: str
    teacher: str
    pupil: str
    term: str
    mark: str
    grounds: str
    differs: str  # «4,40 → 4»; "" once it is explained


def explained(school_class: str = "", final: str = "") -> tuple[Explained, ...]:
    """All marks with words beside them and all that still lack them, of one class or term if asked for; by class,
    course, term and pupil. Raises Unclear for words that name nothing, NeedsHuman before there is a school."""
    directory = school()
    within = class_meant(school_class, directory)
    term = term_meant(final) if final else None
    courses = {one.code: one for one in directory.courses if within in ("", *one.classes)}
    names = {pupil.code: pupil.list_name for pupil in queries.everybody()[0]}  # in the order of a class list
    line = {code: number for number, code in enumerate(names)}
    teachers = {one.code: one.short_name for one in directory.employees}
    differing = {
        problem.slot: problem.detail for _, _, problem, _ in queries.standing(Code.FINAL_DIFFERS) if problem.slot
    }

    def order(fact: FinalFact) -> tuple[int, str, str, int, int]:
        course: Course = courses[fact.course]
        return course.grade, course.school_class, course.title, list(Term).index(fact.term), line.get(fact.pupil, 0)

    found = []
    for fact in sorted(queries.final_facts(courses), key=order):
        differs = differing.get(final_slot(fact.pupil, fact.course, fact.term), "")
        if term in (None, fact.term) and (fact.grounds or differs):
            course = courses[fact.course]
            found.append(
                Explained(
                    course.class_names, course.title, teachers.get(course.teacher, course.teacher),
                    names.get(fact.pupil, fact.pupil), term_title(fact.term), fact.value, fact.grounds, differs,
                )
            )  # fmt: skip
    return tuple(found)
