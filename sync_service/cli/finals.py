"""`journal finals`: final marks with their reasons, and those that still lack one."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, AsJson, ConfigPath, as_json, command, say, table


@command()
def finals(
    school_class: Annotated[str, typer.Option("--class", help="Только класс, например 9А.")] = "",
    final: Annotated[str, typer.Option("--final", help="Только I, II, III, IV, Год, Экзамен или Итог.")] = "",
    config: ConfigPath = HERE,
    json: AsJson = False,
) -> None:
    """Показать итоговые отметки, которые расходятся с предложенными или поставлены по приказу: чем объяснены."""
    open_school(config)
    from dataclasses import asdict

    from sync_service.usecases.explained import explained
    from sync_service.usecases.meant import Unclear

    try:
        found = explained(school_class, final)
    except Unclear as error:
        raise typer.BadParameter(str(error), param_hint=error.option) from error
    if json:
        as_json([asdict(one) for one in found])
        return
    if not found:
        say("Все итоговые отметки — предложенные, приказов об освобождении нет.")
        return
    rows = [
        (one.school_class, one.course, one.teacher, one.pupil, one.term, one.mark,
         one.grounds if not one.differs else f"нет причины: {one.differs}")
        for one in found
    ]  # fmt: skip
    headings = ("Класс", "Предмет", "Учитель", "Ученик", "Период", "Отметка", "Причина")
    table(f"Итоговые отметки с объяснением и без: {len(found)}", headings, rows)
