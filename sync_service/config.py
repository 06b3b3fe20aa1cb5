"""config/school.toml, checked: everything the administrator may set outside the books. Unknown keys are refused.

Relative paths are relative to the file. JOURNAL_CONFIG names the file; every command also takes --config.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sync_service.domain.timesheet import MEANINGS


class ConfigError(Exception):
    """The operator's mistakes in the file, all of them at once, as Russian sentences."""

    def __init__(self, path: Path, mistakes: list[str]) -> None:
        self.path, self.mistakes = path, mistakes
        super().__init__("\n".join(mistakes))


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SchoolSection(Section):
    title: str
    code: str = Field("school", pattern=r"^[a-z0-9-]+$")
    region: str = "RU"
    time_zone: str = "Europe/Moscow"

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"неизвестный часовой пояс «{zone}»; пример: Europe/Moscow") from error
        return zone


class BooksSection(Section):
    backend: Literal["files", "google"] = "files"  # where new journals are made
    folder: Path = Path("books")
    per: Literal["class", "teacher"] = "class"
    versions: Path = Path("versions")  # previous versions of the books that the service has written into


class GoogleSection(Section):
    """Google Sheets as a second place of books, beside the folder; used once `credentials` is set."""

    credentials: Path | None = None  # a token of a person («journal google login») or the key of a service account
    folder: str = ""  # id of the Drive folder or shared drive of the books; "" = made at the first provision
    books: Literal["journals", "all"] = "journals"  # "all": school book and rosters too, with phones and addresses
    administrators: tuple[str, ...] = ()  # e-mails that may edit every tab
    reads_per_minute: int = Field(55, ge=10, le=300)  # Google grants an account 60; some are left for people's tools
    writes_per_minute: int = Field(55, ge=10, le=300)
    api: str = ""  # another address than Google's own: for tests and the demo

    @field_validator("api")
    @classmethod
    def private(cls, address: str) -> str:
        parts = urlsplit(address)
        if address and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("нужен адрес https:// или на этом же компьютере; обычно строка не нужна вовсе")
        return address


class PrivacySection(Section):
    names: Literal["full", "initials", "code"] = "full"  # what journal books in Google show of pupils' names
    allowed_words: tuple[str, ...] = ()  # surnames that are also words: the guard lets them through


class DatabaseSection(Section):
    url: str = "sqlite:journal.sqlite3"  # or postgresql://user:password@host/name

    @field_validator("url")
    @classmethod
    def known_scheme(cls, url: str) -> str:
        if not url.startswith(("sqlite:", "postgresql://")):
            raise ValueError("нужен адрес вида sqlite:journal.sqlite3 или postgresql://имя:пароль@сервер/база")
        return url


class SyncSection(Section):
    every_seconds: int = Field(10, ge=2, le=3600)
    settle_seconds: int = Field(15, ge=0, le=600)  # what is typed must stand so long; only while the service runs
    annotate_every_minutes: int = Field(10, ge=0, le=240)  # a book in use is written seldom


class BackupSection(Section):
    places: tuple[Path, ...] = ()
    weekly_at: str = Field("Fri 23:00", pattern=r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):[0-5]\d$")
    monthly_at: str = Field("01 02:00", pattern=r"^(0[1-9]|1\d|2[0-8]) ([01]\d|2[0-3]):[0-5]\d$")
    keep_weeks: int = Field(8, ge=1)


class ReportsSection(Section):
    folder: Path = Path("reports")
    templates: Path | None = None  # the school's own copies of templates_xlsx; None: those shipped


