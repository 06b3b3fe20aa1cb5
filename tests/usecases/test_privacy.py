"""The guard before Google: what it says, whom it knows, and that it does not learn the school anew for every write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from sync_service.books.source import SourceError, Trouble
from sync_service.config import Config, load
from sync_service.domain.privacy import Mask
from sync_service.reconcile.sheet import At, TabWrite
from sync_service.records import ledger, queries
from sync_service.records.ledger import Fact
from sync_service.usecases import privacy
from sync_service.usecases.privacy import google_mask, mask_for, refuse_names
from tests.school import STORED_AT, SmallSchool, small_school, store

PAGE = Path(__file__).parents[2] / "docs" / "ru" / "privacy.md"
BOOK, TAB = "9А Журнал", "Литература · уроки"


@pytest.fixture
def school(db: None) -> SmallSchool:
    """Пётр Мороз is P0004 of 9А."""
    made = small_school()
    roster = made.rosters[0]
    pupils = tuple(
        pupil.model_copy(update={"last": "Мороз", "first": "Пётр"}) if pupil.code == "P0004" else pupil
        for pupil in roster.pupils
    )
    made = replace(made, rosters=(roster.model_copy(update={"pupils": pupils}), *made.rosters[1:]))
    store(made)
    return made


def settings(folder: Path, names: str = "code", allowed: str = "") -> Config:
    path = folder / f"{names}.toml"
    path.write_text(
        f'[school]\ntitle = "Школа № 0"\n[privacy]\nnames = "{names}"\nallowed_words = [{allowed}]\n', encoding="utf-8"
    )
    return load(path)


def says(*topics: str) -> list[TabWrite]:
    return [TabWrite(TAB, {At(12 + 28 * number, 6): topic for number, topic in enumerate(topics)})]


def refusal(config: Config, *topics: str) -> str:
    with pytest.raises(SourceError) as refused:
        refuse_names(config, BOOK, says(*topics))
    assert (refused.value.trouble, refused.value.permanent) == (Trouble.EXPOSED, True)
    return str(refused.value)


def test_the_refusal_names_the_book_the_place_what_was_found_and_the_remedy(
    school: SmallSchool, tmp_path: Path
) -> None:
    told = refusal(settings(tmp_path), "Сочинение Мороза")
    assert told == (
        "Книга «9А Журнал» не отправлена в Google, в ней имя, которому нельзя покидать школу: исправьте его или "
        "разрешите слово в privacy.allowed_words (вкладка «Литература · уроки» F12: «Мороза»)."
    )
    assert told in " ".join(PAGE.read_text(encoding="utf-8").replace("\n> ", " ").split())


def test_the_refusal_counts_the_places_but_names_one(school: SmallSchool, tmp_path: Path) -> None:
    told = refusal(settings(tmp_path), "Сочинение Мороза", "Доклад о Морозе")
    assert told.endswith("F12: «Мороза»; всего таких мест 2).")


def test_what_is_allowed_or_said_in_full_passes(school: SmallSchool, tmp_path: Path) -> None:
    refuse_names(settings(tmp_path, allowed='"Мороз"'), BOOK, says("Мороз и солнце"))
    refuse_names(settings(tmp_path, names="full"), BOOK, says("Доклад Мороза Петра"))
    assert "Мороза Петра" in refusal(settings(tmp_path, allowed='"Мороз"'), "Доклад Мороза Петра")


def test_who_was_taken_off_the_list_is_still_a_name(school: SmallSchool, tmp_path: Path) -> None:
    father = next(one for one in queries.guardians() if one.phone.endswith("00-02"))
    with transaction.atomic():
        gone = [Fact("pupil", "P0004", None), Fact("guardian", father.code, None)]
        ledger.append(gone, actor="9А Список.xlsx", channel="sheet", at=STORED_AT)
    assert "P0004" not in {pupil.code for pupil in queries.pupils()}
    assert father not in queries.guardians()
    config = settings(tmp_path)
    assert google_mask(config).text("Мороз Пётр, 2.09") == "P0004, 2.09"
    assert "«Мороза»" in refusal(config, "Сочинение Мороза")
    assert "900 000-00-02" in refusal(config, "звонить 8 900 000-00-02")


def test_books_of_the_schools_own_folder_keep_their_names(school: SmallSchool, tmp_path: Path) -> None:
    config = settings(tmp_path)
    assert mask_for(config, "9А Журнал.xlsx").hidden("Мороз Пётр") == "Мороз Пётр"
    assert mask_for(config, "google:1a2b").hidden("Мороз Пётр") == "P0004"


def test_the_names_are_declined_once_until_somebody_comes_or_leaves(
    school: SmallSchool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Mask] = []

    def counted(*said: object) -> Mask:
        made.append(Mask(*said))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(privacy, "Mask", counted)
    config = settings(tmp_path, allowed='"Никогда"')
    for _ in range(5):
        refuse_names(config, BOOK, says("Дроби"))
    assert len(made) == 1
    roster = school.rosters[0]
    renamed = roster.pupils[0].model_copy(update={"last": "Полозов"})
    store(replace(school, rosters=(roster.model_copy(update={"pupils": (renamed, *roster.pupils[1:])}),)))
    assert "Полозова" in refusal(config, "Доклад Полозова")
    assert len(made) == 2
