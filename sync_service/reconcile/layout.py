"""The one description of every book: which tabs there are, what stands where, who owns each column.

The renderer draws it, the readers find their way by it, checks and notes speak of it. Everything a program needs to
find a cell again is a key, never a position:

* A1 of each tab holds the tab key («grid c017»); the hidden tab «_journal» holds the book's identity;
* row 1 (hidden) holds column keys, column A (hidden) holds row keys;
* a grid has lesson keys in row 1 and pupil codes in column A; every other tab is a table with fixed column keys.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sync_service.domain.school import AbsenceCode, Course, CourseKind, Marking, Term
from sync_service.domain.slots import LessonField, RegimeField

LAYOUT_VERSION = 1
IDENTITY_TAB = "_journal"
LISTS_TAB = "_lists"
SPARE_ROWS = 5
HEADING_ROW = 2  # of a table; row 1 is the hidden row of keys
FIRST_TABLE_ROW = 3
KEY_SEARCH_ROWS = 10  # a title row inserted above must not hide the keys


class Owner(StrEnum):
    TEACHER = "teacher"  # whoever fills the tab: subject teacher, class teacher, deputy, administrator
    SERVICE = "service"


class BookKind(StrEnum):
    SCHOOL = "school"
    ROSTER = "roster"
    JOURNAL = "journal"
    REASONS = "reasons"  # «Пропуски» in a book of its own: where the journals shall not tell of illnesses


class TabKind(StrEnum):
    GRID = "grid"  # + course code
    LOG = "log"  # + course code
    CONTENTS = "contents"
    ABSENCES = "absences"  # + class code
    REMARKS = "remarks"
    REGIME = "regime"  # + course code
    COMPOSITION = "composition"  # + course code
    ROSTER = "roster"  # + class code
    FAMILIES = "families"
    GROUPS = "groups"
    REVIEW = "review"
    SCHOOL = "school"
    CALENDAR = "calendar"
    BELLS = "bells"
    STAFF = "staff"
    SUBJECTS = "subjects"
    CLASSES = "classes"
    LOAD = "load"
    TIMETABLE = "timetable"
    PLAN = "plan"
    WORK_TYPES = "worktypes"
    SUBSTITUTIONS = "substitutions"
    STAFF_ABSENCES = "staffabsences"
    POLICY = "policy"


def tab_key(kind: TabKind, of: str = "") -> str:
    return f"{kind.value} {of}".strip()


class Cell(StrEnum):
    """What a column of a table holds; decides format, drop-down and reading."""

    TEXT = "text"
    LONG = "long"  # text that wraps
    DATE = "date"
    TIME = "time"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    key: str
    heading: str
    width: float  # characters
    cell: Cell = Cell.TEXT
    owner: Owner = Owner.TEACHER
    required: bool = False
    choices: tuple[str, ...] = ()  # fixed drop-down
    list_key: str = ""  # drop-down from a list of «_lists»: staff, classes, subjects, work, pupils, groups
    several: bool = False  # may name several of the list, with commas between
    hint: str = ""  # input message of the drop-down or cell
    later: bool = False  # books drawn before the column came are read without it


@dataclass(frozen=True)
class Table:
    """A tab with one row per thing."""

    kind: TabKind
    title: str
    columns: tuple[Column, ...]
    frozen_columns: int = 2  # visible columns that stay, counted with hidden column A
    blank_rows: int = 20  # prepared rows below the filled ones, with row keys where rows are keyed
    row_prefix: str = ""  # row keys are prefix + number; "" = rows have no key of their own

    def column(self, key: str) -> Column:
        return next(c for c in self.columns if c.key == key)

    def index(self, key: str) -> int:
        """Column number in the sheet (column A holds row keys)."""
        return next(n for n, c in enumerate(self.columns, 2) if c.key == key)


# --- journal book -----------------------------------------------------------------------------------------------------

_NUMBER = Column("no", "№", 5, Cell.INTEGER, Owner.SERVICE)
_DATE = Column(LessonField.DATE.value, "Дата", 11, Cell.DATE, required=True)
_SLOT = Column(LessonField.SLOT.value, "№ урока", 8, Cell.INTEGER, hint="Какой это урок по счёту в этот день")
_HELD = Column(
    LessonField.HELD.value,
    "Проведён",
    10,
    Cell.CHOICE,
    choices=("да", "нет"),
    hint="«да» — урок прошёл и отсутствующие отмечены. Пустая тема тогда берётся из плана.",
)
_TOPIC = Column(LessonField.TOPIC.value, "Тема", 38, Cell.LONG, hint="Пусто — значит тема по плану")
_HOMEWORK = (
    Column(LessonField.HOMEWORK.value, "ДЗ", 32, Cell.LONG, hint="«—» — ничего не задано"),
    Column(LessonField.HOMEWORK_DUE.value, "Срок ДЗ", 11, Cell.DATE, hint="Пусто — к следующему уроку"),
    Column(LessonField.MINUTES.value, "Мин", 6, Cell.INTEGER, hint="Сколько минут займёт ДЗ"),
)
_WORK = Column(LessonField.WORK_TYPE.value, "Вид работы", 11, Cell.CHOICE, list_key="work")
_FORM = Column(LessonField.FORM.value, "Форма", 18, hint="Беседа, игра, экскурсия, соревнование …")
_HOURS = Column(LessonField.HOURS.value, "Часов", 8, Cell.DECIMAL, hint="Сколько часов шло; пусто — один")
_PLANNED_TOPIC = Column("planned_topic", "Тема по плану", 38, Cell.LONG, Owner.SERVICE)
_PLANNED_HOMEWORK = Column("planned_homework", "ДЗ по плану", 28, Cell.LONG, Owner.SERVICE)
_SUBSTITUTE = Column("substitute", "Замена", 18, Cell.TEXT, Owner.SERVICE)
_STATE = Column("state", "Состояние", 26, Cell.TEXT, Owner.SERVICE)


def _log(title: str, *columns: Column) -> Table:
    return Table(TabKind.LOG, title, columns, frozen_columns=5, blank_rows=0)


_MEETING_HELD = replace(
    _HELD, heading="Проведено", hint="«да» — занятие прошло и отсутствующие отмечены. Пустая тема берётся из плана."
)
_MEETING = (_NUMBER, _DATE, replace(_SLOT, heading="№ занятия"), _MEETING_HELD)
_MEETING_TOPIC = replace(_TOPIC, heading="Тема занятия", width=44)
LOG = _log(  # the tab is called «Математика · уроки»
    "уроки", _NUMBER, _DATE, _SLOT, _HELD, _TOPIC, *_HOMEWORK, _WORK, _PLANNED_TOPIC, _PLANNED_HOMEWORK, _SUBSTITUTE,
    _STATE,
)  # fmt: skip
_ACTIVITY_LOG = _log("занятия", *_MEETING, _MEETING_TOPIC, _FORM, _PLANNED_TOPIC, _SUBSTITUTE, _STATE)
_SUPPLEMENTARY_LOG = _log("занятия", *_MEETING, _HOURS, _MEETING_TOPIC, _PLANNED_TOPIC, _SUBSTITUTE, _STATE)
_EXTENDED_DAY_LOG = _log(
    "дни", _NUMBER, _DATE, replace(_SLOT, heading="С урока №", hint="После какого урока группа начинает работу"),
    replace(_HELD, hint="«да» — день отработан и отсутствующие отмечены."),
    replace(
        _HOURS, heading="Отработано часов", width=12,
        hint="Сколько часов работала группа: столько будет в табеле. Пусто — по нагрузке.",
    ),
    replace(_TOPIC, heading="Содержание работы", width=60, hint="Режимные моменты, самоподготовка, прогулка, занятия"),
    _SUBSTITUTE, _STATE,
)  # fmt: skip
_LOGS = {
    CourseKind.LESSON: LOG,
    CourseKind.INDIVIDUAL: LOG,
    CourseKind.ACTIVITY: _ACTIVITY_LOG,
    CourseKind.CLUB: _ACTIVITY_LOG,
    CourseKind.SUPPLEMENTARY: _SUPPLEMENTARY_LOG,
    CourseKind.EXTENDED_DAY: _EXTENDED_DAY_LOG,
}
# every column that a log of some kind has: for whoever knows the key of a tab and not the kind of its course
ANY_LOG = _log(LOG.title, *LOG.columns, _FORM, _HOURS)


def log_of(kind: CourseKind) -> Table:
    """What the teacher of a course writes about its meetings, by the kind of the course (DOMAIN 2.11)."""
    return _LOGS[kind]


REGIME_LINES = 12  # prepared for each quarter
REGIME = Table(  # of an extended-day group: «ГПД 1 гр. · режим», filled before the quarter begins (DOMAIN 2.11)
    TabKind.REGIME,
    "режим",
    (
        Column("term", "Четверть", 12, Cell.TEXT, Owner.SERVICE),
        Column("no", "№", 5, Cell.INTEGER, Owner.SERVICE),
        Column(RegimeField.START.value, "С", 9, Cell.TIME, required=True, hint="Например, 12:30"),
        Column(RegimeField.END.value, "До", 9, Cell.TIME, hint="Например, 13:10"),
        Column(
            RegimeField.WHAT.value,
            "Режимный момент",
            58,
            Cell.LONG,
            required=True,
            hint="Обед, прогулка, самоподготовка, занятие, уход домой. Режим прошлой четверти можно скопировать.",
        ),
    ),
    frozen_columns=3,
    blank_rows=0,
)
COMPOSITION = Table(  # of an extended-day group: its staff and its pupils, by the load and the lists of the classes
    TabKind.COMPOSITION,
    "состав",
    (
        _NUMBER,
        Column("who", "Ф.И.О.", 32, Cell.TEXT, Owner.SERVICE),
        Column("from", "Должность / класс", 27, Cell.TEXT, Owner.SERVICE),
        Column("since", "С какого дня", 12, Cell.DATE, Owner.SERVICE),
        Column("enrolled_order", "Приказ о зачислении", 20, Cell.TEXT, Owner.SERVICE),
        Column("until", "По какой день", 12, Cell.DATE, Owner.SERVICE),
        Column("left_order", "Приказ о выбытии", 20, Cell.TEXT, Owner.SERVICE),
        Column("hours", "Часов в неделю", 9, Cell.DECIMAL, Owner.SERVICE),
        Column("health", "Группа здоровья (от руки)", 18, Cell.TEXT, Owner.SERVICE),
    ),
    frozen_columns=3,
    blank_rows=0,
)

ABSENCES = Table(
    TabKind.ABSENCES,
    "Пропуски",
    (
        Column("date", "Дата", 11, Cell.DATE, Owner.SERVICE),
        Column("pupil", "Ученик", 28, Cell.TEXT, Owner.SERVICE),
        Column("missed", "Уроков пропущено", 12, Cell.INTEGER, Owner.SERVICE),
        Column("marked", "Отмечено в журнале", 14, Cell.TEXT, Owner.SERVICE),
        Column(
            "code",
            "Причина",
            10,
            Cell.CHOICE,
            choices=("б", "ув", "нп"),
            hint="б — болезнь, ув — уважительная, нп — без уважительной",
        ),
        Column("document", "Документ", 34, Cell.TEXT, hint="Справка, заявление, приказ"),
    ),
    frozen_columns=3,
    blank_rows=0,  # the service adds a row for each pupil and day
)

REMARKS = Table(
    TabKind.REMARKS,
    "Замечания",
    (
        Column("tab", "Вкладка", 24, Cell.TEXT, Owner.SERVICE),
        Column("cell", "Ячейка", 9, Cell.TEXT, Owner.SERVICE),
        Column("who", "Ученик / урок", 26, Cell.TEXT, Owner.SERVICE),
        Column("read", "Прочитано", 16, Cell.TEXT, Owner.SERVICE),
        Column("message", "Что не так и как исправить", 104, Cell.LONG, Owner.SERVICE),
        Column("since", "С какого дня", 12, Cell.DATE, Owner.SERVICE),
    ),
    blank_rows=0,
)

CONTENTS = Table(
    TabKind.CONTENTS,
    "Содержание",
    (
        Column("course", "Предмет", 34, Cell.TEXT, Owner.SERVICE),
        Column("teacher", "Учитель", 24, Cell.TEXT, Owner.SERVICE),
        Column("log", "Уроки и темы", 20, Cell.TEXT, Owner.SERVICE),
        Column("lessons", "Проведено уроков", 12, Cell.INTEGER, Owner.SERVICE),
        Column("remarks", "Замечаний", 11, Cell.INTEGER, Owner.SERVICE),
        Column("written", "Записано программой", 18, Cell.TEXT, Owner.SERVICE),
    ),
    blank_rows=0,
)


class GridRow(StrEnum):
    """Row keys above the pupils of a grid."""

    MONTH = "#month"
    DATE = "#date"
    WORK = "#work"
    WEIGHT = "#weight"  # hidden: formulas of the weighted mean read it


class GridColumn(StrEnum):
    """Column keys that are not lessons. Those of a period are followed by " " and its Term."""

    NUMBER = "#number"
    NAME = "#name"
    MEAN = "#mean"
    ABOUT = "#about"  # class and days in the group, in place of the mean
    MISSED = "#missed"
    PERIOD_MEAN = "#period-mean"
    PERIOD_WEIGHTED = "#period-weighted"
    SUGGESTED = "#suggested"
    PERIOD_MISSED = "#period-missed"  # of a course without marks, which has no other column to end a period with
    FINAL = "final"  # this and the next are the teacher's: «final Q1», «final Y»
    GROUNDS = "grounds"  # why the final mark is so


GRID_FIRST_PUPIL_ROW = 6
GRID_FIRST_LESSON_COLUMN = 6
SPARE_ROW = "#spare"  # «#spare 3»
GROUNDS_HEADING = "Причина"
HALF_YEAR = Term.Q2  # its column is that of the half-year where a course ends half-years


def tells_about(course: Course) -> bool:
    """Whether a grid says of each pupil which class he is from and since when he is in the group: where there are no
    marks, whose mean would stand there, and the list is not simply a class's."""
    mixed = course.kind is CourseKind.EXTENDED_DAY or len(course.classes) > 1
    return mixed and course.marking is not Marking.POINTS


