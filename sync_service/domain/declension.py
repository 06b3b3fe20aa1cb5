"""The forms that a surname or a first name takes in a Russian sentence, told by its ending alone.

No dictionary: endings of a few declensions are put onto a stem. That gives forms which nobody says («Черныха») and
misses none that people say, which is what a search for names needs. Words come and go folded: small, «е» for «ё».
"""

from __future__ import annotations

import re

_POSSESSIVE = re.compile(r"(.+(?:ов|ев|ин|ын))(а?)")  # Иванов, Иванова
_ADJECTIVE = re.compile(r"(.+)(?:(ий|ый|ой)|ая|яя)")  # Полянский, Толстой, Полянская
_MAN = ("", "а", "у", "ым", "ом", "е")
_WOMAN = ("а", "ой", "ою", "у", "е")
_FAMILY = ("ы", "ых", "ым", "ыми")
_HIS = ("ий", "ый", "ой", "ого", "его", "ому", "ему", "им", "ым", "ом", "ем")
_HER = ("ая", "яя", "ой", "ей", "ую", "юю", "ою", "ею")
_THEIRS = ("ие", "ые", "их", "ых", "им", "ым", "ими", "ыми")

_ON_A = ("а", "я", "ы", "и", "е", "у", "ю", "ой", "ою", "ей", "ею", "ам", "ами", "ах", "ям", "ями", "ях")
_ON_SOFT = ("ь", "я", "ю", "ем", "е", "и", "ей", "ью", "ям", "ями", "ях")
_ON_SHORT_I = ("й", "я", "ю", "ем", "е", "и", "ев", "ям", "ями", "ях")
_ON_CONSONANT = ("", "а", "у", "ом", "ем", "е", "ы", "и", "ов", "ев", "ей", "ам", "ами", "ах")
_CONSONANTS = "бвгджзклмнпрстфхцчшщ"

_FLEETING = re.compile(r"(.*[бвгджзклмнпрстфхцчшщ])[ео]([вклнртц])")  # Павел → Павла, Стрелец → Стрельца
_FLEETING_AFTER_VOWEL = re.compile(r"(.+[аеиоуы])[ея]ц")  # Заяц → Зайца, Боец → Бойца


def surname_forms(word: str) -> frozenset[str]:
    """Every case of a surname of one word, for him, for her and for the family: Иванов, Ивановой, Ивановых."""
    if match := _POSSESSIVE.fullmatch(word):
        return _joined(match[1], _MAN, _WOMAN, _FAMILY)
    if match := _ADJECTIVE.fullmatch(word):
        # «Цой» and «Гулий» only look like adjectives
        return _joined(match[1], _HIS, _HER, _THEIRS) | name_forms(word)
    return name_forms(word)


def own_surname_forms(word: str) -> frozenset[str]:
    """The cases of one person's surname: of «Иванова» only hers, never «Ивановым»."""
    if match := _POSSESSIVE.fullmatch(word):
        return _joined(match[1], _WOMAN if match[2] else _MAN)
    if match := _ADJECTIVE.fullmatch(word):
        return _joined(match[1], _HIS if match[2] else _HER) | name_forms(word)
    return name_forms(word)


def name_forms(word: str) -> frozenset[str]:
    """Every case of a first name, a patronymic or a surname that bends as a noun; a word on another vowel stays as it
    is (Шевченко, Гюго)."""
    if word.endswith(("а", "я")):
        return _joined(word[:-1], _ON_A)
    if word.endswith("й"):
        soft = _joined(word[:-2] + "ь", _ON_SHORT_I[1:]) if word.endswith("ей") else frozenset()  # Соловей → Соловья
        return _joined(word[:-1], _ON_SHORT_I) | soft
    if word.endswith("ь"):
        return _joined(word[:-1], _ON_SOFT).union(*(_joined(stem, _ON_SOFT[1:]) for stem in _shortened(word[:-1])))
    if word.endswith(tuple(_CONSONANTS)):
        return _joined(word, _ON_CONSONANT).union(*(_joined(stem, _ON_CONSONANT[1:]) for stem in _shortened(word)))
    return frozenset({word})


def _joined(stem: str, *endings: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem + ending for group in endings for ending in group)


def _shortened(stem: str) -> tuple[str, ...]:
    """The stem without the vowel that some nouns lose: both spellings, with «ь» and without, rather than a rule."""
    if match := _FLEETING_AFTER_VOWEL.fullmatch(stem):
        return (match[1] + "йц",)
    match = _FLEETING.fullmatch(stem)
    if match is None or (len(stem) < 4 and stem != "лев"):
        return ()
    return match[1] + match[2], match[1] + "ь" + match[2]
