"""Makes the workbooks of the golden scenarios and takes over what the service makes of them.

python -m tests.sheets.make             # workbooks that are not there yet
python -m tests.sheets.make --again     # all of them; --again t_a02 those whose name begins so
python -m tests.sheets.make --accept    # the texts beside them; read the difference before you commit it
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parent
MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sheets.make", description=__doc__)
    parser.add_argument("--again", nargs="?", const="", help="make workbooks that are there already too")
    parser.add_argument("--accept", nargs="?", const="", help="take over what the service says now")
    asked = parser.parse_args(words)
    with database(), tempfile.TemporaryDirectory() as scratch:
        make(Path(scratch), asked.again)
        return accept(Path(scratch), asked.accept) if asked.accept is not None else 0


@contextmanager
def database() -> Iterator[None]:
    """An empty database in memory."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django  # noqa: PLC0415 - nothing of it may be imported before the settings are chosen

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    yield


def make(scratch: Path, again: str | None) -> None:
    """`again`: the beginning of the names to be made anew, None for none."""
    from tests.sheets.cases import CASES  # noqa: PLC0415

    base = FOLDER / "base.xlsx"
    if again == "" or not base.exists():
        draw_base(scratch / "base")
    wanted = [(name, sheet) for case in CASES for name, sheet in case.files()]
    missing = [
        (name, sheet)
        for name, sheet in wanted
        if not (FOLDER / name).exists() or (again is not None and name.startswith(again))
    ]
    if missing:
        draw(missing, base.read_bytes(), scratch)


def draw_base(folder: Path) -> None:
    """The journal after some weeks of work, with what the service has written into it; the other class's is new."""
    from django.db import transaction  # noqa: PLC0415

    from tests.sheets import played  # noqa: PLC0415

    with transaction.atomic():
        made = played.on_disk(folder)
        for tab, cells in played.typed().items():
            made.type(played.NAME, tab, cells)
        made.sync()

        def explain(sheet: object) -> None:
            sheet["F3"] = "ув"  # type: ignore[index]

        made.edit(played.NAME, played.ABSENCES, explain)
        made.sync()
        for name, path in ((played.NAME, played.BASE), (played.OTHER_NAME, played.OTHER)):
            path.write_bytes(steady((made.books / f"{name}.xlsx").read_bytes()))
        transaction.set_rollback(True)


def draw(missing: list[tuple[str, object]], base: bytes, scratch: Path) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415

    from tests.libreoffice import Office, available  # noqa: PLC0415
    from tests.sheets.cases import Sheet  # noqa: PLC0415

    office = None
    for name, sheet in missing:
        assert isinstance(sheet, Sheet)
        content = base
        if sheet.change is not None:
            workbook = load_workbook(io.BytesIO(base), rich_text=True)
            sheet.change(workbook)
            target = io.BytesIO()
            workbook.save(target)
            content = steady(target.getvalue())
        if sheet.office or sheet.ending != "xlsx":
            if not available():
                sys.stderr.write(f"{name}: needs LibreOffice, left as it is\n")
                continue
            (scratch / "office").mkdir(exist_ok=True)
            office = office or Office(scratch / "office")
            path = scratch / "book.xlsx"
            path.write_bytes(content)
            if sheet.office:
                office.edit(path, sheet.office)
            if sheet.ending != "xlsx":
                path = office.convert(path, sheet.ending, scratch)
            content = path.read_bytes()
        (FOLDER / name).write_bytes(content[: int(len(content) * sheet.part)])
        sys.stdout.write(f"{name}\n")
    if office is not None:
        office.close()


def steady(content: bytes) -> bytes:
    """The same workbook without the moment at which it was made."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", compresslevel=9) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                data = MODIFIED.sub(rb"\g<1>2026-10-14T15:00:00Z", data)
            new.writestr(zipfile.ZipInfo(part.filename, (2026, 10, 14, 18, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def accept(scratch: Path, beginning: str) -> int:
    """Write the texts anew as a book in memory or, where the case needs it, in a folder gives them."""
    from django.db import transaction  # noqa: PLC0415

    from tests.sheets import cases, played  # noqa: PLC0415

    changed = 0
    for source, build in (("memory", played.in_memory), ("file", played.in_folder)):
        with transaction.atomic():
            base = build(scratch / source)
            for case in cases.CASES:
                if case.name.startswith(beginning) and case.sources[0] == source:
                    told = golden(case.happens, played.play(base, cases.steps_of(case, FOLDER)).told)
                    path = FOLDER / f"{case.name}.txt"
                    if not path.exists() or path.read_text(encoding="utf-8") != told:
                        path.write_text(told, encoding="utf-8")
                        sys.stdout.write(f"{path.name}\n")
                        changed += 1
            transaction.set_rollback(True)
    sys.stdout.write(f"changed: {changed}\n")
    return 0


def golden(happens: str, told: str) -> str:
    return f"{happens[0].upper()}{happens[1:]}\n\n{told}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