def final_key(term: Term) -> str:
    return f"{GridColumn.FINAL.value} {term.value}"


def grounds_key(term: Term) -> str:
    return f"{GridColumn.GROUNDS.value} {term.value}"


# --- roster book ------------------------------------------------------------------------------------------------------

ROSTER = Table(
    TabKind.ROSTER,
    "Список",
    (
        Column("last", "Фамилия", 18, required=True),
        Column("first", "Имя", 14, required=True),
        Column("patronymic", "Отчество", 18),
        Column("birth_date", "Дата рождения", 13, Cell.DATE),
        Column("sex", "Пол", 6, Cell.CHOICE, choices=("м", "ж")),
        Column("file_no", "№ личного дела", 12),
        Column("enrolled", "Зачислен с", 12, Cell.DATE, required=True),
        Column("enrolled_order", "Приказ о зачислении", 20),
        Column("left", "Выбыл с", 12, Cell.DATE),
        Column("left_order", "Приказ о выбытии", 20),
        Column(
            "status",
            "Статус",
            18,
            Cell.CHOICE,
            choices=("обучается", "выбыл", "длит. лечение", "домашнее обучение", "семейная форма"),
        ),
        Column(
            "status_since",
            "Статус с",
            12,
            Cell.DATE,
            hint="С какого дня действует статус. Вернулся к урокам — «обучается» и день возвращения.",
            later=True,
        ),
    ),
    frozen_columns=3,
    blank_rows=15,
    row_prefix="pupil",  # the renderer gives each row a fresh opaque pupil code
)

