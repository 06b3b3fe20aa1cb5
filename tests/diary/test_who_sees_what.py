"""The permission matrix: every page of a child against everybody of the cast. What is not allowed does not exist."""

import pytest
from django.test import Client

from tests.diary.made_up import CAST, STRANGER, TIMOFEY, VARVARA

SEES = {
    "pupil": {VARVARA},
    "mother": {VARVARA, TIMOFEY},
    "stranger": {STRANGER},
    "strangers_father": {STRANGER},
    "teacher": set(),
    "class_teacher": {VARVARA, STRANGER},  # leads 9А
    "deputy": {VARVARA, TIMOFEY, STRANGER},
    "admin": {VARVARA, TIMOFEY, STRANGER},
}
PAGES = ("/child/{}/", "/child/{}/week/2026-10-12/", "/child/{}/marks/")
NAMES = {VARVARA: "Берёзкина Варвара", TIMOFEY: "Берёзкин Тимофей", STRANGER: "Чужов Олег"}


def test_the_matrix_has_everybody_of_the_cast():
    assert set(SEES) == set(CAST) - {"newcomer"}


@pytest.mark.parametrize("who", SEES)
def test_everybody_sees_exactly_the_children_of_the_matrix(cast, who):
    client = cast.client(who)
    for child in (VARVARA, TIMOFEY, STRANGER, "PNONE"):
        for page in PAGES:
            response = client.get(page.format(child))
            if child in SEES[who]:
                assert response.status_code == 200
                assert NAMES[child] in response.content.decode()
            else:
                assert response.status_code == 404


def test_a_child_of_others_and_a_child_that_does_not_exist_get_the_same_answer(cast):
    client = cast.client("stranger")
    assert client.get(f"/child/{VARVARA}/").content == client.get("/child/PNONE/").content


@pytest.mark.parametrize("who", ["stranger", "strangers_father"])
def test_a_pupil_never_sees_another_childs_week(cast, who):
    client = cast.client(who)
    for page in ("/", "/week/2026-10-12/", "/marks/", *(page.format(STRANGER) for page in PAGES)):
        shown = client.get(page).content.decode()
        assert "Чужов" in shown
        assert "Берёзкин" not in shown
        assert VARVARA not in shown


def test_marks_of_a_classmate_are_not_among_ones_own(cast):
    shown = cast.client("pupil").get("/").content.decode()
    assert 'class="m5">5<' in shown
    assert 'class="m2">2<' not in shown


def test_the_pages_without_a_code_are_not_for_staff(cast):
    client = cast.client("teacher")
    assert client.get("/marks/").status_code == 404
    assert client.get("/week/2026-10-12/").status_code == 404


def test_a_subject_teacher_finds_no_childs_name_on_the_first_page(cast):
    shown = cast.client("teacher").get("/").content.decode()
    assert "Страница для сотрудников" in shown
    for name in NAMES.values():
        assert name not in shown


def test_a_class_teacher_finds_the_own_class_only(cast):
    shown = cast.client("class_teacher").get("/").content.decode()
    assert "Берёзкина Варвара" in shown
    assert "Берёзкин Тимофей" not in shown


def test_every_answer_is_private_and_may_not_be_framed_or_stored(cast):
    client = cast.client("pupil")
    answers = [client.get(page) for page in ("/", "/marks/", f"/child/{TIMOFEY}/", "/password/", "/nothing/")]
    answers += [Client().get("/login/"), Client().get("/"), client.post("/logout/")]
    for answer in answers:
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Security-Policy"].startswith("default-src 'self';")
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_djangos_admin_has_no_address(cast):
    assert cast.client("admin").get("/admin/").status_code == 404
