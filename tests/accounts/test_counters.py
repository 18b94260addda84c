"""Counters of what was done of late."""

import datetime as dt
import uuid

import pytest

from accounts import counters


@pytest.fixture
def who() -> str:
    return str(uuid.uuid4())


def test_acts_are_counted_by_what_and_who_and_begin_anew_with_the_span(stopped_clock, who):
    assert [counters.hit("looks", who, 60) for _ in range(3)] == [1, 2, 3]
    assert counters.seen("looks", who, 60) == 3
    assert counters.seen("reports", who, 60) == counters.seen("looks", f"{who} too", 60) == 0
    stopped_clock.shift(dt.timedelta(seconds=60))
    assert counters.hit("looks", who, 60) == 1


def test_what_may_be_once_is_not_twice_across_the_border_of_a_span(stopped_clock, who):
    assert counters.is_first("spent", who, 1800)
    stopped_clock.shift(dt.timedelta(seconds=1800))
    assert not counters.is_first("spent", who, 1800), "it is Redis that forgets, in its own time"


def test_neighbours_of_one_connection_count_together_whatever_version():
    assert counters.network("2001:db8:1:2:3::4") == counters.network("2001:db8:1:2::9")
    assert counters.network("::ffff:192.0.2.1") == "192.0.2.1"