FAMILIES = Table(
    TabKind.FAMILIES,
    "Семьи",
    (
        Column("pupil", "Ученик", 30, Cell.CHOICE, list_key="pupils", required=True),
        Column("name", "Ф.И.О. родителя", 32, required=True),
        Column("relation", "Кем приходится", 14, Cell.CHOICE, choices=("мать", "отец", "опекун", "другое")),
        Column("phone", "Телефон", 18),
        Column("email", "E-mail", 26),
        Column("consent", "Согласие (дата)", 14, Cell.DATE),
        Column(
            "withdrawn",
            "Отозвано (дата)",
            14,
            Cell.DATE,
            hint="Родитель отозвал согласие или отказался письменно: с этого дня дневника он не видит.",
            later=True,
        ),
    ),
    blank_rows=40,
    row_prefix="f",
)

GROUPS = Table(
    TabKind.GROUPS,
    "Группы",
    (
        Column("pupil", "Ученик", 30, Cell.CHOICE, list_key="pupils", required=True),
        Column("subject", "Предмет", 26, Cell.CHOICE, list_key="subjects", required=True),
        Column("group", "Группа", 9, required=True),
        Column("since", "С какого дня", 12, Cell.DATE, required=True),
        Column("until", "По какой день", 12, Cell.DATE),
        Column(
            "enrolled_order",
            "Приказ о зачислении",
            20,
            hint="Нужен для ГПД: туда зачисляют приказом",
            later=True,
        ),
        Column("left_order", "Приказ о выбытии", 20, hint="Для ГПД, если ученик уходит из неё раньше", later=True),
    ),
    blank_rows=40,
    row_prefix="g",
)

