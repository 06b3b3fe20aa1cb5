"""The diary in a real Chromium: what people do in it, on a phone and on a desk, without JavaScript."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.diary.made_up import SECRET, VARVARA, Cast

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OWN = "четыре тихих ежа"
SIZES = (360, 1280)
PAGES = ("/", "/week/2026-10-26/", "/child/P7K3M/marks/", "/password/", "/child/PX2FN/")

Visitor = Callable[..., Page]


@pytest.fixture
def visitor(live_server, transactional_db: None, cast: Cast) -> Iterator[Visitor]:
    """Opens a fresh browser of somebody on a screen so many pixels wide, at the log-in page.

    Per test: while Playwright runs, Django takes its thread for an asynchronous one and refuses the database."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        message = "no chromium here: install it or set CHROMIUM to its path"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        open_ones: list[BrowserContext] = []

        def visit(width: int = 360, scheme: str = "light") -> Page:
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": 740},
                color_scheme=scheme,
                locale="ru-RU",
            )
            open_ones.append(context)
            page = context.new_page()
            page.goto("/login/")
            return page

        yield visit
        for context in open_ones:
            context.close()
        browser.close()


def enter(page: Page, login: str, password: str = SECRET) -> Page:
    page.goto("/login/")
    page.get_by_label("Логин").fill(login)
    page.get_by_label("Пароль").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Войти").click()
    return page


def test_a_newcomer_comes_in_with_a_slip_and_chooses_a_password(visitor, cast):
    page = enter(visitor(), cast.logins["newcomer"], cast.newcomer_password)
    assert page.get_by_role("heading", level=1).inner_text() == "Придумайте свой пароль"
    page.get_by_label("Новый пароль", exact=True).fill(OWN)
    page.get_by_label("Новый пароль ещё раз").fill(OWN)
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".who")).to_contain_text("Берёзкин Тимофей")
    page.get_by_role("button", name="Выйти").click()
    expect(page.locator("main")).to_contain_text("Вы вышли")
    page.goto("/")
    assert "/login/" in page.url


def test_every_page_fits_its_screen_and_every_button_fits_a_finger(visitor, cast):
    small = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')]
        .filter(element => !element.matches('.skip, .home a, .topic a, .help > a:not(.button)'))
        .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 44 || box.height < 44)).map(([html]) => html)"""
    for width in SIZES:
        page = enter(visitor(width), cast.logins["mother"])
        for address in PAGES:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") == width, address
            assert page.evaluate(small) == [], address


def test_text_is_readable_by_day_and_by_night(visitor, cast):
    """Contrast of every text against the ground it stands on, WCAG AA: at least 4.5."""
    poor = """() => {
        const rgb = text => text.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const ground = element => {
            for (let at = element; at; at = at.parentElement) {
                const color = rgb(getComputedStyle(at).backgroundColor);
                if (color.length < 4 || color[3] > 0) return color;
            }
        };
        return [...document.querySelectorAll('body *')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => {
                const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
                return [e.textContent.slice(0, 40), (a + 0.05) / (b + 0.05)];
            }).filter(([, contrast]) => contrast < 4.5);
    }"""
    for scheme in ("light", "dark"):
        page = enter(visitor(360, scheme), cast.logins["mother"])
        for address in PAGES:
            page.goto(address)
            assert page.evaluate(poor) == [], (scheme, address)


def test_a_mother_turns_to_her_second_child_and_to_the_next_week(visitor, cast):
    page = enter(visitor(), cast.logins["mother"])
    expect(page.locator(".who")).to_contain_text("Берёзкин Тимофей")
    page.get_by_role("navigation", name="Дети").get_by_text("Варвара").click()
    expect(page).to_have_url(re.compile(f"/child/{VARVARA}/$"))
    expect(page.locator(".who")).to_contain_text("Берёзкина Варвара")
    page.get_by_role("link", name="Следующая неделя").click()
    expect(page).to_have_url(re.compile(f"/child/{VARVARA}/week/2026-10-19/$"))
    page.get_by_role("link", name="Оценки").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Оценки")
    expect(page.locator(".who")).to_contain_text("Берёзкина Варвара")


def test_a_stranger_gets_nothing_of_another_child(visitor, cast):
    page = enter(visitor(), cast.logins["stranger"])
    for address in (f"/child/{VARVARA}/", f"/child/{VARVARA}/week/2026-10-12/", f"/child/{VARVARA}/marks/"):
        assert page.goto(address).status == 404
        assert "Берёзкин" not in page.content()


def test_five_wrong_passwords_are_answered_with_a_time_to_come_back(visitor, cast):
    page = visitor()
    for _ in range(5):
        enter(page, cast.logins["pupil"], "wrong")
    assert "Попробуйте снова после" in page.locator("main").inner_text()
    enter(page, cast.logins["pupil"])
    assert page.get_by_role("heading", level=1).inner_text() == "Вход на время закрыт"


def test_what_a_teacher_typed_stays_text(visitor, cast):
    page = enter(visitor(), cast.logins["pupil"])
    assert "<b>Всё</b>" in page.locator("#d2026-10-14 + ol").inner_text()
    link = page.locator(".home a")
    assert link.get_attribute("href") == "https://example.org/algebra?part=2&full=1"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_the_keyboard_reaches_the_content_first(visitor, cast):
    page = enter(visitor(1280), cast.logins["pupil"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_printed_week_has_no_buttons(visitor, cast):
    page = enter(visitor(1280), cast.logins["pupil"])
    expect(page.get_by_role("button", name="Выйти")).to_be_visible()
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Выйти").is_visible()
    assert not page.get_by_role("navigation", name="Разделы").is_visible()
    assert page.get_by_text("Квадратный трёхчлен").is_visible()

