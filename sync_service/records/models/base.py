"""What every projection of the ledger has in common.

The natural key is the primary key, so a foreign key column reads «c017» or «9А» by itself, an upsert needs no look-up,
and nothing about a row depends on the order in which rows came. Foreign keys are checked at commit (Django defers
them on both databases): facts of one transaction may come in any order.
"""

from __future__ import annotations

from django.db import models

SHORT = 50  # of codes that the service itself chooses; whatever people type is TextField, as long as they like


def refers_to(model: str, **options: object) -> models.ForeignKey:
    """A reference by natural key. PROTECT, because nothing in the record is ever physically deleted."""
    return models.ForeignKey(model, on_delete=models.PROTECT, related_name="+", **options)


class Projected(models.Model):
    """A row that replaying the ledger rebuilds. The moments are those of ledger rows, never of the rebuilding."""

    key = models.TextField(primary_key=True)
    recorded_at = models.DateTimeField()  # of the first fact about this key
    changed_at = models.DateTimeField()  # of the last

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class DirectoryRow(Projected):
    """A row of what the office or a class teacher keeps. Withdrawn rows stay: old marks and lessons refer to them."""

    withdrawn_at = models.DateTimeField(null=True)

    class Meta(Projected.Meta):
        abstract = True
