"""Logs: rows are only added. The ledger alone is the history of the record, and triggers guard it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sync_service.records.models.base import SHORT


class LedgerRow(models.Model):
    """A fact that was accepted. `old` and `new` are canonical JSON; None: the thing did not exist or was withdrawn.

    The database refuses UPDATE and DELETE (triggers.py)."""

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    channel = models.CharField(max_length=SHORT)  # sheet, web, import, command
    kind = models.CharField(max_length=SHORT)
    key = models.TextField()
    old = models.TextField(null=True)  # noqa: DJ001 - None and "" are different facts
    new = models.TextField(null=True)  # noqa: DJ001
    book = models.TextField()
    place = models.TextField()
    reason = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "key"], name="ledger_by_key"),
            models.Index(fields=["at"], name="ledger_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.key}"


class AccessLog(models.Model):
    """Who looked at whose personal data (DOMAIN 2.14)."""

    at = models.DateTimeField()
    login = models.TextField()
    role = models.CharField(max_length=SHORT)
    action = models.CharField(max_length=SHORT)
    subject = models.TextField()  # pupil or class code, report name
    address = models.CharField(max_length=SHORT)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="access_by_moment")]

    def __str__(self) -> str:
        return f"{self.at} {self.login} {self.action} {self.subject}"


class BackupRun(models.Model):
    """A line of «Акт резервного копирования» (R19)."""

    kind = models.CharField(max_length=SHORT)  # неделя, месяц
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    name = models.TextField()
    size = models.PositiveBigIntegerField(null=True)  # bytes
    sha256 = models.CharField(max_length=64)
    medium_1 = models.TextField()
    medium_2 = models.TextField()
    verified_at = models.DateTimeField(null=True)
    restored_test_at = models.DateTimeField(null=True)
    responsible = models.TextField()
    trouble = models.TextField()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
