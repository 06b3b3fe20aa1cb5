"""Pages for when it does not work: what happened and what to do next, a sentence each, and no detail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, "Адрес написан неверно", "Откройте дневник по адресу с памятки.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, "Сюда нельзя", "Эта страница открывается только тем, кому она выдана.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, "Такой страницы нет", "Проверьте адрес или вернитесь на первую страницу.")


def broken(request: HttpRequest) -> HttpResponse:
    advice = "Это ошибка программы, а не ваша. Попробуйте через несколько минут."
    return _page(request, 500, "Дневник споткнулся", advice)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW: mostly a form left open over night."""
    return _page(request, 403, "Форма устарела", "Страница слишком долго была открыта. Откройте её заново.")


def _page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    return render(request, "diary/error.html", {"title": title, "advice": advice}, status=status)
