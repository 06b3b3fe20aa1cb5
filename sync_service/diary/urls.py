"""Addresses of the diary. A guardian's pages name the child; the short ones mean oneself, or the first."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from sync_service.diary import entrance, pages


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # ValueError means 404

    def to_url(self, value: date) -> str:
        return value.isoformat()


class PupilCodeConverter:
    regex = r"[A-Za-z0-9-]{1,32}"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(DayConverter, "day")
register_converter(PupilCodeConverter, "pupil")

urlpatterns = [
    path("", pages.home, name="home"),
    path("week/<day:day>/", pages.week, name="week"),
    path("marks/", pages.marks, name="marks"),
    path("marks/<int:year>/", pages.marks, name="marks-of-year"),
    path("child/<pupil:child>/", pages.week, name="child"),
    path("child/<pupil:child>/week/<day:day>/", pages.week, name="child-week"),
    path("child/<pupil:child>/marks/", pages.marks, name="child-marks"),
    path("child/<pupil:child>/marks/<int:year>/", pages.marks, name="child-marks-of-year"),
    path("login/", entrance.enter, name="login"),
    path("logout/", entrance.leave, name="logout"),
    path("password/", entrance.change_password, name="password"),
]
