"""What the sync has seen and what it waits for: observations and work, not history. Losing it costs one full pass.

Every function that changes something expects the caller's transaction, so that a book is recorded whole or not at all.
Nothing is written that already stands so: a second pass over unchanged books leaves every row as it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.slots import Slot
from sync_service.reconcile.planned import Withheld
from sync_service.reconcile.settling import Sighting
from sync_service.records import ledger, models
from sync_service.records.ledger import Fact

# --- books ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BookState:
    """What a book was when it was last recorded. `tab_versions` by title, `titles` by tab key; `waiting`: the
    service's own cells could not be written yet; `trouble`: why it cannot be had now, a sentence, "" = nothing;
    `settle_at`: when to read it again although nobody touches it, None = not for what was still being typed."""

    book: str
    ref: str
    name: str
    version: str
    tab_versions: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    read_at: datetime | None = None
    waiting: bool = False
    trouble: str = ""
    trouble_since: datetime | None = None
    generation: int = 0
    settle_at: datetime | None = None


def book_states() -> dict[str, BookState]:
    """Every book of the school year that is open, by identity."""
    newest = _newest_year()
    return {book: state for book, state in _states().items() if not _is_past(book, newest)}


def past_states() -> dict[str, BookState]:
    """The books of years that are over: nobody reads them any more. Of a file `ref` tells the folder of its year."""
    newest = _newest_year()
    return {book: state for book, state in _states().items() if _is_past(book, newest)}


def is_past(book: str) -> bool:
    """Whether a book is of a year after which another one has been opened."""
    return _is_past(book, _newest_year())


def _states() -> dict[str, BookState]:
    return {row["book"]: BookState(**row) for row in models.BookState.objects.order_by("book").values()}


def _newest_year() -> str:
    """«2026» of «2026/2027», as identities of books end."""
    titles = models.SchoolYear.objects.filter(withdrawn_at=None).order_by("-start").values_list("key", flat=True)
    return str(titles[0][:4]) if titles else ""


def _is_past(book: str, newest: str) -> bool:
    year = book.rpartition("-")[2]
    return year.isdigit() and newest.isdigit() and int(year) < int(newest)


def close_past_books(at: datetime) -> None:
    """What waited in the books of a year that is over waits no more. Their remarks stay as they were at its end: the
    reports of that year count them."""
    books = list(past_states())
    models.Hold.objects.filter(book__in=books, closed_at=None).update(closed_at=at, how="closed")
    models.Sighting.objects.filter(book__in=books).delete()


def save_book(state: BookState) -> None:
    models.BookState.objects.update_or_create(
        book=state.book, defaults={key: value for key, value in asdict(state).items() if key != "book"}
    )


def put_book_away(book: str, ref: str) -> None:
    """A book of a year that is over lies elsewhere from here on."""
    models.BookState.objects.filter(book=book).update(ref=ref)


def lock_book(book: str) -> None:
    """Whoever records something of a book, or corrects it past the book, waits here for the other's transaction."""
    list(models.BookState.objects.select_for_update().filter(book=book).values_list("book"))


def unread(book: str) -> None:
    """Let the next pass read a book anew though nobody has touched it: what it is compared with has changed."""
    models.BookState.objects.filter(book=book).update(version="", tab_versions={})


def settle_troubles(sentences: Mapping[str, str], healthy: AbstractSet[str], at: datetime) -> None:
    """Books with a sentence cannot be had now, `healthy` ones can; of the others nothing new is known."""
    for row in models.BookState.objects.all():
        trouble = sentences.get(row.book, "" if row.book in healthy else row.trouble)
        if trouble != row.trouble:
            row.trouble_since = (row.trouble_since or at) if trouble else None
            row.trouble = trouble
            row.save(update_fields=["trouble", "trouble_since"])


_BOOKS = "books"


def bookmark(place: str = _BOOKS) -> str:
    """Where the looks at the place of the books (or another work that goes on later) have come to, "" at first."""
    row = models.Bookmark.objects.filter(place=place).first()
    return row.text if row is not None else ""


def move_bookmark(text: str, place: str = _BOOKS) -> None:
    if text != bookmark(place):
        models.Bookmark.objects.update_or_create(place=place, defaults={"text": text})


# --- baseline ---------------------------------------------------------------------------------------------------------


