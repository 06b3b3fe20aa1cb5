"""Something wrong in a person's cell: a value with a stable code, collected and shown, never raised.

Each code has one line in `CATALOGUE`: its rule in DOMAIN.md, its step on the policy ladder, a Russian
sentence that names what was read and how to fix it, and an example. docs/ru/problems.md has a line for each,
proved by a test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sync_service.domain.slots import Slot
from sync_service.domain.spelling import one_line, show

MESSAGE_LIMIT = 200  # characters (CASES, policy ladder)


class Step(StrEnum):
    """How much is held back while the problem stands (policy ladder)."""

    NOTE = "note"
    CELL = "cell"
    ROW = "row"
    COLUMN = "column"
    TAB = "tab"
    BOOK = "book"
    FILE = "file"  # a row of a file that is brought in: it stays there


class Code(StrEnum):
    # one cell of the grid
    ENTRY_UNKNOWN = "entry.unknown"
    ENTRY_OUT_OF_SCALE = "entry.out_of_scale"  # 0, 6, 10, 100
    ENTRY_TWO_DIGITS = "entry.two_digits"  # 45: «4/5»?
    ENTRY_TWO_MARKS = "entry.two_marks"  # 4/5 where the policy forbids two marks
    ENTRY_FRACTION = "entry.fraction"  # 4,5
    ENTRY_SIGNED = "entry.signed"  # 5-, 4+
    ENTRY_LEADING_SIGN = "entry.leading_sign"  # -5, +5
    ENTRY_BECAME_DATE = "entry.became_date"
    ENTRY_BOOLEAN = "entry.boolean"
    ENTRY_FORMULA = "entry.formula"  # #REF!, #N/A, Loading...
    ENTRY_FOREIGN_DIGIT = "entry.foreign_digit"  # ٥ ² Ⅴ 5️⃣
    ENTRY_LOOKALIKE_DIGIT = "entry.lookalike_digit"  # З for 3, О for 0, б for 6
    ENTRY_AMBIGUOUS_O = "entry.ambiguous_o"  # «о»: «оп» or «осв»?
    ENTRY_TWO_CODES = "entry.two_codes"  # V05
    ENTRY_NO_POINTS = "entry.no_points"  # V02: grade 1, unmarked subjects
    ENTRY_NOT_ATTESTED = "entry.not_attested"  # V17: н/а outside final columns
    ENTRY_REASON = "entry.reason"  # V05: left to the class teacher
    ENTRY_FUTURE = "entry.future"  # V03
    ENTRY_MERGED = "entry.merged"
    ENTRY_LOCKED = "entry.locked"  # V19
    ENTRY_TWO_COLUMNS = "entry.two_columns"  # V06
    ENTRY_NOT_HELD = "entry.not_held"  # a mark at a lesson that is marked «нет»
    ENTRY_NOT_ON_LIST = "entry.not_on_list"  # V26: pupil not in the class on that date
    # final columns
    FINAL_UNKNOWN = "final.unknown"
    FINAL_NO_POINTS = "final.no_points"
    FINAL_DIFFERS = "final.differs"  # V16
    FINAL_NO_ORDER = "final.no_order"  # V17
    # log tab
    LESSON_DATE = "lesson.date"
    LESSON_OUTSIDE = "lesson.outside"  # V01
    LESSON_SLOT = "lesson.slot"
    LESSON_HELD = "lesson.held"
    LESSON_HELD_FUTURE = "lesson.held_future"
    LESSON_HELD_AWAY = "lesson.held_away"  # V24
    LESSON_DUE = "lesson.due"
    LESSON_MINUTES = "lesson.minutes"
    LESSON_HOURS = "lesson.hours"
    LESSON_WORK = "lesson.work"
    LESSON_TEXT = "lesson.text"  # not a text, or longer than the limit
    LESSON_TOPIC_SHORT = "lesson.topic_short"  # V07
    LESSON_UNSCHEDULED = "lesson.unscheduled"
    HOMEWORK_LOCKED = "homework.locked"  # V19
    # reasons of absence
    REASON_UNKNOWN = "reason.unknown"
    # regime of an extended-day group
    REGIME_TIME = "regime.time"
    REGIME_SPAN = "regime.span"
    # structure
    ROW_NO_CODE = "row.no_code"
    ROW_UNKNOWN = "row.unknown"
    ROW_DUPLICATE = "row.duplicate"
    ROW_MISSING = "row.missing"
    COLUMN_UNKNOWN = "column.unknown"
    COLUMN_DUPLICATE = "column.duplicate"
    COLUMN_MISSING = "column.missing"
    TAB_DAMAGED = "tab.damaged"
    TAB_MISSING = "tab.missing"
    TAB_DUPLICATE = "tab.duplicate"
    TAB_EMPTIED = "tab.emptied"
    TAB_MASS_CLEAR = "tab.mass_clear"
    TAB_SLOW_CLEAR = "tab.slow_clear"  # little by little, in a day or a week
    TAB_SORTED = "tab.sorted"  # values permuted against their keys
    TAB_SHIFTED = "tab.shifted"  # pasted one row or one column off
    TAB_MOSTLY_CHANGED = "tab.mostly_changed"
    TAB_OLD_CHANGED = "tab.old_changed"
    TAB_EQUAL_MARKS = "tab.equal_marks"  # filled down or across
    BOOK_OLDER = "book.older"  # an older copy over a newer book
    BOOK_NARROW = "book.narrow"  # courses or lessons came after it was drawn
    PERIOD_CLOSED = "period.closed"  # V30
    # sheet against record
    CELL_CONFLICT = "cell.conflict"
    CELL_OFFICE = "cell.office"
    # rows of the school and roster books
    TABLE_REQUIRED = "table.required"
    TABLE_VALUE = "table.value"
    TABLE_CHOICE = "table.choice"
    TABLE_UNKNOWN_REFERENCE = "table.reference"
    TABLE_DUPLICATE = "table.duplicate"
    TABLE_OVERLAP = "table.overlap"
    TABLE_CLASH = "table.clash"
    ROSTER_CLAIMED = "roster.claimed"  # DOMAIN 2.2: two lists want one pupil on the same day
    ROSTER_SAME = "roster.same"  # DOMAIN 2.2: somebody who has a code, under a new one
    # «Замены»
    SUBSTITUTION_LESSON = "substitution.lesson"
    SUBSTITUTION_WHO = "substitution.who"
    SUBSTITUTION_BUSY = "substitution.busy"
    # a file of the school's own that is brought in
    FILE_EMPTY = "file.empty"
    FILE_VALUE = "file.value"
    FILE_DUPLICATE = "file.duplicate"
    FILE_LISTED = "file.listed"  # a pupil who is on the list already, otherwise
    FILE_FAMILY = "file.family"  # the pupil is taken, the parent is not
    FILE_TOTAL = "file.total"
    FILE_NUMBERS = "file.numbers"
    FILE_CONTROL = "file.control"
    FILE_ROW = "file.row"  # no lesson and no pupil

    # what the night finds: past its deadline, or worth somebody's look
    LESSON_UNFILLED = "lesson.unfilled"  # V04
    LESSON_NO_TOPIC = "lesson.no_topic"  # V04, V07
    LESSON_TOPIC_DIFFERS = "lesson.topic_differs"  # V07
    LESSON_TOPIC_ELSEWHERE = "lesson.topic_elsewhere"  # V07
    LESSON_NO_HOMEWORK = "lesson.no_homework"  # V08
    WORK_NO_MARKS = "work.no_marks"  # V18
    WORK_MISSED = "work.missed"  # V18
    WORK_SAME_DAY = "work.same_day"  # V12
    WORK_EDGE = "work.edge"  # V13
    WORK_TOO_CLOSE = "work.too_close"  # V11
    WORK_TOO_MANY = "work.too_many"  # V10
    REASON_MISSING = "reason.missing"
    ENTRY_DEBT = "entry.debt"
    PUPIL_TWOS = "pupil.twos"  # V21
    PUPIL_MISSES = "pupil.misses"  # V21
    PUPIL_MONTH = "pupil.month"  # V22
    FINAL_MISSING = "final.missing"
    FINAL_FEW_MARKS = "final.few_marks"  # V15
    FINAL_SUGGEST_NA = "final.suggest_na"  # V23
    SUBSTITUTION_NOT_GIVEN = "substitution.not_given"  # V25
    SUBSTITUTION_GIVEN = "substitution.given"  # V25
    SUBSTITUTION_UNLOGGED = "substitution.unlogged"  # V25
    SUBSTITUTION_OPEN = "substitution.open"  # DOMAIN 2.9
    SUBSTITUTION_NOBODY = "substitution.nobody"  # V24
    ROSTER_REVIEW = "roster.review"  # DOMAIN 2.14
    ROSTER_LATE = "roster.late"  # DOMAIN 2.6
    HOMEWORK_TOO_MUCH = "homework.too_much"  # V09
    CLASS_HOURS = "class.hours"  # V27
    PLAN_LAG = "plan.lag"  # V28
    PLAN_HOURS = "plan.hours"  # V28
    ENTRY_LATE_EDIT = "entry.late_edit"  # V19
    ENTRY_CORRECTED = "entry.corrected"  # V20
    ENTRY_CORRECTED_SHOWN = "entry.corrected_shown"  # V20
    HOMEWORK_LATE_EDIT = "homework.late_edit"  # V19
    REGIME_MISSING = "regime.missing"  # DOMAIN 2.11
    GROUP_HOURS = "group.hours"  # DOMAIN 2.10
    GROUP_NO_ORDER = "group.no_order"  # DOMAIN 2.11


class Place(NamedTuple):
    """Where it stands, for people: tab title, A1, and who or what («Иванов Пётр, 12.10», «урок 12.10»)."""

    tab: str
    a1: str = ""
    who: str = ""


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """`read` is the cell's text as read; `kept` the value that stays published meanwhile ("" = none).

    `detail` fills the sentence of the catalogue: a suggestion, a limit, a date. Two passes over the same mess
    give equal problems, so a set difference tells what is new."""

    code: Code
    place: Place
    read: str = ""
    kept: str = ""
    detail: str = ""
    slot: Slot | None = None

    @property
    def seen(self) -> str:
        """What people saw in the cell; a hidden key is nothing that they have ever seen."""
        hidden = self.code in (Code.ROW_MISSING, Code.COLUMN_MISSING, Code.COLUMN_DUPLICATE)
        return "" if hidden else as_seen(self.read)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is always true of a code. In `sentence` and `remedy` a part in [brackets] stands only if there is
    a detail."""

    rule: str  # DOMAIN 2.5 (V02), CASES (T-C6), or the section that asks for it
    step: Step
    sentence: str
    remedy: str
    example: str  # what a person may have typed or done


