"""The pages of a family: a week, the marks. A view asks for values and hands them to a template."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sync_service.diary import staff, words
from sync_service.diary.viewing import children_of, sight_or_404, signed_in
from sync_service.domain.school import SchoolYear, Term
from sync_service.records import queries

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's first page: the own week, the first child's week, or the state of the service for staff."""
    if not request.user.is_family:
        return staff.status(request)
    if not children_of(request.user):
        return _nothing(
            request, "К этому логину сейчас не привязан ни один ученик школы, или семья отозвала согласие."
        )
    return week(request)


@require_safe
@signed_in
def week(request: HttpRequest, day: date | None = None, child: str | None = None) -> HttpResponse:
    """The week of `day`, of whatever school year, or of today, which outside the year means the nearest week of it."""
    sight, today = sight_or_404(request.user, child), timezone.localdate()
    years = queries.school_years()
    if not years:
        return _nothing(request, "Учебный год ещё не загружен в дневник.")
    begun = [one for one in years if words.monday_of(one.start) <= (day or today)]
    year = begun[-1] if begun else years[0]
    first, last = words.monday_of(year.start), words.monday_of(year.end)
    gone = sight.pupil.left if sight.pupil.left and sight.pupil.left <= today else None
    if gone is not None:
        last = min(last, words.monday_of(gone - DAY))
    if last < first:
        return _nothing(request, "В этом учебном году ученик в школе не учится.")
    monday = words.monday_of(day or min(max(today, first), last))
    if not first <= monday <= last:
        raise Http404
    if day and day != monday:
        return redirect(sight.at.week(monday))
    page = {
        "sight": sight,
        "week": queries.diary_week(sight.pupil.code, monday, today),
        "today": today,
        "earlier": monday - WEEK if monday > first else _last_week_before(years, year),
        "later": monday + WEEK if monday < last else _first_week_after(years, year),
        "is_current": monday == words.monday_of(today),
        "note": (_left(gone) if gone is not None else _outside(year, today)) if day is None else "",
        "here": "week",
    }
    return render(request, "diary/week.html", page)


@require_safe
@signed_in
def marks(request: HttpRequest, child: str | None = None, year: int | None = None) -> HttpResponse:
    """The marks of this school year, or of the one that began in the year `year`, as they were at its end."""
    sight, today = sight_or_404(request.user, child), timezone.localdate()
    years = [one for one in queries.school_years() if one.start <= today and sight.pupil.enrolled <= one.end]
    shown = next((one for one in reversed(years) if year in (None, one.start.year)), None)
    if year is not None and shown is None:
        raise Http404
    on = min(today, shown.end) if shown is not None else today
    subjects = queries.diary_subjects(sight.pupil.code, on)
    given = {term for subject in subjects for term, _ in subject.finals}
    page = {
        "sight": sight,
        "subjects": subjects,
        "debts": queries.diary_debts(sight.pupil.code, today),
        "terms": [term for term in Term if term in given],
        "period": words.current_period(shown, on) if shown else "",
        "year": shown.title if shown and shown is not years[-1] else "",
        "other_years": [(one.title, sight.at.marks(one.start.year)) for one in reversed(years) if one is not shown],
        "here": "marks",
    }
    return render(request, "diary/marks.html", page)


def _last_week_before(years: Sequence[SchoolYear], year: SchoolYear) -> date | None:
    """The week that «earlier» leads to from the first one of a year: the summer is left out."""
    return next((words.monday_of(one.end) for one in reversed(years) if one.end < year.start), None)


def _first_week_after(years: Sequence[SchoolYear], year: SchoolYear) -> date | None:
    return next((words.monday_of(one.start) for one in years if one.start > year.end), None)


def _nothing(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "diary/nothing.html", {"why": why})


def _outside(year: SchoolYear, today: date) -> str:
    """Why the first page does not show today's week."""
    if words.monday_of(today) < words.monday_of(year.start):
        return f"Учебный год начнётся {words.day_month(year.start)}. Показана его первая неделя."
    if words.monday_of(today) > words.monday_of(year.end):
        return f"Учебный год закончился {words.day_month(year.end)}. Показана его последняя неделя."
    return ""


def _left(day: date) -> str:
    return f"Ученик выбыл {words.day_month(day)} {day.year} года. Показана последняя неделя его учёбы в школе."