def baseline(tab: str) -> dict[Slot, str]:
    """What the teacher's cells of a tab said when they were last accepted; blank ones are left out."""
    rows = models.Baseline.objects.filter(tab=tab).values_list("slot", "text")
    return {Slot.parse(slot): text for slot, text in rows}


def move_baseline(tab: str, texts: Mapping[Slot, str]) -> None:
    """Given new texts of some slots of a tab, "" for a blank."""
    gone = {str(slot) for slot, text in texts.items() if not text}
    if gone:
        known = models.Baseline.objects.filter(tab=tab).values_list("id", "slot")
        models.Baseline.objects.filter(id__in=[number for number, slot in known if slot in gone]).delete()
    models.Baseline.objects.bulk_create(
        [models.Baseline(tab=tab, slot=str(slot), text=text) for slot, text in texts.items() if text],
        update_conflicts=True,
        unique_fields=["tab", "slot"],
        update_fields=["text"],
    )


# --- settling ---------------------------------------------------------------------------------------------------------


def sightings(book: str) -> dict[str, dict[Sighting, datetime]]:
    """By tab: what was seen in a book and not accepted yet, with the moment when it was first seen."""
    found: dict[str, dict[Sighting, datetime]] = defaultdict(dict)
    for row in models.Sighting.objects.filter(book=book):
        found[row.tab][Sighting(Slot.parse(row.slot), row.words)] = row.seen_at
    return dict(found)


def replace_sightings(book: str, tab: str, seen: Mapping[Sighting, datetime]) -> None:
    """`seen` is all that waits in the tab now."""
    if sightings(book).get(tab, {}) == seen:
        return
    models.Sighting.objects.filter(book=book, tab=tab).delete()
    models.Sighting.objects.bulk_create(
        [
            models.Sighting(book=book, tab=tab, slot=str(slot), words=words, seen_at=at)
            for (slot, words), at in seen.items()
        ]
    )


# --- problems ---------------------------------------------------------------------------------------------------------


def problems(tab: str) -> list[Problem]:
    """The problems that stand in a tab."""
    rows = models.StandingProblem.objects.filter(tab=tab, closed_at=None).order_by("id")
    return [problem_of(row) for row in rows]


def standing_problems(book: str) -> list[tuple[str, Problem, date]]:
    """(tab key, problem, the day since which it stands) of a whole book; tab "" is the book itself."""
    rows = models.StandingProblem.objects.filter(book=book, closed_at=None).order_by("tab", "id")
    return [(row.tab, problem_of(row), timezone.localdate(row.since)) for row in rows]


def replace_problems(book: str, tab: str, found: Iterable[Problem], at: datetime) -> None:
    """`found` are all problems that stand in the tab now. Those that stood before keep their day, even if the row has
    moved; those that are gone are remembered as closed."""
    before = {row.identity: row for row in models.StandingProblem.objects.filter(book=book, tab=tab, closed_at=None)}
    now: dict[str, Problem] = {}
    seen: Counter[str] = Counter()
    for problem in found:
        identity = f"{problem.code.value} {problem.slot or problem.place.a1 or problem.place.who}"
        seen[identity] += 1
        now[f"{identity} #{seen[identity]}"] = problem
    closed = [row.pk for identity, row in before.items() if identity not in now]
    if closed:
        models.StandingProblem.objects.filter(pk__in=closed).update(closed_at=at)
    new = []
    for identity, problem in now.items():
        columns = _columns(problem)
        row = before.get(identity)
        if row is None:
            new.append(models.StandingProblem(book=book, tab=tab, identity=identity, since=at, **columns))
        elif any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            row.save(update_fields=list(columns))
    models.StandingProblem.objects.bulk_create(new)


def _columns(problem: Problem) -> dict[str, str]:
    columns = {
        "code": problem.code.value,
        "place_tab": problem.place.tab,
        "place_a1": problem.place.a1,
        "place_who": problem.place.who,
        "read": problem.read,
        "kept": problem.kept,
        "detail": problem.detail,
        "slot": str(problem.slot or ""),
    }
    return {name: _storable(text) for name, text in columns.items()}


