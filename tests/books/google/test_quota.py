"""The quota is never exceeded, and never waited for in vain."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.books.google.quota import MINUTE, QuotaSpent, TokenBucket


class VirtualTime:
    """A clock that only sleeping and the test move."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


STEPS = st.lists(
    st.tuples(
        st.floats(0, 90, allow_subnormal=False),  # seconds that pass before the call
        st.sampled_from([0.0, 0.5, 10.0, 59.9, 60.0, 120.0]),  # its patience
    ),
    max_size=60,
)


@given(per_minute=st.integers(1, 6), steps=STEPS)
def test_no_sequence_of_calls_exceeds_the_quota_in_any_minute(
    per_minute: int, steps: list[tuple[float, float]]
) -> None:
    time = VirtualTime()
    bucket = TokenBucket(per_minute, clock=time.clock, sleep=time.sleep)
    moments = []
    for step, patience in steps:
        time.now += step
        asked, spare = time.now, bucket.spare()
        try:
            bucket.take(patience)
        except QuotaSpent:
            assert (time.now, spare) == (asked, 0)  # nothing was waited for in vain
        else:
            assert time.now <= asked + patience
            assert time.now == asked or spare == 0  # waits only when nothing is spare
            moments.append(time.now)
    for first, beyond in zip(moments, moments[per_minute:], strict=False):
        assert first + MINUTE <= beyond


def test_what_is_spare_comes_back_a_minute_after_it_was_taken() -> None:
    time = VirtualTime()
    bucket = TokenBucket(2, clock=time.clock, sleep=time.sleep)
    bucket.take(0)
    time.now += 30
    assert bucket.take(0) == 0
    assert bucket.spare() == 0
    with pytest.raises(QuotaSpent) as spent:
        bucket.take(29.5)
    assert spent.value.wait == 30
    assert bucket.take(30) == 30
    assert time.slept == [30]
    time.now += 30
    assert bucket.spare() == 1


def test_threads_share_one_quota() -> None:
    bucket = TokenBucket(50, clock=lambda: 0.0)
    refused: list[QuotaSpent] = []

    def take_twenty() -> None:
        for _ in range(20):
            try:
                bucket.take(0)
            except QuotaSpent as spent:
                refused.append(spent)

    threads = [threading.Thread(target=take_twenty) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 80 - 50
