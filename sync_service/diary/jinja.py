"""The template environment of the diary: Django's Jinja2 backend and the words of `words.py`."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from sync_service.diary import words

STATIC = Path(__file__).parent / "static"


def environment(**options: Any) -> Environment:
    """Given the options of Django's backend, the environment named in settings.TEMPLATES. It escapes
    everything, and a misspelt name in a template is an error, not an empty place."""
    options |= {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**options)
    made.globals |= {"url": _url, "asset": asset, "words": words}
    return made


@cache
def asset(path: str) -> str:
    """The address of a file under static/, with its digest, so that a browser never keeps an old one."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def _url(name: str, **arguments: object) -> str:
    return reverse(name, kwargs={key: value for key, value in arguments.items() if value is not None})
