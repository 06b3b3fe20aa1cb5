"""The journal itself. `text` is the canonical text of the slot (domain/slots.py), "" once it has been retracted;
the other columns say the same in parts that queries can count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sync_service.records.models.base import SHORT, DirectoryRow, Projected, refers_to


class Lesson(DirectoryRow):
    """A lesson: what the timetable planned and what the teacher's log tells.

    `date` and `slot` are those that hold: typed if typed, else planned. The moments are those of the first ledger row
    that gave the fact; a later correction does not make a lesson late."""

    course = refers_to("Course")
    seq = models.PositiveSmallIntegerField()
    planned_date = models.DateField()
    planned_slot = models.PositiveSmallIntegerField()
    typed_date = models.DateField(null=True)
    typed_slot = models.PositiveSmallIntegerField(null=True)
    date = models.DateField()
    slot = models.PositiveSmallIntegerField()
    held = models.BooleanField(null=True)
    topic = models.TextField()
    homework = models.TextField()
    homework_due = models.DateField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    work_type = models.TextField()
    form = models.TextField()
    hours = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    held_at = models.DateTimeField(null=True)
    topic_at = models.DateTimeField(null=True)
    homework_at = models.DateTimeField(null=True)

    class Meta(DirectoryRow.Meta):
        indexes: ClassVar = [models.Index(fields=["date", "course"], name="lesson_by_date")]


class Entry(Projected):
    """One cell of the grid. Key is pupil and lesson."""

    pupil = refers_to("Pupil")
    lesson = refers_to("Lesson")
    text = models.CharField(max_length=SHORT)
    marks = models.JSONField()  # whole numbers
    absence = models.CharField(max_length=SHORT)
    verdict = models.CharField(max_length=SHORT)
    debt = models.BooleanField()

    class Meta(Projected.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["pupil", "lesson"], name="one_entry")]


class FinalMark(Projected):
    """Quarter, year, exam or final mark. Key is pupil, course and term.

    `grounds` is what its teacher says for it; `order_ref` the order that they name."""

    pupil = refers_to("Pupil")
    course = refers_to("Course")
    term = models.CharField(max_length=2)
    text = models.CharField(max_length=SHORT)
    grounds = models.TextField()
    order_ref = models.TextField()

    class Meta(Projected.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pupil", "course", "term"], name="one_final_mark"),
        ]


class RegimeLine(Projected):
    """A line of the regime of an extended-day group. Key is course, term and number."""

    course = refers_to("Course")
    term = models.CharField(max_length=2)
    start = models.TimeField(null=True)
    end = models.TimeField(null=True)
    what = models.TextField()


class AbsenceReason(Projected):
    """What the class teacher knows of a pupil's absence on a day; its code wins over the subject teachers'.

    Key is pupil and date. The document may be a matter of health (DOMAIN 2.14): it never leaves the school."""

    pupil = refers_to("Pupil")
    date = models.DateField()
    code = models.CharField(max_length=SHORT)
    document = models.TextField()

    class Meta(Projected.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["pupil", "date"], name="one_reason")]
