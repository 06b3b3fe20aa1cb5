"""The demo's first quarter lives in Google as it does in files: the same record, the same problems. Takes minutes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.usecases.played import played, played_in_google, rows
from tests.usecases.test_both_places import SAME

__all__ = ["played", "played_in_google"]

pytestmark = pytest.mark.long  # a small school in two places is compared by test_both_places at each run


@pytest.mark.parametrize(("what", "query"), SAME.items())
def test_the_record_of_both_demos_is_the_same(
    played: Path, played_in_google: Path, what: str, query: str
) -> None:
    in_files, in_google = rows(played, query), rows(played_in_google, query)
    assert in_files or what == "holds"
    assert len(in_google) == len(in_files)
    assert [pair for pair in zip(in_files, in_google, strict=True) if pair[0] != pair[1]] == []


def test_each_pass_takes_as_much_from_google_as_from_files(played: Path, played_in_google: Path) -> None:
    def passes(home: Path) -> list[str]:
        said = (home / "said.txt").read_text(encoding="utf-8")
        return re.findall(r"принято из книг \d+|Первая сверка дала[^.]*\.|вторая приняла \d+|Третья: [^.]*\.", said)

    assert passes(played_in_google) == passes(played)
    assert len(passes(played)) == 4


def test_the_journals_of_the_demo_lie_in_google_and_nowhere_else(played_in_google: Path) -> None:
    refs = rows(played_in_google, "select ref from records_bookstate where book like 'journal%'")
    assert len(refs) == 9
    assert all(str(ref).startswith("google:") for (ref,) in refs)
    assert not list(played_in_google.glob("books/*Журнал*"))
