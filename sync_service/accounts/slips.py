"""Slips of paper with a login and its first password: one self-contained HTML file, eight to a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from sync_service.accounts.issuing import Issued
from sync_service.accounts.models import FAMILY, Role

PER_SHEET = 8

_TEMPLATES = Environment(
    loader=PackageLoader("sync_service.accounts"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def slips(issued: Sequence[Issued], *, school: str, address: str) -> bytes:
    """A4 sheets with cut lines, in the order given; `address` is what people type into a browser.

    The file holds passwords: whoever saves it must print it and delete it."""
    sheets = [issued[start : start + PER_SHEET] for start in range(0, len(issued), PER_SHEET)]
    page = _TEMPLATES.get_template("slips.html").render(
        sheets=sheets, school=school, address=address, family=FAMILY, guardian=Role.GUARDIAN
    )
    return page.encode("utf-8")
