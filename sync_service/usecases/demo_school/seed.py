"""Where the demo school's chance comes from: one seed, one named stream for each purpose.

A stream of its own keeps the people what they are when somebody adds a lesson. A string seeds `Random` by SHA-512, so
a run does not depend on PYTHONHASHSEED.
"""

from __future__ import annotations

from random import Random

SEED = 20260901


def stream(purpose: str) -> Random:
    """The chance of one purpose, the same in every process."""
    return Random(f"{SEED} {purpose}")
