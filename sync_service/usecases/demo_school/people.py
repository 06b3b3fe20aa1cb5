"""Pupils, their families and subgroups: about a hundred invented people, the same ones every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sync_service.domain.school import GroupMember, Guardian, Pupil, PupilStatus, Roster
from sync_service.usecases.demo_school import beyond, names
from sync_service.usecases.demo_school.calendar import YEAR
from sync_service.usecases.demo_school.curriculum import CLASSES, SPLIT_CLASSES, SPLIT_SUBJECTS, SUBJECT
from sync_service.usecases.demo_school.seed import stream

SIZES = {"1А": 11, "2А": 11, "3А": 11, "4А": 10, "5А": 13, "6А": 11, "7А": 12, "8А": 10, "9А": 12}
CODE_ALPHABET = "34679ACDEFHJKMNPRTUVWXY"  # nothing that is mistaken for something else: no 0 O, 1 I L, 2 Z, 5 S, 8 B
SIBLING_SHARE = 0.17  # of the seats, taken by a brother or sister of somebody already seated

ARRIVALS = {"5А": (date(2026, 10, 5), "№ 64-у от 02.10.2026"), "6А": (date(2026, 9, 21), "№ 58-у от 18.09.2026")}
LEAVERS = {"8А": (date(2026, 10, 12), "№ 67-у от 09.10.2026")}  # the class's fourth on the list
LEAVER_PLACE = 3
TWINS_CLASS = "4А"


@dataclass
class _Family:
    surname: str  # masculine
    kin: names.Kin
    father: str  # "" where the family has no patronymics
    father_patronymic: str
    mother: str
    mother_patronymic: str
    grades: list[int] = field(default_factory=list)  # of the children, youngest seat first
    adults: list[tuple[str, str, str, str]] = field(default_factory=list)  # name, relation, phone, e-mail


def rosters() -> tuple[Roster, ...]:
    """One roster per class, pupils by surname."""
    rng = stream("people")
    codes, families = _codes(rng), _families(rng)
    found = []
    seated: list[_Family] = []
    for school_class in CLASSES:
        pupils: list[tuple[Pupil, _Family]] = []
        while len(pupils) < SIZES[school_class.code]:
            twins = school_class.code == TWINS_CLASS and len(pupils) == 1
            family = pupils[0][1] if twins else _next_family(rng, seated, families, school_class.grade)
            pupil = _child(rng, family, codes.pop(), school_class.code, school_class.grade)
            if any(pupil.first == other.first and pupil.last == other.last for other, _ in pupils):
                continue
            if twins:
                pupil = pupil.model_copy(update={"birth_date": pupils[0][0].birth_date})
            family.grades.append(school_class.grade)
            pupils.append((pupil, family))
        found.append(_roster(rng, school_class.code, pupils))
    return tuple(found)


def _roster(rng: Random, school_class: str, seats: list[tuple[Pupil, _Family]]) -> Roster:
    seats = sorted(seats, key=lambda seat: sort_key(seat[0]))
    if school_class in ARRIVALS:
        since, order = ARRIVALS[school_class]
        seats[-2] = (seats[-2][0].model_copy(update={"enrolled": since, "enrolled_order": order}), seats[-2][1])
    if school_class in LEAVERS:
        until, order = LEAVERS[school_class]
        gone = {"left": until, "left_order": order, "status": PupilStatus.LEFT}
        seats[LEAVER_PLACE] = (seats[LEAVER_PLACE][0].model_copy(update=gone), seats[LEAVER_PLACE][1])
    pupils = tuple(pupil for pupil, _ in seats)
    return Roster(
        school_class=school_class,
        pupils=pupils,
        guardians=tuple(guardian for pupil, family in seats for guardian in _guardians(rng, pupil, family)),
        groups=(*(_groups(pupils) if school_class in SPLIT_CLASSES else ()), *beyond.members(school_class, pupils)),
    )


def sort_key(pupil: Pupil) -> tuple[str, str]:
    """Order of a class list; ё stands with е."""
    return pupil.last.replace("ё", "е").replace("Ё", "Е"), pupil.first.replace("ё", "е")


def _groups(pupils: tuple[Pupil, ...]) -> tuple[GroupMember, ...]:
    """Every other pupil of the list to the first subgroup, the same in both subjects."""
    return tuple(
        GroupMember(
            pupil=pupil.code, subject=SUBJECT[subject].title, group=str(number % 2 + 1),
            since=max(pupil.enrolled, YEAR.start), until=pupil.left,
        )
        for subject in SPLIT_SUBJECTS
        for number, pupil in enumerate(pupils)
    )  # fmt: skip


def _codes(rng: Random) -> list[str]:
    wanted = sum(SIZES.values()) * 2
    found: dict[str, None] = {}
    while len(found) < wanted:
        found["P" + "".join(rng.choices(CODE_ALPHABET, k=4))] = None
    return list(found)


def _families(rng: Random) -> list[_Family]:
    surnames = rng.sample(names.SURNAMES, len(names.SURNAMES))
    for place, surname in zip((75, 41, 70, 60), names.OTHERS, strict=True):
        surnames.insert(place, surname)
    return [_family(rng, surname) for surname in surnames]


def _family(rng: Random, surname: str) -> _Family:
    kin = names.OTHERS.get(surname, names.RUSSIAN)
    mother = rng.choice(kin.mothers)
    if not kin.fathers:
        return _Family(surname, kin, "", "", mother, "")
    father, his_father, her_father = (rng.choice(kin.fathers) for _ in range(3))
    return _Family(
        surname, kin, father, names.patronymic(his_father, male=True), mother, names.patronymic(her_father, male=False)
    )


def _next_family(rng: Random, seated: list[_Family], waiting: list[_Family], grade: int) -> _Family:
    """A family with an elder child for this seat, or a new one."""
    known = [family for family in seated if len(family.grades) == 1 and grade - max(family.grades) >= 2]
    if (known and rng.random() < SIBLING_SHARE) or not waiting:
        return rng.choice(known)
    family = waiting.pop()
    seated.append(family)
    return family


def _child(rng: Random, family: _Family, code: str, school_class: str, grade: int) -> Pupil:
    male = rng.random() < 0.5
    first = rng.choice(family.kin.boys if male else family.kin.girls)
    started = YEAR.start.year - (grade - 1)
    moved_in = grade > 2 and rng.random() < 0.1
    enrolled = date(started + 1, 9, 1) if moved_in else date(started, 9, 1)
    last = family.surname if male else names.feminine(family.surname)
    return Pupil(
        code=code,
        last=last,
        first=first,
        patronymic=names.patronymic(family.father, male=male) if family.father else "",
        birth_date=date(started - 7, 3, 1) + timedelta(days=rng.randrange(365)),
        sex="м" if male else "ж",
        file_no=f"{last[0].replace('Ё', 'Е')}-{rng.randrange(20, 300)}",
        enrolled=enrolled,
        enrolled_order=f"№ {42 if moved_in else 31}-у от 28.08.{enrolled.year}",
        school_class=school_class,
    )


def _guardians(rng: Random, pupil: Pupil, family: _Family) -> list[Guardian]:
    if not family.adults:
        family.adults = _adults(rng, family)
    consent = date(2026, 9, 1) + timedelta(days=rng.randrange(1, 12))
    return [
        Guardian(
            code=f"{pupil.code}-{number}", pupil=pupil.code, name=name, relation=relation, phone=phone, email=email,
            consent=None if rng.random() < 0.06 else max(consent, pupil.enrolled),
        )
        for number, (name, relation, phone, email) in enumerate(family.adults, 1)
    ]  # fmt: skip


def _adults(rng: Random, family: _Family) -> list[tuple[str, str, str, str]]:
    mother = f"{names.feminine(family.surname)} {family.mother} {family.mother_patronymic}".strip()
    father = f"{family.surname} {family.father} {family.father_patronymic}"
    people = [(mother, "мать"), (father, "отец")]
    chance = rng.random()
    if chance < 0.35 or not family.father:
        people = people[:1]
    elif chance < 0.40:
        people = people[1:]
    elif chance < 0.43:
        people = [(mother.replace(family.mother, rng.choice(("Валентина", "Галина", "Нина")), 1), "опекун")]
    return [(name, relation, _phone(rng), _email(rng)) for name, relation in people]


def _phone(rng: Random) -> str:
    return f"+7 900 000-{rng.randrange(100):02d}-{rng.randrange(100):02d}"


def _email(rng: Random) -> str:
    return f"semya{rng.randrange(1000, 10000)}@mail.example" if rng.random() < 0.6 else ""