REVIEW = Table(
    TabKind.REVIEW,
    "Проверка данных",
    (
        Column("date", "Дата проверки", 14, Cell.DATE, required=True),
        Column("who", "Кто проверил", 26, required=True),
        Column("what", "Что изменено", 60, Cell.LONG),
    ),
    row_prefix="v",
)

# --- school book ------------------------------------------------------------------------------------------------------

SCHOOL = Table(
    TabKind.SCHOOL,
    "Школа",
    (Column("name", "Сведения", 34, owner=Owner.SERVICE), Column("value", "Значение", 60, required=True)),
    blank_rows=0,
    row_prefix="s",  # row keys are fixed: title, director, deputy, time_zone, year, start, end, six_day_week
)

QUARTER, WORKING_DAY = "четверть", "рабочий день"  # the kinds of rows that are no days off

CALENDAR = Table(
    TabKind.CALENDAR,
    "Календарь",
    (
        Column(
            "kind",
            "Что это",
            14,
            Cell.CHOICE,
            choices=(QUARTER, "каникулы", "праздник", "перенос", "карантин", "отмена", WORKING_DAY),
            required=True,
            hint="перенос — выходной; рабочий день — учатся, например, в субботу: впишите в «Название», "
            "по какому расписанию («по расписанию пятницы»)",
        ),
        Column("title", "Название", 34, required=True),
        Column("start", "С", 12, Cell.DATE, required=True),
        Column("end", "По", 12, Cell.DATE, required=True),
        Column("grades", "Классы", 14, hint="Пусто — все; иначе параллели и классы через запятую: 1, 5А"),
        Column("order", "Основание", 26),
    ),
    row_prefix="d",
)

