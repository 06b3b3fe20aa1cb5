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
    status_since = models.DateField(null=True)
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
    until_at = models.DateTimeField(null=True)  # when the record learnt of `until`

    class Meta(Projected.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pupil", "number"], name="one_membership"),
        ]


class PupilState(Projected):
    """What a pupil's status was from a day on, `until` excluded. Key is pupil and number; follows from the facts of the
    pupil. Days without a row are days of usual study."""

    pupil = refers_to("Pupil")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=SHORT)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta(Projected.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pupil", "number"], name="one_state"),
        ]


class Guardian(DirectoryRow):
    pupil = refers_to("Pupil")
    name = models.TextField()
    relation = models.TextField()
    phone = models.TextField()
    email = models.TextField()
    consent = models.DateField(null=True)
    withdrawn = models.DateField(null=True)


class Review(DirectoryRow):
    """A line of «Проверка данных» of a class."""

    school_class = refers_to("SchoolClass")
    date = models.DateField()
    who = models.TextField()
    what = models.TextField()


class GroupMember(DirectoryRow):
    """A pupil in a subgroup of a subject from a day on, `until` excluded."""

    pupil = refers_to("Pupil")
    subject = refers_to("Subject")
    group = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)
    enrolled_order = models.TextField()
    left_order = models.TextField()

    class Meta(DirectoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pupil", "subject", "since"], condition=Q(withdrawn_at=None), name="one_group_at_a_time"
            ),
        ]
