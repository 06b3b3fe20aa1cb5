"""What the deputy keeps of the staff: absences, substitutions, timesheet, remarks (DOMAIN 2.9, 2.10)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sync_service.records.models.base import SHORT, DirectoryRow, refers_to


class StaffAbsence(DirectoryRow):
    """A row of «Отсутствия», both days included."""

    employee = refers_to("Employee")
    start = models.DateField()
    end = models.DateField()
    code = models.TextField()
    document = models.TextField()


class Substitution(DirectoryRow):
    """A row of «Замены»: one planned lesson that its teacher did not give. Key is day, number and course in words."""

    date = models.DateField()
    slot = models.PositiveSmallIntegerField()
    school_class = refers_to("SchoolClass")
    other_classes = models.JSONField(default=list)
    subject = refers_to("Subject")
    group = models.TextField()
    absent = refers_to("Employee")
    kind = models.CharField(max_length=SHORT)
    substitute = refers_to("Employee", null=True)
    taught = refers_to("Subject", null=True)
    order = models.TextField()
    note = models.TextField()


class TimesheetDay(models.Model):
    """One code of one employee's day in the timesheet; `source` says what it was computed from."""

    employee = refers_to("Employee")
    date = models.DateField()
    code = models.TextField()
    hours = models.DecimalField(max_digits=5, decimal_places=2)
    source = models.CharField(max_length=SHORT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["employee", "date", "code"], name="one_timesheet_code"),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.date} {self.code}"


class Remark(models.Model):
    """Something a person should put right by a day: «Замечания по ведению журнала» (R20)."""

    rule = models.CharField(max_length=SHORT)
    addressee = refers_to("Employee")
    course = refers_to("Course", null=True)
    lesson = refers_to("Lesson", null=True)
    message = models.TextField()
    found_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.rule} {self.addressee_id}"
