"""Who may edit what of a spreadsheet: what is there against what is wanted, and the requests between the two.

Each course tab is a protected sheet whose editors are its teacher, the administrators and, for the day, a substitute;
tabs of the service belong to the administrators alone, and a tab that people have added is their own. Google lets the
owner of the file edit everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from sync_service.books.google.reading import Json
from sync_service.books.reading import SERVICE_TABS
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, Tab

OURS = "Журнал: "  # descriptions of our protections begin so; others are people's own and stay
ANYBODY = "все, у кого есть ссылка"


@dataclass(frozen=True)
class Rights:
    """`editors` by tab key, e-mails in lower case; a tab of ours that is not named belongs to the `administrators`
    alone.

    `closed`: by tab key, the keys of rows (log) or columns (grid) that only administrators may still change. `staff`:
    everybody whom the school has ever shared books with; whoever else was let in by hand is left alone."""

    editors: Mapping[str, frozenset[str]]
    administrators: frozenset[str]
    staff: frozenset[str] = frozenset()
    closed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def writers(self) -> frozenset[str]:
        return self.administrators.union(*self.editors.values())


@dataclass(frozen=True)
class Sharing:
    """What is to change in who may open the file."""

    add: tuple[str, ...]  # e-mails
    remove: tuple[tuple[str, str], ...]  # (permission id, e-mail)


def protections(sheets: Iterable[Json], tabs: Mapping[str, Tab], rights: Rights) -> tuple[list[Json], list[str]]:
    """Requests that put the protections right, and what each of them mends, for people.

    `sheets` are Google's, with `properties` and `protectedRanges`; `tabs` by title, as they were read."""
    requests: list[Json] = []
    told: list[str] = []
    for sheet in sheets:
        title, number = sheet["properties"]["title"], sheet["properties"].get("sheetId", 0)
        found = key_of(tabs[title]) if title in tabs and title not in SERVICE_TABS else (title, At(1, 1))
        if found is None:
            continue  # people's own, or one whose key was wiped: that is mended first
        wanted = dict(_wanted(number, found, tabs.get(title), rights))
        ours = [one for one in sheet.get("protectedRanges", ()) if one.get("description", "").startswith(OURS)]
        if ours and not any(one["description"] in wanted for one in ours):
            continue  # another key than it was protected under is none of its own: that is mended first
        there: dict[str, Json] = {}
        for one in ours:
            name = one["description"]
            if name in there or name not in wanted:
                requests.append({"deleteProtectedRange": {"protectedRangeId": one["protectedRangeId"]}})
                told.append(f"«{title}»: снята лишняя защита")
            else:
                there[name] = one
        for name, (area, editors) in wanted.items():
            one = there.get(name)
            if one is None:
                requests.append({"addProtectedRange": {"protectedRange": _protection(name, area, editors)}})
                told.append(f"«{title}»: поставлена защита")
            elif not _holds(one, area, editors, rights):
                strangers = _editors_of(one) - rights.staff  # let in by hand, or Google's own addition
                changed = {**_protection(name, area, editors | strangers), "protectedRangeId": one["protectedRangeId"]}
                fields = "range,editors,warningOnly,unprotectedRanges"
                requests.append({"updateProtectedRange": {"protectedRange": changed, "fields": fields}})
                told.append(f"«{title}»: исправлено, кто может изменять")
    return requests, told


def sharing(permissions: Iterable[Json], rights: Rights) -> Sharing:
    """Teachers come to the file as editors, staff who no longer teach in it go; owners and strangers stay, and so does
    whoever is let in by the folder."""
    writers = rights.writers
    able: set[str] = set()
    remove: list[tuple[str, str]] = []
    for one in permissions:
        email = one.get("emailAddress", "").lower()
        if one["role"] in ("owner", "organizer", "fileOrganizer", "writer"):
            able.add(email)
        if one["role"] == "writer" and not _inherited(one) and email in rights.staff and email not in writers:
            remove.append((one["id"], email))
    return Sharing(tuple(sorted(writers - able)), tuple(remove))


def writers(permissions: Iterable[Json], own: str) -> list[tuple[str, str]]:
    """Whoever may write in the file and could be made a reader of it: (permission id, who). Not its owner, not our own
    account, not whom the folder lets in."""
    return [
        (one["id"], one.get("emailAddress", "").lower() or one.get("domain") or ANYBODY)
        for one in permissions
        if one["role"] == "writer" and one.get("emailAddress", "").lower() != own and not _inherited(one)
    ]


def owners(permissions: Iterable[Json]) -> frozenset[str]:
    return frozenset(one.get("emailAddress", "").lower() for one in permissions if one["role"] == "owner")


def _inherited(permission: Json) -> bool:
    return any(detail.get("inherited") for detail in permission.get("permissionDetails", ()))


def _wanted(
    number: int, found: tuple[str, At], tab: Tab | None, rights: Rights
) -> Iterator[tuple[str, tuple[Json, frozenset[str]]]]:
    """Protections of a sheet by description. Those of closed places are counted, not named by where they are: rows and
    columns that a teacher inserts take them along."""
    key, origin = found
    yield f"{OURS}{key}", ({"sheetId": number}, rights.editors.get(key, frozenset()) | rights.administrators)
    closed = rights.closed.get(key)
    if tab is None or not closed:
        return
    rows = [at.row for at, value in tab.cells.items() if at.column == origin.column and value in closed]
    columns = [at.column for at, value in tab.cells.items() if at.row == origin.row and value in closed]
    for kind, words, places in (("Row", "строки", rows), ("Column", "столбцы", columns)):
        for count, (first, last) in enumerate(_runs(sorted(places)), 1):
            area = {"sheetId": number, f"start{kind}Index": first - 1, f"end{kind}Index": last}
            yield f"{OURS}{key}, закрыты {words} {count}", (area, rights.administrators)


def _runs(places: list[int]) -> Iterator[tuple[int, int]]:
    for _, run in groupby(enumerate(places), key=lambda item: item[1] - item[0]):
        line = [place for _, place in run]
        yield line[0], line[-1]


def _protection(name: str, area: Json, editors: frozenset[str]) -> Json:
    return {"range": area, "description": name, "warningOnly": False, "editors": {"users": sorted(editors)}}


def _holds(there: Json, area: Json, editors: frozenset[str], rights: Rights) -> bool:
    """Google adds the owner and whoever made the protection to its editors by itself: they do not count against it."""
    users = _editors_of(there)
    strangers = users & (rights.staff - rights.administrators) - editors
    open_places = there.get("unprotectedRanges") or there.get("editors", {}).get("domainUsersCanEdit")
    return (
        {key: value for key, value in there.get("range", {}).items() if value or key != "sheetId"}
        == {key: value for key, value in area.items() if value or key != "sheetId"}
        and not there.get("warningOnly")
        and not open_places
        and editors <= users
        and not strangers
    )


def _editors_of(protection: Json) -> frozenset[str]:
    return frozenset(user.lower() for user in protection.get("editors", {}).get("users", ()))
