"""How a cell's text is spelled: lossless normalisation before reading, and showing odd characters to people.

Nothing here knows what a text means. The order of the steps is that of CASES "Normalisation"; case is folded
by the reader that looks the text up, because a topic keeps its capitals.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

SHOWN = 40  # characters of a cell that a message repeats
MOST_MARKS = 30  # over one letter, as Unicode's own stream-safe form has it (UAX 15)

_INVISIBLE = dict.fromkeys(
    [
        0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060,  # BOM, zero-width space, non-joiner, joiner, word joiner
        0x00AD, 0xFE0E, 0xFE0F,  # soft hyphen, variation selectors of text and emoji
        0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A),  # direction marks
    ]
)  # fmt: skip
_SPACES = dict.fromkeys([0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212], "-")
_TWINS = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")
_DIGIT_TWINS = str.maketrans("ЗзЧчОоOoбIl|ІіSs", "3344000061111155")


def normalise(text: str) -> str:
    """The same text with one spelling: composed, nothing invisible, plain spaces, ASCII digits and dashes.

    Loses nothing a person can see. Digits of other scripts stay: the reader refuses them."""
    text = composed(text).translate(_INVISIBLE).translate(_SPACES)
    text = " ".join(text.split()).translate(_FULL_WIDTH).translate(_DASHES)
    # once more: what was invisible may have stood between a letter and its accent
    return composed(text)


def composed(text: str) -> str:
    """NFC. A letter keeps MOST_MARKS of its marks: putting many thousands of them in order takes seconds."""
    if len(text) > MOST_MARKS:
        text = "".join(_without_towers(text))
    return unicodedata.normalize("NFC", text)


def _without_towers(text: str) -> Iterator[str]:
    height = 0
    for character in text:
        height = height + 1 if unicodedata.combining(character) else 0
        if height <= MOST_MARKS:
            yield character


def cell_text(text: str) -> str:
    """`normalise` for a short cell; also drops the apostrophe by which a spreadsheet marks text (T-C20)."""
    text = normalise(text)
    return text[1:].lstrip() if text.startswith("'") else text


def cyrillic(text: str) -> str:
    """Latin letters replaced by the Cyrillic ones that look the same (H → Н). B becomes В, never Б."""
    return text.translate(_TWINS)


def digit_twins(text: str) -> str:
    """Letters replaced by the digits they are mistaken for (З → 3). Only ever a suggestion (CASES T-C12)."""
    return text.translate(_DIGIT_TWINS)


def has_foreign_digit(text: str) -> bool:
    """Whether a digit other than 0-9 is there: Arabic-Indic, superscript, circled, Roman numeral, keycap."""
    return any(character == "\u20e3" or (character.isnumeric() and not character.isascii()) for character in text)


def clip(text: str, limit: int = SHOWN) -> str:
    """At most `limit` characters, the last one «…» if something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def one_line(text: str, limit: int = SHOWN) -> str:
    """`text` without line ends and control characters, clipped."""
    return clip(" ".join("".join(c if c.isprintable() else " " for c in text).split()), limit)


def show(text: str, limit: int = SHOWN) -> str:
    """What was read, for a message: one line of at most `limit` characters, with code points if any is odd.

    Odd is whatever a Russian keyboard has not: «٥» is shown as «٥ U+0665»."""
    plain = one_line(text, len(text))
    odd = dict.fromkeys(c for c in text if not _usual(c))
    points = " ".join(f"U+{ord(c):04X}" for c in odd)
    if not points:
        return clip(plain, limit)
    return clip(f"{clip(plain, max(limit // 2, 1))} {points}".strip(), limit)


def _usual(character: str) -> bool:
    return " " <= character <= "~" or "А" <= character <= "я" or character in "ЁёІі№«»—–…•\n\r\t"


def folded(name: str) -> str:
    """A name as it is compared: whatever its spaces and capitals, «ё» as «е»."""
    return " ".join(name.casefold().replace("ё", "е").split())
