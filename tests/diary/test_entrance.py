"""Coming in: nothing about other people's logins is told, a slip's password works once, five wrong tries end it."""

import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from sync_service.accounts import issuing
from sync_service.accounts.models import CredentialIssue
from tests.diary.made_up import NOW, SECRET, VARVARA

OWN = "четыре тихих ежа"


def try_to_enter(login, password, client=None, **extra):
    return (client or Client()).post("/login/", {"login": login, "password": password}, **extra)


def text(response):
    return response.content.decode()


def without_what_was_typed(response, typed):
    token = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text(response))
    return token.replace(f'value="{typed}"', "")


def test_nobody_sees_a_page_without_coming_in(cast):
    for address in ("/", "/week/2026-10-12/", "/marks/", f"/child/{VARVARA}/", "/password/"):
        response = Client().get(address)
        assert (response.status_code, response.url.split("?")[0]) == (302, "/login/")


def test_the_right_password_opens_the_own_week(cast):
    response = Client().post("/login/", {"login": cast.logins["pupil"], "password": SECRET}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "Берёзкина Варвара" in text(response)


def test_a_login_typed_on_a_russian_keyboard_opens_it_too(cast):
    typed = cast.logins["pupil"].translate(str.maketrans("dfkmntvaeu", "дфкмнтваеу")).upper()
    assert try_to_enter(typed, SECRET).status_code == 302


def test_the_answer_does_not_tell_whether_a_login_exists(cast):
    blocked = issuing.block(cast.logins["stranger"], by="test", at=NOW).login
    answers = [
        without_what_was_typed(response, login)
        for login in (cast.logins["pupil"], "nobody777", blocked)
        for response in [try_to_enter(login, "wrong")]
    ]
    assert len(set(answers)) == 1
    assert "не подошли" in answers[0]


def test_five_wrong_tries_close_the_login_and_tell_when_to_come_back(cast):
    login = cast.logins["pupil"]
    answers = [try_to_enter(login, "wrong").status_code for _ in range(5)]
    assert answers == [403, 403, 403, 403, 429]
    locked = try_to_enter(login, SECRET)
    assert locked.status_code == 429
    assert re.search(r"после <time[^>]*>12:15</time>", text(locked))
    with time_machine.travel(NOW.replace(minute=16)):
        assert try_to_enter(login, SECRET).status_code == 302


def test_a_login_that_does_not_exist_is_closed_in_the_same_way(cast):
    answers = [try_to_enter("nobody777", "wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 4 + [429] * 2
    assert re.search(r"после <time[^>]*>12:15</time>", text(answers[-1]))


def test_other_spellings_of_a_login_are_the_same_login_to_the_lock(cast):
    login = cast.logins["pupil"]
    for typed in (login, login.upper(), f" {login}", f"{login[:4]}-{login[4:]}", f"{login[:4]} {login[4:]}"):
        try_to_enter(typed, "wrong")
    assert try_to_enter(login, SECRET).status_code == 429


def test_a_closed_login_does_not_close_a_classmates(cast):
    for _ in range(5):
        try_to_enter(cast.logins["pupil"], "wrong")
    assert try_to_enter(cast.logins["stranger"], SECRET).status_code == 302


def test_a_new_slip_opens_a_closed_login_at_once(cast):
    for _ in range(5):
        try_to_enter(cast.logins["pupil"], "wrong")
    slip = issuing.reset(VARVARA, by="test", at=NOW)
    assert try_to_enter(slip.login, slip.password).url == "/password/"


def test_after_the_first_login_everything_waits_for_an_own_password(cast):
    client = Client()
    assert try_to_enter(cast.logins["newcomer"], cast.newcomer_password, client).url == "/password/"
    for address in ("/", "/marks/", "/week/2026-10-12/"):
        assert client.get(address).url == "/password/"
    changed = client.post("/password/", {"new": OWN, "again": OWN}, follow=True)
    assert "Берёзкин Тимофей" in text(changed)
    assert try_to_enter(cast.logins["newcomer"], cast.newcomer_password).status_code == 403
    assert try_to_enter(cast.logins["newcomer"], OWN).url == "/"
    assert CredentialIssue.objects.filter(login=cast.logins["newcomer"], action="changed").count() == 1


@pytest.mark.parametrize(
    ("new", "again", "objection"),
    [
        (OWN, "пять громких ежей", "разные"),
        ("{issued}", "{issued}", "прежний"),
        ("{login}", "{login}", "логином"),
        ("коротко", "коротко", "8"),
        ("2739461805", "2739461805", "цифр"),
        ("password", "password", "распростран"),
        ("", "", "8"),
    ],
)
def test_a_poor_new_password_is_refused_with_a_reason(cast, new, again, objection):
    client = Client()
    login, issued = cast.logins["newcomer"], cast.newcomer_password
    try_to_enter(login, issued, client)
    typed = {"new": new.format(issued=issued, login=login), "again": again.format(issued=issued, login=login)}
    response = client.post("/password/", typed)
    assert response.status_code == 422
    assert objection in text(response)
    assert try_to_enter(login, issued).url == "/password/"


def test_a_later_change_asks_for_the_present_password(cast):
    client = cast.client("pupil")
    refused = client.post("/password/", {"current": "wrong", "new": OWN, "again": OWN})
    assert "Нынешний пароль не подошёл" in text(refused)
    assert client.post("/password/", {"current": SECRET, "new": OWN, "again": OWN}).url == "/"
    assert client.get("/").status_code == 200  # and one stays logged in


def test_a_changed_password_ends_the_sessions_elsewhere(cast):
    here, elsewhere = cast.client("pupil"), cast.client("pupil")
    here.post("/password/", {"current": SECRET, "new": OWN, "again": OWN})
    assert elsewhere.get("/").status_code == 302


def test_a_blocked_person_is_out_at_the_next_click(cast):
    client = cast.client("pupil")
    issuing.block(VARVARA, by="test", at=NOW)
    assert client.get("/").url.startswith("/login/")


def test_half_an_hour_without_a_click_ends_the_session_and_a_click_prolongs_it(cast):
    client = cast.client("pupil")
    for minute in (20, 40):
        with time_machine.travel(NOW.replace(minute=minute)):
            assert client.get("/").status_code == 200
    with time_machine.travel(NOW.replace(hour=10, minute=11)):
        assert client.get("/").status_code == 302


def test_logging_out_is_a_post_and_ends_the_session(cast):
    client = cast.client("pupil")
    assert client.get("/logout/").status_code == 405
    assert client.get("/").status_code == 200
    assert "Вы вышли" in text(client.post("/logout/", follow=True))
    assert client.get("/").status_code == 302
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", ["/login/", "/logout/", "/password/"])
def test_every_form_needs_its_token(cast, address):
    client = Client(enforce_csrf_checks=True)
    response = client.post(address, {"login": cast.logins["pupil"], "password": SECRET})
    assert response.status_code == 403
    assert "Форма устарела" in text(response)


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_away_from_the_diary_after_coming_in(cast, evil):
    response = Client().post("/login/", {"login": cast.logins["pupil"], "password": SECRET, "next": evil})
    assert response.url == "/"


def test_one_lands_on_the_page_one_wanted(cast):
    page = Client().get("/marks/", follow=True)
    assert 'name="next" value="/marks/"' in text(page)
    response = Client().post("/login/", {"login": cast.logins["pupil"], "password": SECRET, "next": "/marks/"})
    assert response.url == "/marks/"


def test_a_password_never_comes_back_in_a_page(cast):
    assert "тайна-тайна" not in text(try_to_enter(cast.logins["pupil"], "тайна-тайна"))