CATALOGUE: dict[Code, Kind] = {
    Code.ENTRY_UNKNOWN: Kind(
        "V02", Step.CELL, "нет такой записи[, может быть, «{detail}»].",
        "Можно: 2–5, 4/5, н, н5, б, ув, нп, оп, осв, точка.", "хор",
    ),
    Code.ENTRY_OUT_OF_SCALE: Kind(
        "V02, T-C15", Step.CELL, "такой отметки нет.", "Поставьте отметку по пятибалльной шкале.", "6",
    ),
    Code.ENTRY_TWO_DIGITS: Kind(
        "T-C6", Step.CELL, "похоже на две отметки.", "Напишите [«{detail}» или ]одну отметку.", "45",
    ),
    Code.ENTRY_TWO_MARKS: Kind(
        "DOMAIN 2.3", Step.CELL, "две отметки за такую работу правила школы не разрешают.",
        "Оставьте одну.", "4/5",
    ),
    Code.ENTRY_FRACTION: Kind(
        "T-C3", Step.CELL, "дробные отметки не ставят.",
        "Поставьте целую отметку[, а если их две, «{detail}»].", "4,5",
    ),
    Code.ENTRY_SIGNED: Kind(
        "T-C4", Step.CELL, "отметки со знаком правила школы не разрешают.",
        "Поставьте отметку без знака[: «{detail}»].", "5-",
    ),
    Code.ENTRY_LEADING_SIGN: Kind(
        "T-C5", Step.CELL, "перед отметкой лишний знак.",
        "Исправьте запись[ на «{detail}»].", "-5",
    ),
    Code.ENTRY_BECAME_DATE: Kind(
        "T-C7, T-C8", Step.CELL, "таблица превратила запись в дату.",
        "Начните с апострофа (') и напишите[ {detail}] заново.", "04.05.2026",
    ),
    Code.ENTRY_BOOLEAN: Kind(
        "T-C16", Step.CELL, "здесь флажок, а не запись.",
        "Уберите флажок и напишите отметку или код.", "ИСТИНА",
    ),
    Code.ENTRY_FORMULA: Kind(
        "T-C17", Step.CELL, "здесь формула или её ошибка.", "Удалите формулу и впишите значение.", "#REF!",
    ),
    Code.ENTRY_FOREIGN_DIGIT: Kind(
        "T-C11", Step.CELL, "это не обычная цифра.", "Наберите цифру на клавиатуре[: «{detail}»].", "٥",
    ),
    Code.ENTRY_LOOKALIKE_DIGIT: Kind(
        "T-C12", Step.CELL, "вместо цифры похожая на неё буква.", "Наберите цифру[: «{detail}»].", "З",
    ),
    Code.ENTRY_AMBIGUOUS_O: Kind(
        "DOMAIN 2.3", Step.CELL, "непонятно: опоздал или освобождён?", "Напишите «оп» или «осв».", "о",
    ),
    Code.ENTRY_TWO_CODES: Kind(
        "V05", Step.CELL, "в ячейке два кода отсутствия.", "Оставьте один.", "н ув",
    ),
    Code.ENTRY_NO_POINTS: Kind(
        "V02", Step.CELL, "здесь отметок в баллах не ставят.",
        "Уберите отметку; коды «н», «б», «оп» можно.", "5",
    ),
    Code.ENTRY_NOT_ATTESTED: Kind(
        "V17", Step.CELL, "это ставят только в столбцах четверти, года и итога.",
        "Уберите запись отсюда.", "н/а",
    ),
    Code.ENTRY_REASON: Kind(
        "V05", Step.CELL, "причину пропуска ставит классный руководитель.", "Напишите «н».", "б",
    ),
    Code.ENTRY_FUTURE: Kind(
        "V03", Step.CELL, "урок ещё не наступил[ ({detail})].",
        "Уберите запись или исправьте дату урока.", "5",
    ),
    Code.ENTRY_MERGED: Kind(
        "T-A16", Step.CELL, "ячейка объединена с соседней; запись видна только в первой.",
        "Отмените объединение ячеек.", "5",
    ),
    Code.ENTRY_LOCKED: Kind(
        "V19", Step.CELL, "срок исправления прошёл[ ({detail})].",
        "Верните прежнее или попросите заместителя.", "5",
    ),
    Code.ENTRY_TWO_COLUMNS: Kind(
        "V06", Step.NOTE, "в другом столбце этого же урока ученик отсутствует.",
        "Оставьте одно или напишите «н5».", "5",
    ),
    Code.ENTRY_NOT_HELD: Kind(
        "DOMAIN 2.16", Step.NOTE, "запись есть, а урок отмечен «нет».",
        "Исправьте столбец «Проведён» или уберите запись.", "5",
    ),
    Code.ENTRY_NOT_ON_LIST: Kind(
        "V26", Step.CELL, "в этот день ученика нет в списке[ ({detail})].",
        "Уберите запись или попросите поправить «Список».", "5",
    ),
    Code.FINAL_UNKNOWN: Kind(
        "V02", Step.CELL, "такой итоговой отметки нет.", "Можно: 2–5, н/а, осв, зач, нез.", "хор",
    ),
    Code.FINAL_NO_POINTS: Kind(
        "V02", Step.CELL, "итоговых баллов по этому предмету нет.",
        "Можно: зач, нез, осв, н/а или пусто.", "5",
    ),
    Code.FINAL_DIFFERS: Kind(
        "V16", Step.NOTE, "отметка расходится с предложенной[: {detail}].",
        "Проверьте её или впишите рядом причину.", "5",
    ),
    Code.FINAL_NO_ORDER: Kind(
        "V17", Step.CELL, "освобождают только приказом.",
        "Впишите рядом, в «Причину», его номер: приказ № 12 от 01.09.", "осв",
    ),
    Code.LESSON_DATE: Kind(
        "T-C29", Step.CELL, "это не дата.", "Напишите дату так: 12.10 или 12.10.2026.", "32.13.2026",
    ),
    Code.LESSON_OUTSIDE: Kind(
        "V01", Step.CELL, "в этот день уроков нет[: {detail}].", "Исправьте дату урока.", "01.11.2026",
    ),
    Code.LESSON_SLOT: Kind(
        "DOMAIN 2.16", Step.CELL, "это не номер урока.", "Напишите целое число[: {detail}].", "третий",
    ),
    Code.LESSON_HELD: Kind(
        "DOMAIN 2.16", Step.CELL, "непонятно, проведён ли урок.", "Напишите «да» или «нет».", "не знаю",
    ),
    Code.LESSON_HELD_FUTURE: Kind(
        "V03", Step.CELL, "день этого урока ещё не настал[ ({detail})].",
        "Исправьте дату или уберите «да».", "да",
    ),
    Code.LESSON_HELD_AWAY: Kind(
        "V24", Step.CELL, "учитель отсутствует[ ({detail})], а в «Заменах» урока нет.",
        "Попросите заместителя внести замену.", "да",
    ),
    Code.LESSON_DUE: Kind(
        "T-C29", Step.CELL, "срок задания не похож на дату.",
        "Напишите дату так: 12.10 или 12.10.2026.", "завтра",
    ),
    Code.LESSON_MINUTES: Kind(
        "DOMAIN 2.16", Step.CELL, "это не минуты.", "Напишите целое число[: {detail}].", "полчаса",
    ),
    Code.LESSON_HOURS: Kind(
        "DOMAIN 2.11", Step.CELL, "это не часы.", "Напишите число часов[: {detail}].", "с обеда",
    ),
    Code.LESSON_WORK: Kind(
        "DOMAIN 2.2", Step.CELL, "такого вида работы нет.", "Выберите из списка[: {detail}].", "контр",
    ),
    Code.LESSON_TEXT: Kind(
        "T-C23", Step.CELL, "здесь не текст или он слишком длинный.",
        "Напишите текст[ не длиннее {detail} знаков].", "ИСТИНА",
    ),
    Code.LESSON_UNSCHEDULED: Kind(
        "DESIGN 3", Step.ROW, "урока в расписании нет, записи не читаются.",
        "Перенесите их или попросите внести урок.", "тема в запасной строке",
    ),
    Code.HOMEWORK_LOCKED: Kind(
        "V19", Step.CELL, "срок исправления ДЗ прошёл[ ({detail})].",
        "Верните прежнее или попросите заместителя.", "№ 7",
    ),
    Code.LESSON_TOPIC_SHORT: Kind(
        "V07", Step.NOTE, "тема слишком короткая.", "Напишите, о чём был урок.", "ур",
    ),
    Code.REASON_UNKNOWN: Kind(
        "DOMAIN 2.16", Step.CELL, "такой причины нет.", "Поставьте «б», «ув» или «нп».", "грипп",
    ),
    Code.REGIME_TIME: Kind(
        "DOMAIN 2.11", Step.CELL, "это не время.", "Напишите его так: 12:30.", "после обеда",
    ),
    Code.REGIME_SPAN: Kind(
        "DOMAIN 2.11", Step.NOTE, "конец не позже начала[ ({detail})].", "Исправьте «С» или «До».", "с 14:00 до 13:00",
    ),
    Code.ROW_NO_CODE: Kind(
        "T-A3", Step.ROW, "в строке нет кода, она не читается.",
        "Удалите её: новых вносят в «Список», и строка появится сама.", "новая строка",
    ),
    Code.ROW_UNKNOWN: Kind(
        "V26", Step.ROW, "эта строка не отсюда и не читается.",
        "Удалите её или отмените вставку.", "строка из другого класса",
    ),
    Code.ROW_DUPLICATE: Kind(
        "T-A6, V26", Step.ROW, "эта строка стоит здесь дважды.",
        "Удалите лишнюю.", "копия строки ученика",
    ),
    Code.ROW_MISSING: Kind(
        "T-A5", Step.NOTE, "строки ученика больше нет; записи сохранены.",
        "Верните строку или оформите выбытие.", "строка удалена",
    ),
    Code.COLUMN_UNKNOWN: Kind(
        "T-A8", Step.COLUMN, "столбец добавлен не программой и не читается.",
        "Перенесите записи в столбец урока.", "вставленный столбец",
    ),
    Code.COLUMN_DUPLICATE: Kind(
        "T-A8", Step.COLUMN, "два столбца одного урока.", "Удалите лишний столбец.", "копия столбца",
    ),
    Code.COLUMN_MISSING: Kind(
        "T-A9", Step.COLUMN, "столбца или строки урока больше нет[ (записей: {detail})].",
        "Верните их: «Отменить» или журнал версий.", "столбец удалён",
    ),
    Code.TAB_DAMAGED: Kind(
        "V29", Step.TAB, "испорчены скрытая строка 1 или столбец A.",
        "Отмените последние правки или верните прежнюю версию.", "удалена скрытая строка 1",
    ),
    Code.TAB_MISSING: Kind(
        "T-B4", Step.TAB, "вкладки в книге больше нет.",
        "Верните её: «Отменить» или прежняя версия.", "вкладка удалена",
    ),
    Code.TAB_DUPLICATE: Kind(
        "T-B2, T-B3", Step.NOTE, "это копия[ вкладки «{detail}»], она не читается.",
        "Удалите копию.", "Копия Математика",
    ),
    Code.TAB_EMPTIED: Kind(
        "T-D1", Step.TAB, "стёрты все записи вкладки[ (было {detail})].",
        "Верните их или попросите заместителя подтвердить.", "Ctrl+A, Delete",
    ),
    Code.TAB_MASS_CLEAR: Kind(
        "T-D1, DESIGN 4", Step.TAB, "стёрто слишком много записей[: {detail}].",
        "Верните их или попросите заместителя подтвердить.", "стёрта половина столбца",
    ),
    Code.TAB_SLOW_CLEAR: Kind(
        "DESIGN 4", Step.TAB, "понемногу стёрто слишком много записей[: {detail}].",
        "Верните их или попросите заместителя подтвердить.", "каждый день стирают по строке",
    ),
    Code.TAB_SORTED: Kind(
        "T-A2, DESIGN 4", Step.TAB, "похоже на частичную сортировку[ {detail}].",
        "Отмените её или попросите заместителя подтвердить.", "отсортированы одни отметки",
    ),
    Code.TAB_SHIFTED: Kind(
        "DESIGN 4", Step.TAB, "похоже, записи сдвинуты[ {detail}].",
        "Отмените вставку или попросите заместителя подтвердить.", "вставлено на строку ниже",
    ),
    Code.TAB_MOSTLY_CHANGED: Kind(
        "T-D6, DESIGN 4", Step.TAB, "изменена большая часть записей[: {detail}].",
        "Верните прежние или попросите заместителя подтвердить.", "весь столбец протянут одной отметкой",
    ),
    Code.TAB_OLD_CHANGED: Kind(
        "T-D8, DESIGN 4", Step.TAB, "изменено много старых записей[: {detail}].",
        "Верните прежние или попросите заместителя подтвердить.", "переправлены отметки прошлого месяца",
    ),
    Code.TAB_EQUAL_MARKS: Kind(
        "T-D6", Step.NOTE, "за один раз много одинаковых отметок[: {detail}].",
        "Проверьте, так ли это.", "весь столбец — «5»",
    ),
    Code.BOOK_OLDER: Kind(
        "DESIGN 4", Step.BOOK, "похоже на старую копию книги[: {detail}].",
        "Верните последнюю версию или попросите заместителя подтвердить.", "копия недельной давности",
    ),
    Code.BOOK_NARROW: Kind(
        "DESIGN 3", Step.NOTE, "новому в журнале ещё нет места[: {detail}].",
        "Администратору: выполните journal provision.", "новый предмет посреди года",
    ),
    Code.PERIOD_CLOSED: Kind(
        "V30, DESIGN 4", Step.CELL, "период закрыт[ ({detail})].",
        "Верните прежнее или попросите заместителя подтвердить.", "5",
    ),
    Code.CELL_CONFLICT: Kind(
        "DESIGN 4", Step.CELL, "значение изменили и здесь, и в базе школы.",
        "Решите, какое верно, и впишите его.", "5",
    ),
    Code.CELL_OFFICE: Kind(
        "DESIGN 4", Step.NOTE, "значение исправили в базе школы, минуя таблицу.", "Впишите его и сюда.", "5",
    ),
    Code.TABLE_REQUIRED: Kind(
        "DESIGN 3", Step.ROW, "не заполнено обязательное поле[ «{detail}»].",
        "Заполните его.", "пустая фамилия",
    ),
    Code.TABLE_VALUE: Kind(
        "DESIGN 3", Step.ROW, "значение не читается[: {detail}].", "Исправьте ячейку.", "25:00",
    ),
    Code.TABLE_CHOICE: Kind(
        "DESIGN 3", Step.ROW, "такого значения нет в списке.", "Выберите из списка[: {detail}].", "учёба",
    ),
    Code.TABLE_UNKNOWN_REFERENCE: Kind(
        "DESIGN 3", Step.ROW, "такого нет[ на вкладке «{detail}»].",
        "Исправьте название или добавьте строку.", "12Ю",
    ),
    Code.TABLE_DUPLICATE: Kind(
        "DESIGN 3", Step.ROW, "повторяет другую строку[: {detail}].", "Удалите повтор.", "второй класс 9А",
    ),
    Code.TABLE_OVERLAP: Kind(
        "DESIGN 3", Step.ROW, "сроки пересекаются[: {detail}].", "Исправьте даты.", "каникулы внутри каникул",
    ),
    Code.TABLE_CLASH: Kind(
        "DESIGN 3", Step.ROW, "не может быть верно вместе с другой строкой[: {detail}].",
        "Исправьте одну из двух.", "учитель в двух кабинетах",
    ),
    Code.ROSTER_CLAIMED: Kind(
        "DOMAIN 2.2", Step.ROW, "ученик сразу в двух списках[: {detail}].",
        "Исправьте «Выбыл с» или «Зачислен с».", "переведён, а в прежнем списке «Выбыл с» пусто",
    ),
    Code.ROSTER_SAME: Kind(
        "DOMAIN 2.2", Step.ROW, "этот ученик уже есть[: {detail}].",
        "Перенос: journal pupil move. Другой ребёнок — впишите даты рождения.", "переведённый вписан как новый",
    ),
    Code.SUBSTITUTION_LESSON: Kind(
        "DOMAIN 2.9, V25", Step.ROW, "такого урока в расписании нет[: {detail}].",
        "Исправьте дату, № урока, класс, предмет, группу или учителя.", "замена в воскресенье",
    ),
    Code.SUBSTITUTION_WHO: Kind(
        "DOMAIN 2.9", Step.ROW, "вид и замещающий не согласуются[: {detail}].",
        "Исправьте «Вид» или «Замещает».", "замещён, а кем — не сказано",
    ),
    Code.SUBSTITUTION_BUSY: Kind(
        "DOMAIN 2.9", Step.ROW, "замещающий в это время занят[: {detail}].",
        "Укажите другого или вид «объединение групп».", "у замещающего свой урок",
    ),
    Code.FILE_EMPTY: Kind(
        "DOMAIN 2.16", Step.FILE, "не заполнено[: {detail}].", "Впишите в файле.", "урок без темы",
    ),
    Code.FILE_VALUE: Kind(
        "DOMAIN 2.16", Step.FILE, "не прочесть[: {detail}].", "Исправьте в файле.", "полтора часа",
    ),
    Code.FILE_DUPLICATE: Kind(
        "DOMAIN 2.16", Step.FILE, "такая строка в файле уже есть[: {detail}].", "Оставьте одну.", "ученик дважды",
    ),
    Code.FILE_LISTED: Kind(
        "DOMAIN 2.16", Step.FILE, "ученик уже в «Списке», но записан иначе[: {detail}].",
        "Исправьте «Список» или файл.", "другая дата рождения",
    ),
    Code.FILE_FAMILY: Kind(
        "DOMAIN 2.16", Step.NOTE, "родитель не взят[: {detail}].", "Впишите его на вкладку «Семьи».", "двое в ячейке",
    ),
    Code.FILE_TOTAL: Kind(
        "DOMAIN 2.16", Step.NOTE, "итог не сходится с часами строк[: {detail}].",
        "Проверьте часы и итог.", "Итого 34, а строк 33",
    ),
    Code.FILE_NUMBERS: Kind(
        "DOMAIN 2.16", Step.NOTE, "нумерация идёт не подряд[: {detail}].",
        "Проверьте, не пропущен ли урок.", "12, 14",
    ),
    Code.FILE_CONTROL: Kind(
        "DOMAIN 2.16", Step.NOTE, "такого вида работы нет, он не взят[; строк: {detail}].",
        "Впишите его на «Виды работ», если нужен.", "устный опрос",
    ),
    Code.FILE_ROW: Kind(
        "DOMAIN 2.16", Step.NOTE, "строка не берётся[: {detail}].", "Проверьте, не нужна ли она.", "подпись внизу",
    ),
    Code.LESSON_UNFILLED: Kind(
        "V04", Step.NOTE, "урок не отмечен[, {detail}].",
        "Поставьте «Проведён» да или нет, отметьте отсутствующих.", "пусто в столбце «Проведён»",
    ),
    Code.LESSON_NO_TOPIC: Kind(
        "V04, V07", Step.NOTE, "у проведённого урока нет темы[, {detail}].", "Напишите тему.", "пустая тема",
    ),
    Code.LESSON_TOPIC_DIFFERS: Kind(
        "V07", Step.NOTE, "тема не та, что в КТП[: «{detail}»].", "Исправьте тему или КТП.", "Дроби",
    ),
    Code.LESSON_TOPIC_ELSEWHERE: Kind(
        "V07", Step.NOTE, "такой темы в КТП нет, она из КТП другого класса[: {detail}].",
        "Исправьте тему или КТП.", "Проценты",
    ),
    Code.LESSON_NO_HOMEWORK: Kind(
        "V08", Step.NOTE, "не указано домашнее задание[, {detail}].", "Впишите его или «—».", "пустое ДЗ",
    ),
    Code.WORK_NO_MARKS: Kind(
        "V18", Step.NOTE, "за работу нет ни одной отметки[, {detail}].",
        "Поставьте отметки или уберите вид работы.", "КР без отметок",
    ),
    Code.WORK_MISSED: Kind(
        "V18", Step.NOTE, "пропущена оценочная работа: ни отметки, ни точки[, {detail}].",
        "Поставьте «н5» или «н/.».", "н",
    ),
    Code.WORK_SAME_DAY: Kind(
        "V12", Step.NOTE, "слишком много оценочных работ в один день[: {detail}].",
        "Перенесите лишние.", "КР по двум предметам",
    ),
    Code.WORK_EDGE: Kind(
        "V13", Step.NOTE, "оценочная работа на первом или последнем уроке[ ({detail})].",
        "Перенесите её.", "КР 1-м уроком",
    ),
    Code.WORK_TOO_CLOSE: Kind(
        "V11", Step.NOTE, "слишком мало дней после прошлой оценочной работы[: {detail}].",
        "Перенесите работу.", "КР через неделю",
    ),
    Code.WORK_TOO_MANY: Kind(
        "V10", Step.NOTE, "за год слишком много оценочных работ[: {detail}].",
        "Сократите их в КТП.", "7 при 68 часах",
    ),
    Code.REASON_MISSING: Kind(
        "DOMAIN 2.6", Step.NOTE, "не указана причина пропуска[, {detail}].",
        "Укажите её на вкладке «Пропуски».", "н",
    ),
    Code.ENTRY_DEBT: Kind(
        "DOMAIN 2.3", Step.NOTE, "задолженность не закрыта.", "Поставьте отметку вместо точки.", ".",
    ),
    Code.PUPIL_TWOS: Kind(
        "V21", Step.NOTE, "двойки подряд[: {detail}].", "Поговорите с учеником и учителем.", "2, 2, 2",
    ),
    Code.PUPIL_MISSES: Kind(
        "V21", Step.NOTE, "пропуски подряд[: {detail}].", "Выясните причину и укажите её.", "н, н, н",
    ),
    Code.PUPIL_MONTH: Kind(
        "V22", Step.NOTE, "за месяц пропущено слишком много уроков[: {detail}].",
        "Выясните, в чём дело.", "пропущена треть уроков",
    ),
    Code.FINAL_MISSING: Kind(
        "DOMAIN 2.6", Step.NOTE, "нет итоговых отметок[: {detail}].", "Поставьте их.", "пустой столбец четверти",
    ),
    Code.FINAL_FEW_MARKS: Kind(
        "V15", Step.NOTE, "мало отметок для четвертных[: {detail}].", "Спросите учеников.", "1 отметка",
    ),
    Code.FINAL_SUGGEST_NA: Kind(
        "V23", Step.NOTE, "мало отметок и много пропусков[: {detail}].",
        "Спросите ученика или поставьте «н/а».", "пропущено больше половины",
    ),
    Code.SUBSTITUTION_NOT_GIVEN: Kind(
        "V25", Step.NOTE, "замена записана, а урок не отмечен проведённым[, {detail}].",
        "Отметьте урок или исправьте «Замены».", "замещён, «Проведён» пусто",
    ),
    Code.SUBSTITUTION_GIVEN: Kind(
        "V25", Step.NOTE, "урок проведён, а в «Заменах» сказано другое[: {detail}].",
        "Исправьте «Замены» или журнал.", "пропущен, «Проведён» да",
    ),
    Code.SUBSTITUTION_UNLOGGED: Kind(
        "V25", Step.NOTE, "урок не проведён, а в «Заменах» его нет.",
        "Впишите его в «Замены».", "«Проведён» нет",
    ),
    Code.SUBSTITUTION_OPEN: Kind(
        "DOMAIN 2.9", Step.NOTE, "учитель отсутствует[ ({detail})], а в «Заменах» урока нет.",
        "Впишите урок в «Замены».", "болен, а урок ни за кем",
    ),
    Code.SUBSTITUTION_NOBODY: Kind(
        "V24", Step.NOTE, "урок проведён, учитель отсутствует[ ({detail})], а замены нет.",
        "Исправьте «Отсутствия» или «Замены».", "болен, а «Проведён» да",
    ),
    Code.ROSTER_REVIEW: Kind(
        "DOMAIN 2.14", Step.NOTE, "пора сверить список и личные данные[: {detail}].",
        "Сверьте и впишите строку на «Проверка данных».", "полгода без сверки",
    ),
    Code.ROSTER_LATE: Kind(
        "DOMAIN 2.6", Step.NOTE, "перемена внесена в список поздно[: {detail}].",
        "Вносите её в срок после приказа.", "выбытие внесено через неделю",
    ),
    Code.HOMEWORK_TOO_MUCH: Kind(
        "V09", Step.NOTE, "слишком большое домашнее задание классу[: {detail}].",
        "Договоритесь с учителями.", "160 минут в 5 классе",
    ),
    Code.CLASS_HOURS: Kind(
        "V27", Step.NOTE, "уроков в неделю больше нормы[: {detail}].", "Исправьте расписание.", "34 урока в 7 классе",
    ),
    Code.PLAN_LAG: Kind(
        "V28", Step.NOTE, "отставание от КТП[, {detail}].", "Внесите корректировку в КТП.", "не проведено 3 урока",
    ),
    Code.PLAN_HOURS: Kind(
        "V28", Step.NOTE, "тем в КТП и уроков в году не поровну[: {detail}].",
        "Исправьте КТП или расписание.", "60 тем на 68 уроков",
    ),
    Code.ENTRY_LATE_EDIT: Kind(
        "V19", Step.NOTE, "запись исправлена после срока[: {detail}].",
        "Объясните заместителю директора.", "4",
    ),
    Code.ENTRY_CORRECTED: Kind(
        "V20", Step.NOTE, "отметка сильно изменена[: {detail}].", "Объясните заместителю директора.", "5",
    ),
    Code.ENTRY_CORRECTED_SHOWN: Kind(
        "V20", Step.NOTE, "изменена отметка, которую семья уже видела[: {detail}].",
        "Объясните заместителю директора.", "4",
    ),
    Code.HOMEWORK_LATE_EDIT: Kind(
        "V19", Step.NOTE, "домашнее задание изменено после срока[: {detail}].",
        "Объясните заместителю директора.", "№ 7",
    ),
    Code.REGIME_MISSING: Kind(
        "DOMAIN 2.11", Step.NOTE, "режим группы не заполнен[, {detail}].",
        "Впишите его на вкладку «режим».", "четверть началась, режима нет",
    ),
    Code.GROUP_HOURS: Kind(
        "DOMAIN 2.10", Step.NOTE, "часы группы — не по нагрузке[: {detail}].",
        "В табеле — часы журнала. Проверьте их.", "3,5 вместо 3",
    ),
    Code.GROUP_NO_ORDER: Kind(
        "DOMAIN 2.11", Step.NOTE, "в ГПД зачисляют приказом, а его нет[: {detail}].",
        "Впишите приказ на «Группы».", "ученик в группе, приказ пуст",
    ),
}  # fmt: skip

