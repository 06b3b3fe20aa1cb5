"""Coming in and going out: log in, first password, log out. Says nothing about which logins exist."""

from __future__ import annotations

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sync_service.accounts import issuing
from sync_service.accounts.models import Account
from sync_service.accounts.spelling import read_login

WRONG = "Логин или пароль не подошли. Проверьте, как они написаны на памятке, и попробуйте ещё раз."


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    error = ""
    if request.method == "POST":
        name = read_login(request.POST.get("login", ""))
        # not "username": django-axes counts tries under the name of our own field
        account = authenticate(request, login=name, password=request.POST.get("password", ""))
        if account is not None:
            login(request, account)
            return redirect(_where_to(request))
        if getattr(request, "axes_locked_out", False):
            return locked_out(request, None, {"login": name})
        error = WRONG
    page = {
        "error": error,
        "typed": request.POST.get("login", ""),
        "next": _next(request),
        "left": "left" in request.GET,
    }
    return render(request, "diary/login.html", page, status=403 if error else 200)


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, credentials: dict[str, str] | None = None
) -> HttpResponse:
    """settings.AXES_LOCKOUT_CALLABLE: after five wrong tries, when to come back. The same for a login that
    does not exist, which is counted like any other."""
    tries = AccessAttempt.objects.filter(
        username=(credentials or {}).get("login", ""), ip_address=request.axes_ip_address
    )
    last, pause = tries.order_by("-attempt_time").first(), get_cool_off(request)
    again = last.attempt_time + pause if last and pause else None
    return render(request, "diary/locked.html", {"again": again}, status=429)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("/login/?left")


@sensitive_post_parameters("current", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """The first change asks for the new password only: the owner has typed the old one a moment ago."""
    account: Account = request.user
    errors: list[str] = []
    if request.method == "POST":
        new = request.POST.get("new", "")
        errors = _objections(account, new, request.POST)
        if not errors:
            issuing.change_own(account, new, at=timezone.now())
            update_session_auth_hash(request, account)
            return redirect("home")
    page = {"errors": errors, "first": account.must_change}
    return render(request, "diary/password.html", page, status=422 if errors else 200)


def _objections(account: Account, new: str, typed: dict[str, str]) -> list[str]:
    if not account.must_change and not account.check_password(typed.get("current", "")):
        return ["Нынешний пароль не подошёл."]
    if new != typed.get("again", ""):
        return ["Пароли в двух полях разные. Введите новый пароль ещё раз."]
    if account.check_password(new):
        return ["Это прежний пароль. Придумайте другой, чтобы его знали только вы."]
    if read_login(new) == account.login:
        return ["Пароль не должен совпадать с логином."]
    try:
        validate_password(new, account)
    except ValidationError as refused:
        return [str(message) for message in refused.messages]
    return []


def _next(request: HttpRequest) -> str:
    """The page somebody was sent here from, if it is one of ours."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""


def _where_to(request: HttpRequest) -> str:
    if request.user.must_change:
        return "password"
    return _next(request) or "home"
