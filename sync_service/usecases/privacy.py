"""What of people's names may leave the school: the settings and the record as a mask over books, and as their guard."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sync_service.books.google.source import GOOGLE
from sync_service.books.source import SourceError, Trouble
from sync_service.config import Config
from sync_service.domain.privacy import Mask, Names
from sync_service.domain.school import Employee, Guardian, Pupil
from sync_service.reconcile.privacy import exposures
from sync_service.reconcile.sheet import Tab, TabWrite
from sync_service.records import queries


def mask_for(config: Config, ref: str) -> Mask:
    """How a book shows names: as the settings say in Google, whole in the school's own folder."""
    return google_mask(config) if ref.startswith(GOOGLE) else Mask(Names.FULL, ())


def google_mask(config: Config) -> Mask:
    """The mask over everybody who has ever been on a list, under every name: who was taken off one, and a name that was
    changed, still stand in the books."""
    names = Names(config.privacy.names)
    if names is Names.FULL:
        return Mask(names, ())
    pupils, guardians = queries.everybody()
    then_pupils, then_guardians = queries.former_people()
    return _mask(
        names, pupils + then_pupils, guardians + then_guardians, queries.employees(), config.privacy.allowed_words
    )


@lru_cache(maxsize=1)
def _mask(
    names: Names,
    pupils: tuple[Pupil, ...],
    guardians: tuple[Guardian, ...],
    employees: tuple[Employee, ...],
    allowed_words: tuple[str, ...],
) -> Mask:
    """Every write asks who is in the school; only a change among the people has all their names declined anew."""
    return Mask(names, pupils, guardians, employees, allowed_words)


def refuse_names(config: Config, name: str, said: Iterable[Tab | TabWrite]) -> None:
    """The guard of everything that goes to Google. Raises SourceError EXPOSED that names the first place."""
    found = exposures(google_mask(config), said)
    if found:
        first = found[0]
        more = f"; всего таких мест {len(found)}" if len(found) > 1 else ""
        place = f"вкладка «{first.tab}» {first.a1}".strip()
        raise SourceError(Trouble.EXPOSED, name, f"{place}: «{first.found}»{more}")