class TimesheetSection(Section):
    """What the form 0504421 asks of an institution."""

    unit: str = ""  # its division
    okpo: str = ""
    codes: dict[str, str] = {}  # the accountant's letters by the usual ones: {"ПК" = "К"}

    @field_validator("codes")
    @classmethod
    def known_codes(cls, codes: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(codes.keys() - MEANINGS.keys()):
            raise ValueError(f"обозначений {', '.join(unknown)} в табеле нет; есть {', '.join(MEANINGS)}")
        return codes


class DiarySection(Section):
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    address: str = ""  # what people type into a browser, printed on the slips; "" = made of host and port
    secret_file: Path = Path("secret.key")
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1")

    @property
    def shown_address(self) -> str:
        return self.address or f"http://{self.host}:{self.port}/"


class LogSection(Section):
    folder: Path = Path("logs")


class Config(BaseSettings):
    """Absolute paths throughout once loaded.

    An environment variable overrides a line of the file: JOURNAL_DATABASE__URL, JOURNAL_DIARY__PORT."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="JOURNAL_", env_nested_delimiter="__", env_ignore_empty=True
    )

    path: Path
    school: SchoolSection
    books: BooksSection = BooksSection()
    google: GoogleSection = GoogleSection()
    privacy: PrivacySection = PrivacySection()
    database: DatabaseSection = DatabaseSection()
    sync: SyncSection = SyncSection()
    backup: BackupSection = BackupSection()
    reports: ReportsSection = ReportsSection()
    timesheet: TimesheetSection = TimesheetSection()
    diary: DiarySection = DiarySection()
    log: LogSection = LogSection()

    @property
    def home(self) -> Path:
        return self.path.parent

    @model_validator(mode="after")
    def whole(self) -> Config:
        if self.books.backend == "google" and self.google.credentials is None:
            raise ValueError("для книг в Google нужен ключ: google.credentials; как его получить — docs/ru/google.md")
        if self.google.books == "all" and self.privacy.names != "full":
            raise ValueError(
                "google.books = \"all\" отдаёт в Google и списки с телефонами, а privacy.names прячет имена: "
                "оставьте google.books = \"journals\""
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (env_settings, init_settings)


# sections and their keys that hold paths, made absolute from the folder of the file
PATHS = (
    ("books", "folder"),
    ("books", "versions"),
    ("google", "credentials"),
    ("backup", "places"),
    ("reports", "folder"),
    ("reports", "templates"),
    ("diary", "secret_file"),
    ("log", "folder"),
)

MISTAKES = {
    "extra_forbidden": "такой настройки нет; проверьте, нет ли опечатки",
    "missing": "настройка обязательна, но её нет",
    "literal_error": "допустимо только {expected}",
    "string_pattern_mismatch": "не подходит по виду; образец смотрите в config/school.example.toml",
    "int_type": "нужно целое число",
    "int_parsing": "нужно целое число",
    "greater_than_equal": "нужно число не меньше {ge}",
    "less_than_equal": "нужно число не больше {le}",
    "string_type": "нужна строка в кавычках",
}


def load(path: Path) -> Config:
    """Read and check the file; raises ConfigError with every mistake in it."""
    path = path.expanduser().absolute()
    try:
        with path.open("rb") as file:
            raw: dict[str, Any] = tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError(
            path,
            [f"Нет файла настроек {path}. Создайте его командой «journal init» или укажите другой: --config ПУТЬ."],
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(path, [f"Файл настроек {path} не читается: {error}. Исправьте эту строку."]) from error
    try:
        config = Config(**{**raw, "path": path})
    except ValidationError as error:
        raise ConfigError(path, [_sentence(path, mistake) for mistake in error.errors()]) from error
    return _absolute(config)


def _sentence(path: Path, mistake: Any) -> str:
    where = ".".join(str(part) for part in mistake["loc"])
    context = mistake.get("ctx", {})
    if mistake["type"] == "value_error":
        what = str(context["error"])
    else:
        what = MISTAKES.get(mistake["type"], mistake["msg"]).format(**context)
    if not where:
        return f"{path.name}: {what}."
    read = "" if mistake["type"] in {"missing", "extra_forbidden"} else f" (прочитано: {mistake['input']!r})"
    return f"{path.name}: {where} — {what}{read}."


def _absolute(config: Config) -> Config:
    home = config.home

    def resolved(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(resolved(item) for item in value)
        return home / Path(value).expanduser() if value is not None else None

    sections: dict[str, Section] = {}
    for section, key in PATHS:
        held = sections.get(section, getattr(config, section))
        sections[section] = held.model_copy(update={key: resolved(getattr(held, key))})
    url = config.database.url
    if url.startswith("sqlite:"):
        file = home / Path(url.removeprefix("sqlite:")).expanduser()
        sections["database"] = config.database.model_copy(update={"url": f"sqlite:{file}"})
    return config.model_copy(update=sections)
