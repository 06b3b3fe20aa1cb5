"""The example of school.toml: it can be used as it stands, and what is commented out in it is right too."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel

from sync_service.config import Config, load

EXAMPLE = Path(__file__).parents[1] / "config" / "school.example.toml"
ONLY_TOLD = {"google.api", "reports.templates", "diary.secret_file"}  # settings that the example leaves out


def uncommented() -> str:
    """With the sections that wait behind a hash."""
    text = EXAMPLE.read_text(encoding="utf-8")
    return re.sub(r"^# (?=\[|[a-z_]+ = )", "", text, flags=re.MULTILINE)


def test_the_example_can_be_used_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "school.toml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    config = load(tmp_path / "school.toml")
    assert config.google.credentials is None
    assert config.books.backend == "files"


def test_what_is_commented_out_is_right_too_and_nothing_is_missing(tmp_path: Path) -> None:
    (tmp_path / "school.toml").write_text(uncommented(), encoding="utf-8")
    config = load(tmp_path / "school.toml")
    assert config.google.credentials == tmp_path / "google.json"
    assert config.privacy.names == "code"
    told = {f"{section}.{key}" for section, keys in tomllib.loads(uncommented()).items() for key in keys}
    known = {
        f"{section}.{key}"
        for section, field in Config.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for key in field.annotation.model_fields
    }
    assert told == known - ONLY_TOLD
