"""Handing out logins and taking them back. Every step leaves a line in the log; no password is kept.

`who` is a login or the code of a person. The plain password exists only in the returned `Issued`: print it
(`slips.slips`) and forget it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from axes.utils import reset as forget_wrong_tries
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from sync_service.accounts.models import FAMILY, Account, CredentialIssue, Role
from sync_service.accounts.spelling import new_login, new_password, read_login

SLIP = "памятка на бумаге"


class AccountError(Exception):
    """The operator asked for something that cannot be done: a Russian sentence with what to do instead."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What a slip tells its owner. `password` is readable here and nowhere else."""

    login: str
    password: str
    name: str
    role: Role
    school_class: str = ""

    def __repr__(self) -> str:  # a password must not reach a log file by way of a traceback
        return f"Issued(login={self.login!r}, name={self.name!r})"


@transaction.atomic
def issue(person: str, role: str, name: str, *, by: str, at: datetime, school_class: str = "") -> Issued:
    """Given the code of a person without a login, make one with a first password that must be changed.

    Raises AccountError where the person has a login already: a second one would be a shared account."""
    if taken := Account.objects.filter(person=person).first():
        raise AccountError(
            f"У человека с кодом {person} уже есть логин {taken.login}. Если пароль потерян, выдайте новый."
        )
    login, password = _free_login(), new_password()
    account = Account.objects.create(
        login=login,
        role=Role(role),
        person=person,
        name=name,
        school_class=school_class,
        password=make_password(password),
        issued_at=at,
        issued_by=by,
    )
    _log(account, CredentialIssue.Action.ISSUED, by, at, SLIP)
    return _issued(account, password)


@transaction.atomic
def reset(who: str, *, by: str, at: datetime, name: str = "", school_class: str = "") -> Issued:
    """A new first password for an existing login. The old one, every open session and a lock after wrong
    tries end at once.

    `name` and `school_class` are those of today, for the slip; "": as they were."""
    account, password = find(who), new_password()
    if account.blocked_at:
        raise AccountError(f"Логин {account.login} заблокирован. Сначала разблокируйте его.")
    account.name, account.school_class = name or account.name, school_class or account.school_class
    account.password = make_password(password)
    account.must_change = True
    account.issued_at, account.issued_by = at, by
    account.save()
    forget_wrong_tries(username=account.login)
    _log(account, CredentialIssue.Action.RESET, by, at, SLIP)
    return _issued(account, password)


@transaction.atomic
def block(who: str, *, by: str, at: datetime) -> Account:
    """Nobody comes in with this login any more, open sessions included. Blocking twice changes nothing."""
    account = find(who)
    if account.blocked_at is None:
        account.blocked_at = at
        account.save(update_fields=["blocked_at"])
        _log(account, CredentialIssue.Action.BLOCKED, by, at)
    return account


@transaction.atomic
def unblock(who: str, *, by: str, at: datetime) -> Account:
    """The login works again with the password it had."""
    account = find(who)
    if not account.is_active:
        account.blocked_at = account.closes_on = None
        account.save(update_fields=["blocked_at", "closes_on"])
        _log(account, CredentialIssue.Action.UNBLOCKED, by, at)
    return account


@transaction.atomic
def close_on(persons: Iterable[str], day: date, *, by: str, at: datetime) -> int:
    """Logins of people who leave work until a day; returns how many have been given it now. One that is blocked
    stays so."""
    leaving = Account.objects.filter(person__in=set(persons), closes_on=None).order_by("login")
    for account in leaving:
        account.closes_on = day
        account.save(update_fields=["closes_on"])
        _log(account, CredentialIssue.Action.CLOSING, by, at, f"с {day:%d.%m.%Y}")
    return len(leaving)


@transaction.atomic
def change_own(account: Account, password: str, *, at: datetime) -> None:
    """The owner's own choice of a password, already checked by the form."""
    account.password = make_password(password)
    account.must_change = False
    account.save(update_fields=["password", "must_change"])
    _log(account, CredentialIssue.Action.CHANGED, account.name, at)


def find(who: str) -> Account:
    """By login as typed or by the code of the person; AccountError if there is none."""
    account = Account.objects.filter(Q(person=who) | Q(login=read_login(who))).first()
    if account is None:
        raise AccountError(f"Нет учётной записи с логином или кодом «{who}». Проверьте, как он написан.")
    return account


def persons_with_login() -> set[str]:
    """Codes of everybody who has been given a login, blocked ones included."""
    return set(Account.objects.values_list("person", flat=True))


def open_family_logins() -> list[tuple[str, str, str]]:
    """(login, code of the person, name on the slip) of every pupil and parent who may come in, by name."""
    rows = Account.objects.filter(role__in=FAMILY, blocked_at=None).order_by("name", "login")
    return list(rows.values_list("login", "person", "name"))


def _free_login() -> str:
    while Account.objects.filter(login=(login := new_login())).exists():
        pass
    return login


def _issued(account: Account, password: str) -> Issued:
    return Issued(account.login, password, account.name, Role(account.role), account.school_class)


def _log(account: Account, action: CredentialIssue.Action, by: str, at: datetime, method: str = "") -> None:
    CredentialIssue.objects.create(
        at=at,
        action=action,
        name=account.name,
        role=account.role,
        school_class=account.school_class,
        person=account.person,
        login=account.login,
        method=method,
        by=by,
    )
