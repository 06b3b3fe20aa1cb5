"""A person plays teacher on the emulator's page while the service itself runs: the remark comes back to the cell."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.test_server_page_in_a_browser import FLAGS
from tests.usecases.in_google import LEV_IN_MATHS, prepared
from tests.usecases.played import SCRIPT, journal

pytestmark = pytest.mark.browser

RUNNING = "\n[sync]\nevery_seconds = 2\nsettle_seconds = 0\n\n[diary]\nport = {port}\n"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Emulator]:
    """A provisioned school in Google and `journal run` beside it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Emulator() as google:
        google.quota.on = False
        config = prepared(google, tmp_path, settings=RUNNING.format(port=port)).config.path
        made = journal("provision", "--config", config)
        assert made.returncode == 0, made.stdout + made.stderr
        service = subprocess.Popen([str(SCRIPT), "run", "--config", str(config)], stdout=subprocess.DEVNULL)
        try:
            yield google
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(20)


def test_a_teacher_sees_the_remark_of_the_service_come_back(running: Emulator) -> None:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        message = "no chromium here: install it or set CHROMIUM to its path"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    book = next(file.id for file in running.state.files.values() if file.name == "9А Журнал")
    keys = {cell.entered: place for place, cell in running.tab(book, "Математика").cells.items()}
    row, column = keys[LEV_IN_MATHS.subject][0], keys[LEV_IN_MATHS.field][1]
    cell = f'td[data-row="{row}"][data-column="{column}"]'
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 740}, locale="ru-RU").new_page()
        page.goto(f"{running.url}/books/{book}?tab={running.tab(book, 'Математика').id}&as=e01@school.example")
        page.check("#folded input")  # by now the first quarter is folded up
        page.click(cell)
        page.keyboard.type("45")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("Записано")
        expect(page.locator("aside")).to_contain_text("45", timeout=60_000)
        expect(page.locator("aside")).to_contain_text("4/5")
        page.click(cell)
        page.keyboard.type("4/5")
        page.keyboard.press("Enter")
        expect(page.locator("aside")).not_to_contain_text("45", timeout=60_000)
        browser.close()
