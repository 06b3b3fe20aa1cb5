"""Which child's pages a request may see, and where they are. Every page about a child asks here and gets the child
or 404: the same answer for somebody else's child and for a code that does not exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from sync_service.accounts.models import Account
from sync_service.domain.access import Action, Role, Subject, Viewer, may
from sync_service.domain.school import Pupil
from sync_service.records import queries

Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Pages of one child. `child` is "" for a pupil, whose addresses need no code."""

    child: str = ""

    def week(self, monday: date | None = None) -> str:
        if self.child and monday:
            return reverse("child-week", kwargs={"child": self.child, "day": monday})
        if self.child:
            return reverse("child", kwargs={"child": self.child})
        return reverse("week", kwargs={"day": monday}) if monday else reverse("home")

    def marks(self, year: int | None = None) -> str:
        """`year`: in which the school year began, if it is not this one."""
        of = {"child": self.child} if self.child else {}
        name = "child-marks" if self.child else "marks"
        return reverse(f"{name}-of-year", kwargs={**of, "year": year}) if year else reverse(name, kwargs=of)

    def of(self, pupil: Pupil) -> Addresses:
        return Addresses(pupil.code)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the viewer looks at: one child, and the others to switch to."""

    pupil: Pupil
    children: tuple[Pupil, ...]
    at: Addresses


def signed_in(page: Page) -> Page:
    """Only for people who came in with a password of their own; others are sent to set one."""

    @wraps(page)
    def guarded(request: HttpRequest, **arguments: object) -> HttpResponse:
        if request.user.must_change:
            return redirect("password")
        return page(request, **arguments)

    return login_required(guarded)


def children_of(account: Account) -> tuple[Pupil, ...]:
    """Whom a family login is about: oneself, a guardian's children; nobody for staff, nor where the family has
    withdrawn its consent (DOMAIN 2.14). In the order of the record."""
    if account.role == Role.PUPIL:
        if account.person in queries.closed_by_families(timezone.localdate()):
            return ()
        return tuple(pupil for pupil in queries.pupils() if pupil.code == account.person)
    if account.role == Role.GUARDIAN:
        return queries.children(account.person)
    return ()


def visible_to_staff(account: Account, today: date) -> tuple[Pupil, ...]:
    """Pupils of today whose diary a member of the staff may open: the office all, a class teacher the own class."""
    if account.is_family:
        return ()
    viewer = _viewer(account, ())
    return tuple(pupil for pupil in queries.pupils(today) if _may_see(viewer, pupil))


def sight_or_404(account: Account, code: str | None) -> Sight:
    """The child with this code, or the viewer's first one where the address names none."""
    children = children_of(account)
    viewer = _viewer(account, children)
    asked = children if account.is_family else queries.pupils()
    for pupil in asked:
        if (pupil.code == code or (code is None and account.is_family)) and _may_see(viewer, pupil):
            return Sight(pupil, children, Addresses("" if account.role == Role.PUPIL else pupil.code))
    raise Http404


def _may_see(viewer: Viewer, pupil: Pupil) -> bool:
    subject = Subject(person=pupil.code, school_class=pupil.school_class)
    return may(viewer, Action.SEE_LESSONS, subject) and may(viewer, Action.SEE_FINALS, subject)


def _viewer(account: Account, children: tuple[Pupil, ...]) -> Viewer:
    own_class = None
    if account.role == Role.CLASS_TEACHER and (directory := queries.directory()):
        own_class = next((led.code for led in directory.classes if led.teacher == account.person), None)
    return Viewer(
        role=Role(account.role),
        person=account.person,
        children=frozenset(child.code for child in children),
        own_class=own_class,
    )
