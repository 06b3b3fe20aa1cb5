"""The class teachers' books into the record: pupils, families, subgroups, reviews.

People stay for good, because marks hang on them; a row of a subgroup or a review that is gone from its tab is
withdrawn, while most of the tab is still there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from sync_service.books.source import Fetched
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import CourseKind, Directory, Guardian, Pupil, Roster
from sync_service.domain.spelling import folded
from sync_service.reconcile.claims import Known, settle_claims
from sync_service.reconcile.layout import CLASSES
from sync_service.reconcile.office import RosterRead, read_roster
from sync_service.records import ledger, queries
from sync_service.records.ledger import Fact
from sync_service.usecases.office import Imported, withdrawals

Book = TypeVar("Book")


def import_rosters(books: Sequence[Book], take: Callable[[Book], Imported]) -> dict[int, Imported]:
    """`take` each of the books in their order; those that wait for what another list says are taken once more after
    the others. By place in `books`."""
    done = {number: take(book) for number, book in enumerate(books)}
    moved = any(imported.rows for imported in done.values())
    for number, imported in done.items() if moved else ():
        if any(problem.code is Code.ROSTER_CLAIMED for problem in imported.problems):
            again = take(books[number])
            done[number] = replace(again, rows=imported.rows + again.rows)
    return done


def import_roster(fetched: Fetched, directory: Directory, *, at: datetime) -> Imported:
    """Record one roster book. Caller holds the transaction. A class that the school book does not know (any more) is
    told, and nothing is taken."""
    book = fetched.identity.book
    actor, school_class = fetched.look.name, book.split("-")[1]
    if school_class not in {known.code for known in directory.classes}:
        place = Place(actor.removesuffix(".xlsx"))
        return Imported(0, (Problem(Code.TABLE_UNKNOWN_REFERENCE, place, school_class, detail=CLASSES.title),))
    individual = {
        (course.subject, course.group)
        for course in directory.courses
        if course.kind is CourseKind.INDIVIDUAL and school_class in course.classes
    }
    read = read_roster(fetched.sheets, school_class, [subject.title for subject in directory.subjects], individual)
    known = queries.known_pupils()
    settled = settle_claims(read.rows, book, known)
    roster = read.roster
    places = {pupil.code: f"{row.place.tab}!{row.place.a1}" for row, pupil in read.rows}
    facts = [ledger.fact_of(one, book=book, place=places[one.code]) for one in settled.pupils]
    facts += [
        Fact("membership", stay.key, {"since": str(stay.since), "until": str(stay.until)}, book)
        for stay in settled.stays
    ]
    speaking = {pupil.code for pupil in settled.pupils}
    facts += [ledger.fact_of(one) for one in _families(roster, speaking)]
    of_the_past = {one.code for one in roster.pupils if one.left is not None} - speaking
    facts += [ledger.fact_of(one) for one in roster.groups if one.pupil in speaking | (of_the_past & known.keys())]
    facts += [ledger.fact_of(one) for one in roster.reviews]
    facts += _gone(read, known, speaking, school_class, directory.year.start, facts)
    return Imported(ledger.append(facts, actor=actor, channel="sheet", at=at), (*read.problems, *settled.problems))


def _families(roster: Roster, speaking: set[str]) -> Iterable[Guardian]:
    """A parent who is known beside the child by the same name is the same person, whatever row he stands in now: a list
    copied into another class must not give him a second login."""
    listed = {guardian.code for guardian in roster.guardians}
    known = {(one.pupil, folded(one.name)): one.code for one in queries.guardians() if one.code not in listed}
    for guardian in roster.guardians:
        if guardian.pupil in speaking:
            code = known.get((guardian.pupil, folded(guardian.name)), guardian.code)
            yield guardian if code == guardian.code else guardian.model_copy(update={"code": code})


def _gone(
    read: RosterRead,
    known: Mapping[str, Known],
    speaking: set[str],
    school_class: str,
    year_start: date,
    facts: list[Fact],
) -> list[Fact]:
    """Subgroups of the pupils of this list from the days on which they are in it, and reviews of this year, that do
    not stand in the book any more."""
    found: list[Fact] = []
    if read.groups_whole:
        starts = {one.code: _from(one, known) for one in read.roster.pupils if one.code in speaking}
        own = {
            f"{one.pupil} {one.subject} {one.since}"
            for one in queries.group_members()
            if one.pupil in starts and one.since >= starts[one.pupil]
        }
        found += withdrawals("groupmember", own, facts)
    if read.reviews_whole:
        reviews = queries.reviews(school_class, year_start)
        found += withdrawals("review", {f"{one.school_class} {one.date} {one.who}" for one in reviews}, facts)
    return found


def _from(pupil: Pupil, known: Mapping[str, Known]) -> date:
    """The first day of which this list speaks: of a pupil who was elsewhere before, the day of his coming."""
    elsewhere = (
        stay.school_class != pupil.school_class or (stay.until is not None and stay.until <= pupil.enrolled)
        for stay in (known[pupil.code].stays if pupil.code in known else ())
    )
    return pupil.enrolled if any(elsewhere) else date.min
