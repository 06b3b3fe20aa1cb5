"""What a family reads: the week, the marks, and kind words where there is nothing."""

import gzip
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from sync_service.diary import staff
from sync_service.diary.jinja import STATIC
from sync_service.domain.journal import DiaryDay, DiaryLesson
from sync_service.domain.problems import Code, Place, Problem
from sync_service.reconcile.planned import Withheld
from sync_service.records import ledger, queries, sync_state
from tests.diary.made_up import FAMILIES, HOMEWORK, MONDAY, NOW, TIMOFEY, TODAY, VARVARA

LIMIT = 30_000  # bytes of a page with everything it loads


class Outline(HTMLParser):
    """Texts of headings, links and the elements that were left open."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def page(client: Client, address: str = "/") -> str:
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def style_and_icon() -> int:
    """Bytes of what every page loads."""
    return sum(file.stat().st_size for file in STATIC.rglob("*") if file.is_file())


def day(text: str, iso: str) -> str:
    """The section of one day."""
    return re.search(rf'<section class="day[^"]*" aria-labelledby="d{iso}".*?</section>', text, re.DOTALL)[0]


def test_a_day_tells_lessons_with_number_time_topic_and_mark(cast):
    monday = day(page(cast.client("pupil")), "2026-10-12")
    assert "Понедельник" in monday
    assert "12 октября" in monday
    for told in ("<b>1</b>", "8:30", "Математика", "Квадратный трёхчлен", "Контрольная работа", 'class="m5">5<'):
        assert told in monday


def test_an_absence_and_a_debt_are_told_in_words(cast):
    week = page(cast.client("pupil"))
    assert "не был(а)" in day(week, "2026-10-12")
    assert ">долг<" in day(week, "2026-10-14")


def test_homework_stands_at_the_lesson_it_is_due_for_with_its_lines_and_links(cast):
    week = page(cast.client("pupil"))
    wednesday = day(week, "2026-10-14")
    assert "§ 14, упр. 112<br>" in wednesday
    assert 'href="https://example.org/algebra?part=2&amp;full=1" rel="noopener noreferrer"' in wednesday
    assert "&lt;b&gt;Всё&lt;/b&gt;" in wednesday
    assert "<b>Всё" not in week
    assert "§ 14" not in day(week, "2026-10-12")


def test_today_is_marked_and_other_days_are_not(cast):
    week = page(cast.client("pupil"))
    assert week.count('aria-current="date"') == 1
    assert "сегодня" in day(week, "2026-10-14")


def test_a_day_without_lessons_says_so(cast):
    assert "Уроков нет" in day(page(cast.client("pupil")), "2026-10-13")


def test_a_holiday_is_called_by_its_name(cast):
    holidays = page(cast.client("pupil"), "/week/2026-10-26/")
    assert "Осенние каникулы" in day(holidays, "2026-10-28")
    assert "Уроков нет" not in holidays


def test_the_page_tells_when_the_book_was_read(cast):
    assert re.search(r"Данные на <time[^>]*>14.10, 11:57</time>", page(cast.client("pupil")))


def test_one_can_go_a_week_back_and_forth(cast):
    week = page(cast.client("pupil"), "/week/2026-10-19/")
    assert 'href="/week/2026-10-12/"' in week
    assert 'href="/week/2026-10-26/"' in week
    assert "К этой неделе" in week


def test_the_weeks_end_with_the_school_year(cast):
    client = cast.client("pupil")
    assert 'rel="prev"' not in page(client, "/week/2026-08-31/")
    assert 'rel="next"' not in page(client, "/week/2027-05-24/")
    for outside in ("2026-08-24", "2027-05-31", "0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01"):
        assert client.get(f"/week/{outside}/").status_code == 404


def test_any_day_leads_to_its_week(cast):
    assert cast.client("pupil").get("/week/2026-10-15/").url == "/week/2026-10-12/"
    there = cast.client("mother").get(f"/child/{TIMOFEY}/week/2026-10-18/")
    assert there.url == f"/child/{TIMOFEY}/week/2026-10-12/"


@pytest.mark.parametrize(
    ("now", "told", "monday"),
    [
        (datetime(2026, 8, 20, 9, tzinfo=NOW.tzinfo), "начнётся 1 сентября", "2026-08-31"),
        (datetime(2027, 6, 20, 9, tzinfo=NOW.tzinfo), "закончился 26 мая", "2027-05-24"),
    ],
)
def test_in_summer_the_nearest_week_is_shown_and_why(cast, now, told, monday):
    with time_machine.travel(now):
        week = page(cast.client("pupil"))
    assert told in week
    assert f'id="d{monday}"' in week


def test_a_guardian_switches_between_children_and_stays_on_the_page(cast):
    client = cast.client("mother")
    week, marks = page(client), page(client, f"/child/{VARVARA}/marks/")
    for child in (VARVARA, TIMOFEY):
        assert f'href="/child/{child}/"' in week
        assert f'href="/child/{child}/marks/"' in marks
    assert "Тимофей" in page(client, f"/child/{TIMOFEY}/")


def test_an_only_child_has_nothing_to_switch(cast):
    assert 'class="children"' not in page(cast.client("strangers_father"))
    assert 'class="children"' not in page(cast.client("pupil"))


def test_the_page_of_marks_tells_mean_misses_and_final_marks(cast):
    marks = page(cast.client("pupil"), "/marks/")
    assert "1 четверть" in marks
    maths = re.search(r"<section[^>]*>\s*<h2[^>]*>Математика.*?</section>", marks, re.DOTALL)[0]
    for told in ("<dd>5,00</dd>", "<dt>I четверть</dt><dd>5</dd>", "12.10", "Контрольная работа"):
        assert told in maths
    literature = re.search(r"<section[^>]*>\s*<h2[^>]*>Литература.*?</section>", marks, re.DOTALL)[0]
    assert "<dt>Пропуски</dt><dd>1</dd>" in literature
    assert "Оценок пока нет" in literature


def test_the_page_of_marks_lists_what_is_owed_and_says_nothing_where_nothing_is(cast):
    owed = re.search(r"Нужно сдать.*?</section>", page(cast.client("pupil"), "/marks/"), re.DOTALL)[0]
    assert "14.10" in owed
    assert "<strong>Математика.</strong> Корни трёхчлена" in owed
    assert "Нужно сдать" not in page(cast.client("strangers_father"), "/marks/")


def test_a_family_without_a_child_in_school_reads_why(cast, monkeypatch):
    monkeypatch.setattr(queries, "children", lambda guardian: ())
    assert "не привязан ни один ученик" in page(cast.client("mother"))
    assert cast.client("mother").get("/marks/").status_code == 404


def test_before_the_year_is_loaded_the_diary_says_so(cast, monkeypatch):
    monkeypatch.setattr(queries, "school_years", tuple)
    assert "ещё не загружен" in page(cast.client("pupil"))


def test_a_book_that_was_never_read_is_told_honestly(cast, monkeypatch):
    shown = queries.diary_week(VARVARA, date(2026, 10, 12), date(2026, 10, 14))
    monkeypatch.setattr(queries, "diary_week", lambda *_: replace(shown, as_of=None))
    assert "журнал класса ещё не прочитан" in page(cast.client("pupil"))


@pytest.mark.parametrize(
    ("who", "address"), [("pupil", "/"), ("mother", "/marks/"), ("deputy", "/"), ("pupil", "/password/")]
)
def test_a_page_is_well_formed_light_and_loads_nothing_from_outside(cast, who, address):
    text = page(cast.client(who), address)
    outline = Outline(text)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.headings[0] == "h1"
    assert outline.headings.count("h1") == 1
    assert '<html lang="ru">' in text
    assert 'class="skip" href="#main"' in text
    assert "<script" not in text
    assert "style=" not in text
    loaded = re.findall(r'<link rel="[a-z]+" href="(/static/[^"?]+)', text)
    assert len(loaded) == len(re.findall(r"<link|<img|<iframe", text))
    assert len(text.encode()) + style_and_icon() < LIMIT


def test_the_fullest_week_is_light_on_the_wire(cast, monkeypatch):
    lesson = DiaryLesson(
        slot=1,
        start=time(8, 30),
        end=time(9, 15),
        subject="Основы безопасности и защиты Родины",
        teacher="Кузнецова О. П.",
        topic="Квадратный трёхчлен и его корни",
        homework=HOMEWORK,
        homework_set=HOMEWORK,
        homework_due=None,
        work="Контрольная работа",
        marks=("5", "4"),
        absence="оп",
        debt=True,
    )
    shown = queries.diary_week(VARVARA, MONDAY, TODAY)
    days = tuple(DiaryDay(MONDAY + timedelta(days=day), "", (lesson,) * 7) for day in range(6))
    monkeypatch.setattr(queries, "diary_week", lambda *_: replace(shown, days=days))
    response = cast.client("pupil").get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(response.content).count(b"<h3>") == 42
    assert len(response.content) + style_and_icon() < LIMIT


def test_static_files_are_served_by_the_service_itself(cast):
    text = Client().get("/login/").content.decode()
    address = re.search(r'href="(/static/diary/diary\.css\?v=[0-9a-f]+)"', text)[1]
    response = Client().get(address)
    assert response.status_code == 200
    assert b"prefers-color-scheme: dark" in b"".join(response.streaming_content)


def test_the_staff_page_tells_how_fresh_the_books_are_and_what_is_wrong(cast):
    book, tab = "journal-9А-2026", "grid c001"
    wrong = Problem(Code.ENTRY_UNKNOWN, Place("Математика", "G7"), "хор")
    sync_state.replace_problems(book, tab, [wrong], NOW)
    sync_state.open_hold(book, tab, Withheld(Code.TAB_EMPTIED, "37", "digest"), NOW)
    sync_state.settle_troubles({"journal-3Б-2026": "Книгу кто-то держит открытой."}, set(), NOW)
    text = page(cast.client("deputy"))
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    assert any(all(told in row for told in ("9А Журнал", "14.10, 11:57", ">1<")) for row in rows)
    assert any("3Б Журнал" in row and ">нет<" in row for row in rows)
    assert "Книгу кто-то держит открытой." in text
    assert "Стёрты все записи" in text
    assert "дирекция" in text


def test_the_staff_page_lists_each_class_once_in_order(cast, monkeypatch):
    monkeypatch.setattr(staff, "visible_to_staff", lambda *_: FAMILIES[:3])  # by name: 9А, 3Б, 9А
    text = page(cast.client("deputy"))
    assert re.findall(r"<summary>(.*?)</summary>", text) == ["3Б", "9А"]


def test_errors_are_kind_and_tell_nothing(cast, settings, monkeypatch):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    client = cast.client("pupil")
    client.raise_request_exception = False
    monkeypatch.setattr(queries, "diary_week", lambda *_: 1 / 0)
    broken = client.get("/")
    assert broken.status_code == 500
    assert "Дневник споткнулся" in broken.content.decode()
    assert "ZeroDivision" not in broken.content.decode()
    assert "Такой страницы нет" in client.get("/nothing/").content.decode()


def test_nothing_of_the_future_but_homework_is_shown(cast):
    later = page(cast.client("pupil"), "/week/2026-10-19/")
    assert "Математика" in day(later, "2026-10-19")
    assert not re.search(r'class="m\d?"', later)


def test_the_clock_of_the_page_is_the_schools(cast):
    """At 23:30 in London it is already tomorrow in Moscow."""
    with time_machine.travel(NOW.replace(hour=22, minute=30) - timedelta(days=1)):
        assert "сегодня" in day(page(cast.client("pupil")), "2026-10-14")


def tell(*values):
    with transaction.atomic():
        ledger.append([ledger.fact_of(value) for value in values], actor="test", channel="test", at=NOW)


def test_who_has_left_reads_what_was_and_no_new_weeks(cast):
    varvara = next(one for one in FAMILIES if one.code == VARVARA)
    tell(varvara.model_copy(update={"left": date(2026, 10, 7), "left_order": "приказ № 6"}))
    client = cast.client("pupil")
    first = page(client)
    assert "Ученик выбыл 7 октября 2026 года. Показана последняя неделя его учёбы в школе." in first
    assert 'rel="prev"' in first
    assert 'rel="next"' not in first
    assert client.get(f"/week/{MONDAY}/").status_code == 404
    assert client.get("/week/2026-09-28/").status_code == 200
    assert "Математика" in page(client, "/marks/")
    tell(varvara.model_copy(update={"left": date(2026, 8, 20)}))
    assert "В этом учебном году ученик в школе не учится." in page(client)


def test_a_parent_who_withdraws_the_consent_sees_nothing_from_that_day(cast):
    mother = next(one for one in FAMILIES if one.code == f"{VARVARA}-1")
    client = cast.client("mother")
    tell(mother.model_copy(update={"consent": date(2026, 9, 1), "withdrawn": TODAY + timedelta(days=1)}))
    assert client.get(f"/child/{VARVARA}/").status_code == 200
    tell(mother.model_copy(update={"consent": date(2026, 9, 1), "withdrawn": TODAY}))
    assert client.get(f"/child/{VARVARA}/").status_code == 404
    assert client.get(f"/child/{TIMOFEY}/").status_code == 200  # said of one child only
    assert "семья отозвала согласие" in page(cast.client("pupil"))  # nobody else has consented for her
    assert VARVARA in {one.code for one in queries.pupils(TODAY)}  # to the school she is a pupil as before

