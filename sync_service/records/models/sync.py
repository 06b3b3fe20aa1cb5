"""Working state of the sync: what was last seen in the books and what waits there. Not history, never in the ledger."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from sync_service.records.models.base import SHORT


class BookState(models.Model):
    """What a book was when it was last read."""

    book = models.TextField(primary_key=True)  # identity from «_journal»
    ref = models.TextField()
    name = models.TextField()
    version = models.TextField()
    tab_versions = models.JSONField()  # by title
    titles = models.JSONField()  # by tab key
    generation = models.IntegerField(default=0)  # as «_journal» says; a copy of last year's book says less
    read_at = models.DateTimeField(null=True)
    settle_at = models.DateTimeField(null=True)  # when to read again what was still being typed
    waiting = models.BooleanField()
    trouble = models.TextField()
    trouble_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.book


class Bookmark(models.Model):
    """Where the looks at the place of the books have come to: one row, moved together with what was read."""

    place = models.TextField(primary_key=True)
    text = models.TextField()  # only the place itself understands it

    def __str__(self) -> str:
        return self.place


class Baseline(models.Model):
    """What a teacher's cell said when it was last accepted. Blank cells have no row."""

    tab = models.TextField()
    slot = models.TextField()  # str(Slot)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tab", "slot"], name="one_baseline")]

    def __str__(self) -> str:
        return f"{self.tab} {self.slot}"


class Sighting(models.Model):
    """What a cell was seen to say and nobody has accepted yet: it may still be half typed, or undone."""

    book = models.TextField()
    tab = models.TextField()
    slot = models.TextField()  # str(Slot)
    words = models.TextField()
    seen_at = models.DateTimeField()  # when first seen in these words

    class Meta:
        indexes: ClassVar = [models.Index(fields=["book", "tab"], name="sighting_by_tab")]

    def __str__(self) -> str:
        return f"{self.tab} {self.slot} {self.words}"


class StandingProblem(models.Model):
    """A problem that stands in a book, and after it was put right, the memory of it (`closed_at`)."""

    book = models.TextField()
    tab = models.TextField()  # tab key
    identity = models.TextField()  # what makes it the same problem in the next pass
    code = models.CharField(max_length=SHORT)
    place_tab = models.TextField()
    place_a1 = models.CharField(max_length=SHORT)
    place_who = models.TextField()
    read = models.TextField()
    kept = models.TextField()
    detail = models.TextField()
    slot = models.TextField()  # str(Slot) or ""
    since = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["book", "tab", "identity"], condition=Q(closed_at=None), name="one_standing_problem"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tab} {self.identity}"


class Hold(models.Model):
    """A tab or book (`tab` empty) whose changes wait for a human."""

    book = models.TextField()
    tab = models.TextField()
    code = models.CharField(max_length=SHORT)
    detail = models.TextField()
    digest = models.TextField()  # the content that was refused
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=SHORT)  # released, healed, replaced, closed
    by = models.TextField()
    reason = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "tab"], condition=Q(closed_at=None), name="one_open_hold"),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.tab} {self.code}"


class JobRun(models.Model):
    """One run of something that is due at times: `due` is the moment it was due at, not when it ran."""

    name = models.CharField(max_length=SHORT)
    due = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=SHORT)
    detail = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "due"], name="job_by_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.due}"
