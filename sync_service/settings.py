"""Django's settings, all of them made from config/school.toml: JOURNAL_CONFIG names the file.

Importing this module reads the file and writes nothing. Raises ConfigError, the operator's mistakes in Russian.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.functional import SimpleLazyObject

from sync_service.config import ConfigError, load

PACKAGE = Path(__file__).parent


def database(url: str) -> dict[str, Any]:
    """Given `sqlite:<absolute path>` or `postgresql://user:password@host:port/name?option=value`, Django's entry.

    `?host=/dir` names the directory of a unix socket, as in libpq. Raises ValueError for any other scheme."""
    if url.startswith("sqlite:"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:"),
            "OPTIONS": {
                # a writer takes its lock at BEGIN: a transaction that first reads can then never fail half way
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # readers never wait for the writer; FULL because a school PC is switched off at the wall
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"unknown database scheme {parts.scheme!r}")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def secret_key(file: Path) -> str:
    """The key that signs sessions, read from its file; made on first use, readable by the owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(secrets.token_urlsafe(64))
        try:
            draft.rename(file) if os.name == "nt" else os.link(draft, file)
        except FileExistsError:
            pass  # somebody else was first: theirs holds
        finally:
            draft.unlink(missing_ok=True)
    return file.read_text().strip()


if not os.environ.get("JOURNAL_CONFIG"):
    raise ConfigError(
        Path("school.toml"), ["Не указан файл настроек. Добавьте --config ПУТЬ или задайте JOURNAL_CONFIG."]
    )
CONFIG = load(Path(os.environ["JOURNAL_CONFIG"]))

DEBUG = False
SECRET_KEY = SimpleLazyObject(lambda: secret_key(CONFIG.diary.secret_file))
ALLOWED_HOSTS = list(CONFIG.diary.allowed_hosts)
ROOT_URLCONF = "sync_service.urls"
DATABASES = {"default": database(CONFIG.database.url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "sync_service.accounts",
    "sync_service.records",
    "sync_service.diary",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # a week on a phone's bad network: a fifth of the bytes
    "sync_service.diary.middleware.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "diary" / "templates"],
        "OPTIONS": {"environment": "sync_service.diary.jinja.environment"},
    },
    {  # Django's own admin pages
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

LANGUAGE_CODE = "ru-ru"
TIME_ZONE = CONFIG.school.time_zone
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the package itself: no collectstatic step to forget

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "sync_service.accounts.hashing.SchoolArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"

# Five wrong passwords close a login for a quarter of an hour (DOMAIN 2.14), for that computer only: a whole class
# sits behind one address, and nobody may lock out a classmate from home.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "sync_service.diary.entrance.locked_out"

# Idle logout after 30 minutes (DOMAIN 2.14). Inside the school the diary is plain http, where a cookie marked Secure
# would never come back; a proxy with https in front adds that flag itself.
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "sync_service.diary.errors.csrf_failure"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # browsers heed it on https only and complain otherwise
