"""restore: a verified backup into an empty or absent folder, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sync_service.backups import postgres
from sync_service.backups.files import create_private, settle, settle_folder
from sync_service.backups.manifest import Manifest, Member, safe
from sync_service.backups.refusal import BackupRefused, speaking
from sync_service.backups.verify import member_blocks, verify

# part → where school.toml names it, and the default of sync_service.config if it does not
SETTINGS = {
    "books": ("books", "folder", "books"),
    "reports": ("reports", "folder", "reports"),
    "templates": ("reports", "templates", None),
    "secret": ("diary", "secret_file", "secret.key"),
    "database": ("database", "url", "sqlite:journal.sqlite3"),
}


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored school. Compare `manifest.counts` and `manifest.digest` with the restored record.

    `notes` are Russian sentences about what differs from the school that was copied."""

    target: Path
    config: Path
    manifest: Manifest
    notes: tuple[str, ...] = ()


def restore(path: Path, target: Path, *, database: str | None = None) -> Restored:
    """Verify `path`, then bring it back as `target`, an empty or absent folder. Raises BackupRefused; then no
    half of it is left.

    A copy of a PostgreSQL school is loaded into the empty database `database` (a URL; Django must be set up):
    the URL in the copied configuration may be that of the living school, which a restore never touches."""
    found = verify(path)
    if found.manifest is None:
        raise BackupRefused(f"Восстанавливать нельзя. {found}")
    manifest = found.manifest
    _check_database_choice(manifest, database)
    target = target.absolute()
    _check_target(target)
    draft = target.with_name(f".{target.name}.restore-{uuid4().hex[:8]}")
    try:
        with speaking(target.parent):
            draft.mkdir(parents=True)
            with zipfile.ZipFile(path) as archive:
                private = {manifest.parts.get(part) for part in ("config", "database", "secret")}
                for member in manifest.files:
                    _extract(archive, member, draft, private=member.path in private)
            for part in ("books", "reports"):
                (draft / manifest.parts[part]).mkdir(parents=True, exist_ok=True)
            notes = [f"В копии нет файла {missed.path}: {missed.why}." for missed in manifest.omitted]
            notes += _settle_config(draft, manifest, database)
            if database:
                _load(draft, manifest, database)
            for folder in [draft, *(place for place in draft.rglob("*") if place.is_dir())]:
                settle_folder(folder)
            if target.exists():
                target.rmdir()  # empty, as checked; fails if somebody has put a file there since
            draft.replace(target)
            settle_folder(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Restored(target, target / manifest.parts["config"], manifest, tuple(notes))


def _check_database_choice(manifest: Manifest, database: str | None) -> None:
    if manifest.database == "postgresql" and not database:
        raise BackupRefused(
            "Это копия школы с базой PostgreSQL, и её настройки указывают на действующую базу, "
            "которую трогать нельзя. Создайте новую пустую базу и укажите: --database postgresql://пользователь:пароль@сервер/имя."
        )
    if manifest.database == "sqlite" and database:
        raise BackupRefused("В этой копии база SQLite, она лежит в самой папке: уберите --database.")


def _check_target(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise BackupRefused(f"{target} — не папка. Укажите пустую или ещё не созданную папку.")
    with speaking(target):
        if target.exists() and any(target.iterdir()):
            raise BackupRefused(
                f"Папка {target} не пуста. Восстановление ничего не перезаписывает: укажите новую папку."
            )


def _extract(archive: zipfile.ZipFile, member: Member, draft: Path, *, private: bool) -> None:
    """Books and reports get the usual rights, for others work with them; the rest is for the service alone."""
    file = draft / safe(member.path)
    file.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with create_private(file) if private else file.open("xb") as target:
        for block in member_blocks(archive, member.path):
            digest.update(block)
            target.write(block)
        settle(target)
    if digest.hexdigest() != member.sha256:
        raise BackupRefused(f"Файл {member.path} прочитался с диска неверно. Возьмите копию с другого диска.")


def _load(draft: Path, manifest: Manifest, database: str) -> None:
    dumped = draft / manifest.parts["database"]
    loaded = postgres.fill(database, dumped, manifest.migrations)
    different = [
        table
        for table, rows in manifest.counts.items()
        if table != postgres.MIGRATIONS and loaded.get(table, 0) != rows
    ]
    if different:
        raise BackupRefused(
            f"После загрузки в базу не сошлось число строк: {', '.join(sorted(different)[:5])}. "
            "Создайте пустую базу заново."
        )
    shutil.rmtree(dumped)


def _settle_config(draft: Path, manifest: Manifest, database: str | None) -> list[str]:
    """Make the copied school.toml speak of the restored folder where it spoke of places outside it."""
    file = draft / manifest.parts["config"]
    text = file.read_text(encoding="utf-8")
    notes = []
    for part, (section, key, default) in SETTINGS.items():
        if part not in manifest.parts:
            continue
        said = tomllib.loads(text).get(section, {}).get(key, default)
        meant = manifest.parts[part]
        if part == "database":
            meant = database or f"sqlite:{meant}"
        if said is None or _plain(said) != _plain(meant):
            text = _with_setting(text, section, key, meant)
            shown = "на новую базу" if part == "database" and database else f"на «{meant}»"
            notes.append(f"В {file.name} настройка {section}.{key} изменена {shown}: прежняя указывала наружу.")
    if notes:
        with file.open("r+b") as settings:
            settings.write(text.encode())
            settings.truncate()
            settle(settings)
    return notes


def _plain(setting: str) -> str:
    scheme, found, path = setting.rpartition("sqlite:")
    return f"{scheme}{found}{os.path.normpath(path)}" if "://" not in setting else setting


def _with_setting(text: str, section: str, key: str, value: str) -> str:
    """The same file with one setting changed, comments kept; checked by reading it again."""
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"  # a TOML string is written as a JSON one
    header = re.search(rf"^\[{section}\][ \t]*(#.*)?$", text, re.MULTILINE)
    wanted: dict[str, Any] = tomllib.loads(text)
    wanted.setdefault(section, {})[key] = value
    if header is None:
        changed = f"{text.rstrip()}\n\n[{section}]\n{line}\n"
    else:
        start, rest = text[: header.end()], text[header.end() :]
        end = re.search(r"^\[", rest, re.MULTILINE)
        body, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
        body, replaced = re.subn(rf"^{key}[ \t]*=.*$", lambda _: line, body, count=1, flags=re.MULTILINE)
        changed = start + (body if replaced else f"\n{line}{body}") + tail
    try:
        right = tomllib.loads(changed) == wanted
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise BackupRefused(
            f"Не удалось исправить настройку {section}.{key} в скопированном файле настроек. "
            "Запишите её одной строкой в разделе с заголовком и сделайте новую копию."
        )
    return changed
