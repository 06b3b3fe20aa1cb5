"""The page in a real Chromium: a person plays teacher while others change the book."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.books.render_sample import untouched
from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.conftest import OWNER, TEACHER

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
COLLEAGUE = "petrov@school.example"
MARK = 'td[data-row="6"][data-column="28"]'


@pytest.fixture
def book(google: Emulator) -> str:
    return google.add_book("9А Журнал", untouched(), owner=OWNER, writers=[TEACHER, COLLEAGUE])


@pytest.fixture
def opened(google: Emulator, book: str) -> Iterator[Callable[..., Page]]:
    """The grid «Математика» in the name of somebody, on a screen so wide; errors of its script fail the test."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        message = "no chromium here: install it or set CHROMIUM to its path"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)

        def visit(by: str, width: int = 1280) -> Page:
            page = browser.new_context(viewport={"width": width, "height": 740}, locale="ru-RU").new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(f"{google.url}/books/{book}?tab={google.tab(book, 'Математика').id}&as={by}")
            expect(page.locator(MARK)).to_be_attached()
            return page

        yield visit
        browser.close()
    assert wrong == []


def test_what_others_change_comes_in_without_losing_the_cell_being_edited(
    google: Emulator, book: str, opened: Callable[..., Page]
) -> None:
    page = opened(TEACHER)
    page.click(MARK)
    page.keyboard.type("4")

    google.type(book, "Математика", "AD7", "3", by=COLLEAGUE)
    tab = google.tab(book, "Математика")
    tab.cells[6, 30] = replace(tab.cells[6, 30], note="Отметка «7»: такой нет.")
    expect(page.locator('td[data-row="6"][data-column="29"]')).to_have_text("3")
    page.keyboard.type("/5")
    page.keyboard.press("Enter")

    expect(page.locator("#said")).to_have_text("Записано в AC7.")
    expect(page.locator(MARK)).to_have_text("4/5")
    expect(page.locator("aside")).to_contain_text("Отметка «7»: такой нет.")
    assert google.shown(book, "Математика", "AC7") == "4/5"
    assert google.state.files[book].modified_by == TEACHER


def test_a_refusal_is_told_in_russian_beside_googles_words(
    google: Emulator, book: str, opened: Callable[..., Page]
) -> None:
    tab = google.tab(book, "Математика")
    tab.protections.append({"protectedRangeId": 7, "range": {"sheetId": tab.id}, "editors": {"users": [OWNER]}})
    page = opened(TEACHER)

    page.click(MARK)
    page.keyboard.type("5")
    page.keyboard.press("Enter")

    expect(page.locator("#said")).to_contain_text("Этот диапазон защищён")
    expect(page.locator("#said small")).to_contain_text("Google: You are trying to edit a protected cell")
    expect(page.locator(MARK)).to_have_text("")


def test_escape_and_an_unchanged_cell_write_nothing(google: Emulator, book: str, opened: Callable[..., Page]) -> None:
    version = google.state.files[book].version
    page = opened(TEACHER)

    page.click(MARK)
    page.keyboard.type("5")
    page.keyboard.press("Escape")
    page.click('td[data-row="6"][data-column="2"]')
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)

    assert google.state.files[book].version == version


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_its_screen_and_the_hidden_can_be_shown(opened: Callable[..., Page], width: int) -> None:
    page = opened(TEACHER, width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.locator('td[data-row="5"][data-column="0"]')).to_have_count(0)
    page.check("#folded input")
    expect(page.locator('td[data-row="5"][data-column="0"]')).to_have_text("P0001")
