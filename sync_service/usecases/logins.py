"""Logins for the people of the record: who gets one, and the slips to print."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sync_service.accounts import issuing
from sync_service.accounts.issuing import Issued
from sync_service.accounts.models import Role
from sync_service.accounts.slips import slips
from sync_service.domain.school import Directory, Employee
from sync_service.records import queries
from sync_service.usecases.workspace import NeedsHuman, Workspace


def issue_for_class(workspace: Workspace, school_class: str, *, by: str) -> list[Issued]:
    """First logins for pupils and consenting parents of a class who have none yet, in the order of the list."""
    directory = _directory()
    if school_class not in [known.code for known in directory.classes]:
        known = ", ".join(known.code for known in directory.classes)
        raise NeedsHuman(f"Класса «{school_class}» в школе нет. Есть: {known}.")
    guardians: dict[str, list[tuple[str, str]]] = {}
    for guardian in queries.guardians():
        if guardian.consent is not None and guardian.may_read(workspace.today):
            guardians.setdefault(guardian.pupil, []).append((guardian.code, guardian.name))
    wanted: list[tuple[str, Role, str]] = []
    closed = queries.closed_by_families(workspace.today)
    for pupil in queries.pupils(workspace.today):
        if pupil.school_class == school_class and pupil.code not in closed:
            wanted.append((pupil.code, Role.PUPIL, pupil.list_name))
            wanted += [(code, Role.GUARDIAN, name) for code, name in guardians.get(pupil.code, [])]
    return _issue(workspace, wanted, by=by, school_class=school_class)


def issue_for_staff(workspace: Workspace, *, by: str) -> list[Issued]:
    """First logins for everybody of the staff who has none yet."""
    directory = _directory()
    return _issue(
        workspace,
        [(person.code, role_of(person, directory), person.full_name) for person in directory.employees],
        by=by,
    )


def reset(workspace: Workspace, who: str, *, by: str) -> Issued:
    """A new password for a login, the slip made out to its owner as he is called now. Raises AccountError."""
    person = issuing.find(who).person
    name, school_class = _called_now().get(person, ("", ""))
    return issuing.reset(person, by=by, at=workspace.clock(), name=name, school_class=school_class)


def _called_now() -> dict[str, tuple[str, str]]:
    """Name and class for a slip, by code of the person; of a parent the class of the child."""
    pupils = {one.code: one for one in queries.pupils()}
    called = {one.code: (one.full_name, "") for one in queries.employees()}
    called |= {code: (one.list_name, one.school_class) for code, one in pupils.items()}
    return called | {
        one.code: (one.name, pupils[one.pupil].school_class) for one in queries.guardians() if one.pupil in pupils
    }


def role_of(person: Employee, directory: Directory) -> Role:
    """What a member of the staff may do: by position, and by leading a class."""
    position = person.position.lower()
    if "директор" in position or "зам" in position:  # the director sees what her deputy sees
        return Role.DEPUTY
    if "администратор" in position:
        return Role.ADMIN
    if any(school_class.teacher == person.code for school_class in directory.classes):
        return Role.CLASS_TEACHER
    return Role.TEACHER


@dataclass(frozen=True)
class Idle:
    """An open login that shows nothing new, and why."""

    login: str
    name: str
    why: str


def idle_logins(workspace: Workspace) -> tuple[Idle, ...]:
    """Logins of families that the administrator may want to block: the pupil has left, the consent was withdrawn. They
    stay open until he does: a family may still read what was."""
    today = workspace.today
    left = {one.code: one.left for one in queries.pupils() if one.left is not None and one.left <= today}
    closed, guardians = queries.closed_by_families(today), {one.code: one for one in queries.guardians()}
    called, found = _called_now(), []
    for login, person, on_slip in issuing.open_family_logins():
        name = called.get(person, (on_slip, ""))[0]
        guardian = guardians.get(person)
        children = [child.code for child in queries.children(person, today)] if guardian is not None else [person]
        if person in closed or (guardian is not None and not children and not guardian.may_read(today)):
            found.append(Idle(login, name, "согласие отозвано"))
        elif children and all(code in left for code in children):
            found.append(Idle(login, name, f"выбытие {max(left[code] for code in children):%d.%m.%Y}"))
    return tuple(found)


def save_slips(workspace: Workspace, issued: Iterable[Issued], name: str) -> Path:
    """Print-ready slips in the school's folder, readable by its owner only: they hold passwords, print and delete."""
    content = slips(list(issued), school=workspace.config.school.title, address=workspace.config.diary.shown_address)
    path = workspace.config.home / f"{name}.html"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path


def _issue(
    workspace: Workspace, wanted: Iterable[tuple[str, Role, str]], *, by: str, school_class: str = ""
) -> list[Issued]:
    have = issuing.persons_with_login()
    return [
        issuing.issue(code, role, name, by=by, at=workspace.clock(), school_class=school_class)
        for code, role, name in wanted
        if code not in have
    ]


def _directory() -> Directory:
    directory = queries.directory()
    if directory is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    return directory
