"""What a book in Google may tell of pupils and their families: how a name is shown there, and the guard that finds one.

A name is looked for as words in a row, each with the forms it may take. Letter case, «ё», kinds of hyphen, stress
marks, invisible characters and Latin letters that look Cyrillic make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise, product

from sync_service.domain.declension import name_forms, own_surname_forms, surname_forms
from sync_service.domain.school import Employee, Guardian, Pupil
from sync_service.domain.spelling import cyrillic, normalise

HIDDEN = "[Скрыто]"  # with a capital: a text must not look like one without capitals once its names are gone
PART = 4  # letters: from here on one half of a double surname, or a word in a text without capitals, is a surname
PHONE = 10  # last digits: +7 900 … and 8 (900) … are one number

_UNSEEN = "\u0300-\u036f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_WORD = re.compile(rf"(?:[^\W\d_][{_UNSEEN}]*)+")
_STRESS = dict.fromkeys(range(0x0300, 0x0370))
_MIXED = re.compile(r"(?=.*[A-Za-z])(?=.*[А-Яа-яЁё])", re.DOTALL)
_GAP = re.compile(rf"(?:[^\S\n]|[-\u2010-\u2013\u2212_/'’{_UNSEEN}]){{1,3}}")  # a comma or a new line parts people
_PATRONYMIC = re.compile(r".+(?:ич|овн|евн|ичн)(?:а|у|ем|е|ы|ой|ою)?|кызы|оглы|угли")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\d(?:[\s()+.\-\u2010-\u2013\u2212]{0,3}\d){9,}")


class Names(StrEnum):
    """What a journal book in Google shows of a pupil's name. Books in the school's own folder always show all of it."""

    FULL = "full"
    INITIALS = "initials"
    CODE = "code"


def shown_name(pupil: Pupil, names: str) -> str:
    """The pupil in the name column: «Иванов Пётр», «Иванов П.» or the opaque code."""
    if names == Names.CODE:
        return pupil.code
    if names == Names.INITIALS:
        return f"{pupil.last} {pupil.first[:1]}." if pupil.first else pupil.last
    return pupil.list_name


Forms = frozenset[str]
Phrase = tuple[Forms | None, ...]  # the forms of each word in a row; None is whatever looks like a patronymic


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int
    capital: bool


class _Phrases:
    """Phrases and what each stands for, found by their first word."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[Phrase, set[str]]] = {}

    def add(self, phrase: Phrase, meaning: str = "") -> None:
        for form in phrase[0] or () if phrase else ():
            self._by_first.setdefault(form, {}).setdefault(phrase, set()).add(meaning)

    def at(self, text: str, words: Sequence[_Word], start: int) -> tuple[int, set[str]] | None:
        """The longest phrase that begins at a word: how many words it takes and its meanings."""
        known = self._by_first.get(words[start].folded)
        fitting = [phrase for phrase in known or () if _fits(text, words[start : start + len(phrase)], phrase)]
        if known is None or not fitting:
            return None
        longest = max(map(len, fitting))
        meanings = (known[phrase] for phrase in fitting if len(phrase) == longest)
        return longest, set().union(*meanings)