_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_FLAGS = {"True": "ИСТИНА", "False": "ЛОЖЬ"}


def step(code: Code) -> Step:
    """How much is held back while a problem of this code stands."""
    return CATALOGUE[code].step


def message(problem: Problem) -> str:
    """The Russian sentences for people: where, what was read, what is kept meanwhile, how to fix it.

    At most MESSAGE_LIMIT characters, whatever stands in the cell: the parts people wrote are shortened,
    evenly and only as far as needed, ours never."""
    return next(text for limit in (40, 30, 24, 18, 14) if len(text := _compose(problem, limit)) <= MESSAGE_LIMIT)


def as_seen(text: str) -> str:
    """A value of the record as a spreadsheet shows it to people: «04.05.2026», «ИСТИНА»; any other text as it is."""
    day = _DAY.fullmatch(text)
    return ".".join(reversed(day.groups())) if day else _FLAGS.get(text, text)


def _compose(problem: Problem, limit: int) -> str:
    kind, place = CATALOGUE[problem.code], problem.place
    where = ", ".join(one_line(part, limit) for part in place if part)
    detail = one_line(problem.detail, limit)
    read = f"«{show(problem.seen, limit)}»: " if problem.seen else ""
    parts = (
        _filled(kind.sentence, detail),
        _meanwhile(kind.step, one_line(as_seen(problem.kept), limit)),
        _filled(kind.remedy, detail),
    )
    text = " ".join(part for part in parts if part)
    return f"{where}: {read}{text if read else text[0].upper() + text[1:]}"


def _filled(template: str, detail: str) -> str:
    return _OPTIONAL.sub(r"\1" if detail else "", template).format(detail=detail)


def _meanwhile(held: Step, kept: str) -> str:
    if held is Step.NOTE:
        return f"Действует «{kept}»." if kept else ""
    if held is Step.FILE:
        return "Строка не берётся."
    if held is Step.CELL:
        return f"Пока действует «{kept}»." if kept else "Пока не записано."
    return "Прежние данные в силе."
