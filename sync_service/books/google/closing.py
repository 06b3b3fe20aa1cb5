"""A spreadsheet of a school year that is over: whoever could write in it reads it, its tabs are protected against
everybody, its title says the year, so that the class of next year finds its name free.

Google lets the owner of a file edit everything; whoever is let in by the folder meets the protected tabs.
"""

from __future__ import annotations

from sync_service.books.google import rights
from sync_service.books.google.reading import tab_of
from sync_service.books.google.rights import Rights
from sync_service.books.google.source import EVERYWHERE, GoogleSource
from sync_service.books.google.upkeep import carry_out, permissions, permissions_at, spreadsheet
from sync_service.books.source import SourceError, Trouble

NOT_OURS_TO_CHANGE = frozenset({Trouble.MISSING, Trouble.NOT_SHARED, Trouble.REFUSED})


def close(source: GoogleSource, ref: str, name: str, *, year: str, staff: frozenset[str], own: str) -> list[str]:
    """Returns what had to be done, for people: nothing the second time. `year` is «2026-2027», `staff` everybody whom
    the school has ever shared books with, `own` the address of our account.

    Two reads and at most one write of the spreadsheet, and a Drive call for each who becomes a reader: cut short, it
    is done by doing it again. Raises SourceError."""
    answer, there = spreadsheet(source, ref, name), permissions(source, ref, name)
    tabs = {tab.title: tab for tab in map(tab_of, answer["sheets"])}
    owners = rights.owners(there)
    ours_alone = Rights({}, frozenset(filter(None, (own,))) - owners, staff - owners - {own})
    requests, protected = rights.protections(answer["sheets"], tabs, ours_alone)
    told = ["все вкладки защищены"] if protected else []
    title = answer["properties"]["title"]
    if year not in title:
        said = {"properties": {"title": f"{title} {year}"}, "fields": "title"}
        requests.append({"updateSpreadsheetProperties": said})
        told.insert(0, f"теперь называется «{title} {year}»")
    carry_out(source, ref, name, requests)
    readers = [who for number, who in rights.writers(there, own) if _lower(source, ref, name, number)]
    return [*told, f"теперь только читают: {', '.join(readers)}"] if readers else told


def _lower(source: GoogleSource, ref: str, name: str, number: str) -> bool:
    """False if there is nothing to change here: the right is gone already, or it came with the folder."""
    address, params = f"{permissions_at(ref)}/{number}", {**EVERYWHERE, "fields": "id"}
    try:
        source.ask("patch", address, name, ref, params=params, json={"role": "reader"})
    except SourceError as error:
        if error.trouble in NOT_OURS_TO_CHANGE:
            return False
        raise
    return True