BELLS = Table(
    TabKind.BELLS,
    "Звонки",
    (
        Column("slot", "№ урока", 9, Cell.INTEGER, required=True),
        Column("start", "Начало", 10, Cell.TIME, required=True),
        Column("end", "Конец", 10, Cell.TIME, required=True),
        Column(
            "since", "С какого дня", 13, Cell.DATE, later=True,
            hint="Пусто — обычные звонки. Сокращённый день: те же номера уроков ещё раз, и этот день в обоих столбцах",
        ),
        Column("until", "По какой день", 13, Cell.DATE, later=True, hint="Этот день ещё входит. Пусто — и дальше"),
    ),
    row_prefix="b",
)

STAFF = Table(
    TabKind.STAFF,
    "Сотрудники",
    (
        Column("last", "Фамилия", 18, required=True),
        Column("first", "Имя", 14, required=True),
        Column("patronymic", "Отчество", 18),
        Column("position", "Должность", 34),
        Column("staff_no", "Табельный №", 12),
        Column("rate", "Ставка", 8, Cell.DECIMAL),
        Column("email", "E-mail", 28),
    ),
    frozen_columns=3,
    row_prefix="e",
)

SUBJECTS = Table(
    TabKind.SUBJECTS,
    "Предметы",
    (
        Column("title", "Предмет", 40, required=True),
        Column("short", "Кратко", 14, required=True),
        Column("marking", "Оценивание", 16, Cell.CHOICE, choices=("балл", "зачёт", "безотметочно"), required=True),
        Column("marked_from_grade", "Отметки с класса", 12, Cell.INTEGER),
    ),
    row_prefix="j",
)

