"""What a report can refuse."""

from __future__ import annotations


class TemplateError(Exception):
    """The template cannot be filled. `mistakes`: one Russian sentence each, naming sheet and marker."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__("Шаблон отчёта не подходит:\n" + "\n".join(mistakes))