class Mask:
    """Shows pupils in a text as `names` allows, and finds what must not leave the school.

    `employees` are no pupils, even if they share a surname. `allowed_words` are surnames that are ordinary words too
    («Мороз», in all cases), or phrases («Александр Пушкин»). Beside a first name the allowed is still a name."""

    def __init__(
        self,
        names: Names,
        pupils: Iterable[Pupil],
        guardians: Iterable[Guardian] = (),
        employees: Iterable[Employee] = (),
        allowed_words: Iterable[str] = (),
    ) -> None:
        self.names = names
        self._known, self._together, self._alone, self._exempt = _Phrases(), _Phrases(), _Phrases(), _Phrases()
        self._allowed: set[str] = set()
        self._phones: set[str] = set()
        self._emails: set[str] = set()
        if names is Names.FULL:
            return
        for pupil in pupils:
            self._add_spellings(pupil)
            self._add_person(_split(pupil.last), _split(pupil.first))
        for guardian in guardians:
            self._add_person(*_surname_and_name(guardian.name))
            self._phones |= _phones(guardian.phone)
            self._emails |= {found.lower() for found in _EMAIL.findall(guardian.email)}
        for employee in employees:
            self._add_employee(employee)
            self._emails.discard(employee.email.lower())
        for allowed in allowed_words:
            words = _split(allowed)
            if len(words) == 1:
                self._allowed |= surname_forms(words[0])
            else:
                self._exempt.add(tuple(surname_forms(word) | name_forms(word) for word in words))

    def text(self, text: str) -> str:
        """The text with every pupil's name, as lists spell it and in either order, replaced by what may be shown.

        Namesakes are shown as all of them («P7K3M/P2A4B»): the text does not tell which one is meant."""
        if self.names is Names.FULL:
            return text
        words, done, parts = self._words(text), 0, []
        at = 0
        while at < len(words):
            found = self._known.at(text, words, at)
            if found is None:
                at += 1
                continue
            length, shown = found
            parts += [text[done : words[at].start], "/".join(sorted(shown))]
            at += length
            done = words[at - 1].end
        return "".join(parts) + text[done:]

    def hidden(self, text: str) -> str:
        """The same, and whatever the guard would still find is hidden. For words of others that we repeat."""
        text = self.text(text)
        done, parts = 0, []
        for start, end in self._findings(text):
            parts += [text[done:start], HIDDEN]
            done = max(done, end)
        return "".join(parts) + text[done:]

    def exposed(self, text: str) -> str | None:
        """The guard: the first thing in the text that must not leave the school, as it stands there.

        With «initials» a surname beside its first name, with «code» any surname by itself too, in any case; with both a
        guardian's phone and e-mail."""
        return next((text[start:end] for start, end in self._findings(text)), None)

    def _findings(self, text: str) -> list[tuple[int, int]]:
        """Places of everything that must not leave, in order, without overlaps."""
        if self.names is Names.FULL or len(text) < 2:
            return []
        spans = [*self._contacts(text), *self._people(text)]
        apart: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if apart and start < apart[-1][1]:
                apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
            else:
                apart.append((start, end))
        return apart

    def _contacts(self, text: str) -> Iterator[tuple[int, int]]:
        if self._emails and "@" in text:
            yield from (match.span() for match in _EMAIL.finditer(text) if match[0].lower().rstrip(".") in self._emails)
        for run in _DIGITS.finditer(text) if self._phones else ():
            digits = [at for at in range(run.start(), run.end()) if text[at].isdigit()]
            for number, (first, last) in enumerate(zip(digits, digits[PHONE - 1 :], strict=False)):
                if "".join(filter(str.isdigit, text[first : last + 1])) in self._phones:
                    yield digits[0] if number == 1 else first, last + 1  # with the 7 or 8 before it

    def _people(self, text: str) -> Iterator[tuple[int, int]]:
        words = self._words(text)
        no_capitals = not any(map(str.isupper, text))
        at = 0
        while at < len(words):
            pair, alone = self._together.at(text, words, at), self._alone.at(text, words, at)
            if pair and not (no_capitals or any(word.capital for word in words[at : at + pair[0]])):
                pair = None
            if alone and not _proper(words[at], no_capitals):
                alone = None
            if alone and alone[0] == 1 and words[at].folded in self._allowed:
                alone = None
            length = max(found[0] for found in (pair, alone, (0,)) if found)
            if length:
                yield words[at].start, words[at + length - 1].end
            at += max(length, 1)

    def _words(self, text: str) -> list[_Word]:
        """The words of a text without those that name employees or are allowed phrases."""
        words = [
            _Word(_fold(match[0]), match.start(), match.end(), match[0][0].isupper()) for match in _WORD.finditer(text)
        ]
        kept, at = [], 0
        while at < len(words):
            found = self._exempt.at(text, words, at)
            if found is None:
                kept.append(words[at])
            at += found[0] if found else 1
        return kept

    def _add_spellings(self, pupil: Pupil) -> None:
        last, first, patronymic = (_as_written(part) for part in (pupil.last, pupil.first, pupil.patronymic))
        shown = shown_name(pupil, self.names)
        if not first:
            return
        middle = patronymic or (None,)
        for phrase in (last + first, first + last, last + first + middle, first + middle + last):
            self._known.add(phrase, shown)

    def _add_person(self, last: list[str], first: list[str]) -> None:
        """What the guard looks for, of somebody with this surname and first name."""
        surname: Phrase = tuple(map(surname_forms, last))
        name: Phrase = tuple(map(name_forms, first))
        if surname and len("".join(first)) > 1:
            for phrase in (surname + name, name + surname, (*surname, *name, None), (*name, None, *surname)):
                self._together.add(phrase)
        if surname and self.names is Names.CODE:
            if len(last) > 1 or len(last[0]) > 1:  # «О» and «Ю» alone are initials of half the town
                self._alone.add(surname)
            if len(last) > 1:
                for half in last:
                    if len(half) >= PART:
                        self._alone.add((surname_forms(half),))

    def _add_employee(self, employee: Employee) -> None:
        last: Phrase = tuple(map(own_surname_forms, _split(employee.last)))
        given = [_split(part) for part in (employee.first, employee.patronymic) if _split(part)]
        if not last or not given:
            return
        whole: Phrase = tuple(name_forms(word) for part in given for word in part)
        initials: Phrase = tuple(frozenset({part[0][0]}) for part in given)
        for written, surname_first in product((whole, initials), (True, False)):
            self._exempt.add(last + written if surname_first else written + last)