CLASSES = Table(
    TabKind.CLASSES,
    "Классы",
    (
        Column("code", "Класс", 9, required=True),
        Column("teacher", "Классный руководитель", 26, Cell.CHOICE, list_key="staff", required=True),
    ),
    row_prefix="k",
    blank_rows=6,
)

_CLASSES = Column(
    "class",
    "Класс",
    9,
    Cell.CHOICE,
    list_key="classes",
    several=True,
    required=True,
    hint="Один класс или, для сборной группы, несколько через запятую: 5А, 5Б",
)

LOAD = Table(
    TabKind.LOAD,
    "Нагрузка",
    (
        Column("teacher", "Учитель", 26, Cell.CHOICE, list_key="staff", required=True),
        _CLASSES,
        Column("subject", "Предмет", 34, Cell.CHOICE, list_key="subjects", required=True),
        Column("group", "Группа", 12, hint="Пусто — весь класс; иначе её состав на вкладке «Группы» списка класса"),
        Column(
            "kind",
            "Вид",
            14,
            Cell.CHOICE,
            choices=("урок", "внеурочная", "кружок", "ДО", "ГПД", "индивидуальное"),
            required=True,
        ),
        Column("hours", "Часов в неделю", 10, Cell.DECIMAL, required=True),
        Column("since", "С", 12, Cell.DATE),
        Column("until", "По", 12, Cell.DATE),
    ),
    row_prefix="c",  # a row of the load is a course: its row key is the course code
    blank_rows=30,
)

TIMETABLE = Table(
    TabKind.TIMETABLE,
    "Расписание",
    (
        Column("since", "Действует с", 12, Cell.DATE, required=True),
        Column("weekday", "День", 8, Cell.CHOICE, choices=("пн", "вт", "ср", "чт", "пт", "сб"), required=True),
        Column("slot", "№ урока", 9, Cell.INTEGER, required=True),
        _CLASSES,
        Column("subject", "Предмет", 34, Cell.CHOICE, list_key="subjects", required=True),
        Column("group", "Группа", 12),
        Column("teacher", "Учитель", 26, Cell.CHOICE, list_key="staff", required=True),
        Column("room", "Кабинет", 10),
    ),
    row_prefix="t",
    blank_rows=60,
)

PLAN = Table(
    TabKind.PLAN,
    "КТП",
    (
        _CLASSES,
        Column("subject", "Предмет", 30, Cell.CHOICE, list_key="subjects", required=True),
        Column("group", "Группа", 12),
        Column("seq", "№ урока", 9, Cell.INTEGER, required=True),
        Column("section", "Раздел", 26),
        Column("topic", "Тема урока", 50, Cell.LONG, required=True),
        Column("homework", "Домашнее задание", 36, Cell.LONG),
        Column("minutes", "Время на ДЗ, мин", 10, Cell.INTEGER),
        Column("control", "Вид контроля", 14, Cell.CHOICE, list_key="work"),
    ),
    frozen_columns=5,
    row_prefix="q",
    blank_rows=40,
)

