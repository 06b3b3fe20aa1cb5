"""The pages of a family: a week, the marks. A view asks for values and hands them to a template."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sync_service.diary import staff, words
from sync_service.diary.viewing import children_of, sight_or_404, signed_in
from sync_service.domain.school import SchoolYear, Term
from sync_service.records import queries

WEEK = timedelta(days=7)


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's first page: the own week, the first child's week, or the state of the service for staff."""
    if not request.user.is_family:
        return staff.status(request)
    if not children_of(request.user):
        return _nothing(request, "К этому логину сейчас не привязан ни один ученик школы.")
    return week(request)


@require_safe
@signed_in
def week(request: HttpRequest, day: date | None = None, child: str | None = None) -> HttpResponse:
    """The week of `day`, or of today, which outside the school year means the nearest week of it."""
    sight, today = sight_or_404(request.user, child), timezone.localdate()
    year = queries.year_at(today)
    if year is None:
        return _nothing(request, "Учебный год ещё не загружен в дневник.")
    first, last = words.monday_of(year.start), words.monday_of(year.end)
    monday = words.monday_of(day or min(max(today, first), last))
    if not first <= monday <= last:
        raise Http404
    if day and day != monday:
        return redirect(sight.at.week(monday))
    page = {
        "sight": sight,
        "week": queries.diary_week(sight.pupil.code, monday, today),
        "today": today,
        "earlier": monday - WEEK if monday > first else None,
        "later": monday + WEEK if monday < last else None,
        "is_current": monday == words.monday_of(today),
        "note": _outside(year, today) if day is None else "",
        "here": "week",
    }
    return render(request, "diary/week.html", page)


@require_safe
@signed_in
def marks(request: HttpRequest, child: str | None = None) -> HttpResponse:
    sight, today = sight_or_404(request.user, child), timezone.localdate()
    year = queries.year_at(today)
    subjects = queries.diary_subjects(sight.pupil.code, today)
    given = {term for subject in subjects for term, _ in subject.finals}
    page = {
        "sight": sight,
        "subjects": subjects,
        "terms": [term for term in Term if term in given],
        "period": words.current_period(year, today) if year else "",
        "here": "marks",
    }
    return render(request, "diary/marks.html", page)


def _nothing(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "diary/nothing.html", {"why": why})


def _outside(year: SchoolYear, today: date) -> str:
    """Why the first page does not show today's week."""
    if words.monday_of(today) < words.monday_of(year.start):
        return f"Учебный год начнётся {words.day_month(year.start)}. Показана его первая неделя."
    if words.monday_of(today) > words.monday_of(year.end):
        return f"Учебный год закончился {words.day_month(year.end)}. Показана его последняя неделя."
    return ""
