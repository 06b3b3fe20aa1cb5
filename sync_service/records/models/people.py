"""Pupils and their families: personal data (DOMAIN 2.14), kept here and in the roster books and nowhere else."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from sync_service.records.models.base import SHORT, DirectoryRow, Projected, refers_to


class Pupil(DirectoryRow):
    """`school_class` is the class of today; ClassMembership tells the history."""

    last = models.TextField()
    first = models.TextField()
    patronymic = models.TextField()
    birth_date = models.DateField(null=True)
    sex = models.TextField()
    file_no = models.TextField()
    enrolled = models.DateField()
    enrolled_order = models.TextField()
    left = models.DateField(null=True)
    left_order = models.TextField()
    status = models.CharField(max_length=SHORT)
    school_class = refers_to("SchoolClass")
    sort_key = models.TextField()


class ClassMembership(Projected):
    """A pupil in a class from a day on, `until` excluded. Key is pupil and number; follows from the facts of the pupil.

    A pupil who moves keeps his marks, and reports of the old months still find him in the old class (DOMAIN 2.2)."""

    pupil = refers_to("Pupil")
    number = models.PositiveSmallIntegerField()
    school_class = refers_to("SchoolClass")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta(Projected.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pupil", "number"], name="one_membership"),
        ]


class Guardian(DirectoryRow):
    pupil = refers_to("Pupil")
    name = models.TextField()
    relation = models.TextField()
    phone = models.TextField()
    email = models.TextField()
    consent = models.DateField(null=True)


class GroupMember(DirectoryRow):
    """A pupil in a subgroup of a subject from a day on, `until` excluded."""

    pupil = refers_to("Pupil")
    subject = refers_to("Subject")
    group = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta(DirectoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pupil", "subject", "since"], condition=Q(withdrawn_at=None), name="one_group_at_a_time"
            ),
        ]
