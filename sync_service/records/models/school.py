"""What the office keeps: the school book as tables (DOMAIN 2.2). Columns are named as in domain/school.py."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sync_service.records.models.base import SHORT, DirectoryRow, refers_to


class School(DirectoryRow):
    """One row, key «school»."""

    title = models.TextField()
    director = models.TextField()
    deputy = models.TextField()
    time_zone = models.TextField()


class SchoolYear(DirectoryRow):
    """Key is the title, «2026/2027»."""

    start = models.DateField()
    end = models.DateField()
    six_day_week = models.BooleanField()


class Period(DirectoryRow):
    """A quarter of a year: key is year, term and the grades, if not all."""

    year = refers_to("SchoolYear")
    term = models.CharField(max_length=2)
    title = models.TextField()
    start = models.DateField()
    end = models.DateField()
    grades = models.JSONField()


class ClosedTerm(DirectoryRow):
    """A quarter closed for a class: key is year, term, class. `changed_at` is when; withdrawn: opened again."""

    year = refers_to("SchoolYear")
    term = models.CharField(max_length=2)
    school_class = refers_to("SchoolClass")
    by = models.TextField()
    reason = models.TextField()


class Holiday(DirectoryRow):
    """Days without lessons: key is year, first day, title and for whom."""

    year = refers_to("SchoolYear")
    start = models.DateField()
    end = models.DateField()
    kind = models.CharField(max_length=SHORT)
    title = models.TextField()
    grades = models.JSONField()
    classes = models.JSONField(default=list)


class WorkingDay(DirectoryRow):
    """A day worked by the timetable of another weekday: key is year, day, title and for whom."""

    year = refers_to("SchoolYear")
    day = models.DateField()
    weekday = models.PositiveSmallIntegerField()  # Monday is 1
    title = models.TextField()
    grades = models.JSONField()
    classes = models.JSONField()


class Bell(DirectoryRow):
    slot = models.PositiveSmallIntegerField()
    start = models.TimeField()
    end = models.TimeField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)


class Employee(DirectoryRow):
    last = models.TextField()
    first = models.TextField()
    patronymic = models.TextField()
    position = models.TextField()
    staff_no = models.TextField()
    rate = models.DecimalField(max_digits=6, decimal_places=3)
    email = models.TextField()
    sort_key = models.TextField()


class Subject(DirectoryRow):
    """Key is the title."""

    short = models.TextField()
    marking = models.CharField(max_length=SHORT)
    marked_from_grade = models.PositiveSmallIntegerField()


class SchoolClass(DirectoryRow):
    """Key is «9А»: the same row from year to year; who was in it when is told by ClassMembership."""

    grade = models.PositiveSmallIntegerField()
    teacher = refers_to("Employee")


class WorkType(DirectoryRow):
    """Key is the short name, «КР»."""

    title = models.TextField()
    weight = models.PositiveSmallIntegerField()
    counts = models.BooleanField()
    mark_days = models.PositiveSmallIntegerField()
    two_marks = models.BooleanField()
    assessment = models.BooleanField(null=True)
    minutes = models.PositiveSmallIntegerField(null=True)


class PolicyValue(DirectoryRow):
    """A row of «Правила»: key is the name of the field of domain.policy.Policy, `value` as that field is written."""

    value = models.JSONField()
    act = models.TextField()
    since = models.DateField(null=True)


class Course(DirectoryRow):
    """A row of the load: class or group x subject x teacher. `group` empty means the whole class.

    `other_classes` are codes of classes, as they were when the row was read."""

    title = models.TextField()
    kind = models.CharField(max_length=SHORT)
    school_class = refers_to("SchoolClass")
    other_classes = models.JSONField(default=list)
    grade = models.PositiveSmallIntegerField()
    subject = refers_to("Subject")
    group = models.TextField()
    teacher = refers_to("Employee")
    marking = models.CharField(max_length=SHORT)
    hours_per_week = models.DecimalField(max_digits=6, decimal_places=3)
    since = models.DateField()
    until = models.DateField(null=True)


class TimetableRow(DirectoryRow):
    since = models.DateField()
    weekday = models.PositiveSmallIntegerField()  # Monday is 1
    slot = models.PositiveSmallIntegerField()
    course = refers_to("Course")
    room = models.TextField()

    class Meta(DirectoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "since", "weekday", "slot"], name="one_timetable_row"),
        ]


class PlanItem(DirectoryRow):
    """A row of the thematic plan (КТП)."""

    course = refers_to("Course")
    seq = models.PositiveSmallIntegerField()
    section = models.TextField()
    topic = models.TextField()
    homework = models.TextField()
    minutes = models.PositiveSmallIntegerField(null=True)
    control = models.TextField()

    class Meta(DirectoryRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "seq"], name="one_plan_item")]
