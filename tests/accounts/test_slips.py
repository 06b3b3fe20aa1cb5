"""The printed slips: eight to a sheet, safe to open, nothing fetched from anywhere."""

import re

from sync_service.accounts.issuing import Issued
from sync_service.accounts.models import Role
from sync_service.accounts.slips import slips

VARVARA = Issued("kafu3947", "tafun3947kemad", "Берёзкина Варвара", Role.PUPIL, "9А")
MOTHER = Issued("nevu6634", "ramuk9746tedaf", "Берёзкина Мария", Role.GUARDIAN, "9А")
TEACHER = Issued("dumu4479", "vetan3346pufek", "Иванова А. П.", Role.TEACHER)


def page(*issued, school="Школа № 7"):
    return slips(issued, school=school, address="http://dnevnik.example:8080").decode()


def test_a_slip_tells_everything_needed_to_come_in():
    text = page(VARVARA)
    for told in ("Школа № 7", "Берёзкина Варвара", "9А", "kafu3947", "tafun3947kemad", "http://dnevnik.example:8080"):
        assert told in text


def test_families_are_warned_about_passing_it_on_and_teachers_about_pupils():
    assert "Никому не передавайте" in page(MOTHER)
    assert "вашего ребёнка" in page(MOTHER)
    assert "особенно ученикам" in page(TEACHER)
    assert "особенно ученикам" not in page(VARVARA)


def test_eight_slips_make_a_sheet():
    def sheets(count):
        text = page(*[VARVARA] * count)
        return [part.count("<article") for part in text.split("<section")[1:]]

    assert sheets(8) == [8]
    assert sheets(9) == [8, 1]
    assert sheets(0) == []


def test_a_name_cannot_become_markup():
    nasty = Issued("kafu3947", "x", "<script>alert(1)</script>", Role.PUPIL)
    assert "<script" not in page(nasty, school="<img src=x>")
    assert "<img" not in page(nasty, school="<img src=x>")


def test_the_file_needs_nothing_from_outside():
    assert not re.search(r"(?:src|href|url)\s*[=(]", page(VARVARA, MOTHER, TEACHER))


def test_the_file_asks_to_be_printed_and_deleted():
    assert "Напечатайте и удалите" in page(VARVARA)