def _storable(text: str) -> str:
    """What a cell may hold and a database may not, half a character or a zero byte, becomes a question mark."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def problem_of(row: models.StandingProblem) -> Problem:
    return Problem(
        code=Code(row.code),
        place=Place(row.place_tab, row.place_a1, row.place_who),
        read=row.read,
        kept=row.kept,
        detail=row.detail,
        slot=Slot.parse(row.slot) if row.slot else None,
    )


# --- holds ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hold:
    """Changes of a tab (of a whole book if `tab` is empty) that wait for a human. `digest` names the refused content;
    `how` it ended: released by a human, healed by the teacher, replaced by another content that is refused too."""

    id: int
    book: str
    tab: str
    title: str
    code: str
    detail: str
    digest: str
    opened_at: datetime
    closed_at: datetime | None = None
    how: str = ""
    by: str = ""
    reason: str = ""


def holds(open_only: bool = True) -> list[Hold]:
    """Holds, oldest first."""
    rows = models.Hold.objects.order_by("id")
    known = {book: {**titles, "": name.removesuffix(".xlsx")}
             for book, name, titles in models.BookState.objects.values_list("book", "name", "titles")}  # fmt: skip
    if open_only:
        rows = rows.filter(closed_at=None)
    return [Hold(**row, title=known.get(row["book"], {}).get(row["tab"], row["tab"])) for row in rows.values()]


def open_hold(book: str, tab: str, withheld: Withheld, at: datetime) -> int:
    """The number of the hold on this content; the same content in the next pass is the same hold."""
    columns = {"code": withheld.code, "detail": withheld.detail, "digest": withheld.digest}
    standing = models.Hold.objects.filter(book=book, tab=tab, closed_at=None).first()
    if standing is not None:
        if standing.digest == withheld.digest and standing.code == withheld.code:
            return standing.pk
        close_hold(standing.pk, "replaced", at)
    return models.Hold.objects.create(book=book, tab=tab, opened_at=at, **columns).pk


def close_hold(number: int, how: str, at: datetime) -> None:
    models.Hold.objects.filter(pk=number, closed_at=None).update(how=how, closed_at=at)


def settle_hold(book: str, tab: str, withheld: Withheld | None, at: datetime) -> None:
    """After a pass over a tab: it is held by this, or by nothing any more."""
    if withheld is not None:
        open_hold(book, tab, withheld, at)
        return
    for number in models.Hold.objects.filter(book=book, tab=tab, closed_at=None).values_list("pk", flat=True):
        close_hold(number, "healed", at)


def release_hold(number: int, by: str, reason: str, at: datetime) -> None:
    """A human lets exactly the refused content through; who and why is history, so it goes into the ledger.

    Raises LookupError if no open hold has this number."""
    row = models.Hold.objects.filter(pk=number, closed_at=None).first()
    if row is None:
        raise LookupError(f"no open hold {number}")
    row.how, row.by, row.reason, row.closed_at = "released", by, reason, at
    row.save()
    details: dict[str, object] = {"tab": row.tab, "code": row.code, "detail": row.detail, "digest": row.digest}
    fact = Fact("decision", "hold.released", details, book=row.book, reason=reason)
    ledger.append([fact], actor=by, channel="command", at=at)


def released_digests(tab: str, book: str = "") -> set[str]:
    """Contents of a tab that a human has let through; of a whole `book` if `tab` is empty."""
    rows = models.Hold.objects.filter(tab=tab, how="released", **({"book": book} if book else {}))
    return set(rows.values_list("digest", flat=True))


def released_by(digests: Collection[str]) -> dict[str, tuple[str, str]]:
    """By digest: who has let it through, and why."""
    rows = models.Hold.objects.filter(digest__in=digests, how="released").order_by("id")
    return {digest: (by, reason) for digest, by, reason in rows.values_list("digest", "by", "reason")}


# --- jobs -------------------------------------------------------------------------------------------------------------


def last_due(name: str, *, outcomes: Collection[str] = ("done",), until: datetime | None = None) -> datetime | None:
    """The latest due moment (not after `until`) that a job has finished for with one of these outcomes; None: it
    never has. A crashed run does not count."""
    found = models.JobRun.objects.filter(name=name, finished_at__isnull=False, outcome__in=outcomes)
    if until is not None:
        found = found.filter(due__lte=until)
    return found.aggregate(latest=Max("due"))["latest"]


def start(name: str, due: datetime, at: datetime) -> int:
    """A run begins; returns its number."""
    return models.JobRun.objects.create(name=name, due=due, started_at=at).pk


def finish(number: int, at: datetime, outcome: str, detail: str = "") -> None:
    models.JobRun.objects.filter(pk=number).update(finished_at=at, outcome=outcome, detail=detail)