def _fits(text: str, words: Sequence[_Word], phrase: Phrase) -> bool:
    return (
        len(words) == len(phrase)
        and all(
            word.folded in forms if forms is not None else _PATRONYMIC.fullmatch(word.folded)
            for word, forms in zip(words, phrase, strict=True)
        )
        and all(_in_a_row(text, one, other) for one, other in pairwise(words))
    )


def _in_a_row(text: str, one: _Word, other: _Word) -> bool:
    """Whether two words may belong to one name. A dot is between them only after an initial: «А.П. Иванова»."""
    gap = text[one.end : other.start]
    if len(one.folded) == 1 and gap.startswith("."):
        return gap == "." or bool(_GAP.fullmatch(gap[1:]))
    return bool(_GAP.fullmatch(gap))


def _proper(word: _Word, no_capitals: bool) -> bool:
    """Whether it may be a surname and no ordinary word: «Белый», or «белый» where nobody troubled about capitals."""
    return word.capital or (no_capitals and len(word.folded) >= PART)


@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    word = normalise(word).translate(_STRESS)
    return (cyrillic(word) if _MIXED.match(word) else word).lower().replace("ё", "е")


def _split(name: str) -> list[str]:
    return [_fold(match[0]) for match in _WORD.finditer(name)]


def _as_written(name: str) -> Phrase:
    return tuple(frozenset({word}) for word in _split(name))


def _surname_and_name(written: str) -> tuple[list[str], list[str]]:
    """Of a guardian's name as somebody typed it: «Быкова Нина Ильинична», «Нина Ильинична Быкова», «Быкова Нина».

    One word alone is taken for a first name: the family's surname is known from the child."""
    parts = [_split(part) for part in written.split()]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return [], []
    if len(parts) > 2 and _PATRONYMIC.fullmatch(parts[1][-1]) and not _PATRONYMIC.fullmatch(parts[2][-1]):
        return parts[2], parts[0]
    if len(parts) == 2 and _PATRONYMIC.fullmatch(parts[1][-1]):
        return [], []
    return parts[0], parts[1]


def _phones(written: str) -> set[str]:
    found = set()
    for part in re.split(r"[,;/\n]", written):
        digits = "".join(filter(str.isdigit, part))
        found |= {digits[start : start + PHONE + 1][-PHONE:] for start in range(0, len(digits) - PHONE + 1, PHONE + 1)}
    return found