WORK_TYPES = Table(
    TabKind.WORK_TYPES,
    "Виды работ",
    (
        Column("short", "Кратко", 10, required=True),
        Column("title", "Вид работы", 38, required=True),
        Column("weight", "Вес", 7, Cell.INTEGER, required=True),
        Column("counts", "В среднем", 10, Cell.CHOICE, choices=("да", "нет")),
        Column("mark_days", "Отметки за, уч. дней", 12, Cell.INTEGER),
        Column("two_marks", "Две отметки", 10, Cell.CHOICE, choices=("да", "нет")),
        Column(
            "assessment",
            "Оценочная процедура",
            12,
            Cell.CHOICE,
            choices=("да", "нет"),
            hint="Пусто — решают «Минут» и правило «от стольких минут»",
        ),
        Column("minutes", "Минут", 8, Cell.INTEGER, later=True, hint="Сколько такую работу обычно пишет весь класс"),
    ),
    row_prefix="w",
    blank_rows=8,
)

SUBSTITUTIONS = Table(
    TabKind.SUBSTITUTIONS,
    "Замены",
    (
        Column("date", "Дата", 11, Cell.DATE, required=True),
        Column("slot", "№ урока", 9, Cell.INTEGER, required=True),
        _CLASSES,
        Column("subject", "Предмет по расписанию", 30, Cell.CHOICE, list_key="subjects", required=True),
        Column("group", "Группа", 12),
        Column("absent", "Отсутствует", 26, Cell.CHOICE, list_key="staff", required=True),
        Column(
            "kind",
            "Вид",
            18,
            Cell.CHOICE,
            choices=("замещён", "пропущен", "перенесён", "объединение групп"),
            required=True,
        ),
        Column("substitute", "Замещает", 26, Cell.CHOICE, list_key="staff"),
        Column("taught", "Проведён предмет", 30, Cell.CHOICE, list_key="subjects"),
        Column("order", "Основание", 24),
        Column("note", "Примечание", 26),
    ),
    row_prefix="z",
    blank_rows=60,
)

STAFF_ABSENCES = Table(
    TabKind.STAFF_ABSENCES,
    "Отсутствия",
    (
        Column("employee", "Сотрудник", 26, Cell.CHOICE, list_key="staff", required=True),
        Column("start", "С", 12, Cell.DATE, required=True),
        Column("end", "По", 12, Cell.DATE, required=True),
        Column(
            "code",
            "Код",
            8,
            Cell.CHOICE,
            choices=tuple(code.value for code in AbsenceCode),
            required=True,
            hint="Б болезнь, К командировка, О отпуск, Г гос. обязанности, ПК повышение квалификации, "
            "А с разрешения, НН не выяснено, П прогул",
        ),
        Column("document", "Документ", 30),
    ),
    row_prefix="a",
    blank_rows=30,
)

POLICY = Table(
    TabKind.POLICY,
    "Правила",
    (
        Column("name", "Правило", 60, owner=Owner.SERVICE),
        Column("value", "Значение", 16, required=True),
        Column("act", "Локальный акт", 40),
        Column("since", "Действует с", 12, Cell.DATE),
    ),
    blank_rows=0,
    row_prefix="p",  # row keys are the names of the fields of domain.policy.Policy
)

SCHOOL_BOOK = (
    SCHOOL,
    CALENDAR,
    BELLS,
    STAFF,
    SUBJECTS,
    CLASSES,
    LOAD,
    TIMETABLE,
    PLAN,
    WORK_TYPES,
    SUBSTITUTIONS,
    STAFF_ABSENCES,
    POLICY,
)
ROSTER_BOOK = (ROSTER, FAMILIES, GROUPS, REVIEW)
