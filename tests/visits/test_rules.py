"""The rules of visiting, without a database."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules import Pressing, due_on, next_try, score, window
from visits.states import Basis, NextTry

DAY = dt.date(2026, 3, 2)
DAYS = st.integers(1, 366)
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


def at(hour: int, day: int = 2) -> dt.datetime:
    """Return a moment of March 2026 by the clock in China; the second is a Monday."""
    return dt.datetime(2026, 3, day, hour, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.mark.parametrize(("days", "opens"), [(180, 30), (90, 22), (30, 7), (7, 1), (1, 0)])
def test_the_window_is_the_last_quarter_and_at_most_a_month(days, opens):
    assert window(days) == opens


@given(DAYS)
def test_a_visit_just_made_never_opens_the_next_window_at_once(days):
    assert window(days) < days


@given(DATES, DATES, DAYS, st.none() | DATES, st.integers(0, 10**9))
def test_nobody_is_overdue_from_before_a_rule_began(reached, known, days, since, key):
    for last in (None, reached):
        day = due_on(last, known, days, since, key)
        assert since is None or day >= since


@given(DATES, DAYS, st.integers(0, 10**9))
def test_somebody_never_reached_is_due_within_one_interval(known, days, key):
    assert known <= due_on(None, known, days, None, key) < known + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("tries", "suggested"),
    [
        ([at(10)], NextTry.EVENING),
        ([at(19)], NextTry.WEEKEND),
        ([at(10), at(19)], NextTry.WEEKEND),
        ([at(19), at(10, day=7)], NextTry.PHONE),
        ([at(10), at(19), at(10, day=7)], NextTry.NEIGHBOUR),
    ],
)
def test_after_a_try_in_vain_another_time_is_suggested(tries, suggested):
    assert next_try(tries) == suggested


def test_contact_duties_come_before_care_and_care_before_the_rest():
    contact, care, regular = (score(Pressing(DAY, basis), DAY) for basis in (Basis.CONTACT, Basis.CARE, Basis.REGULAR))
    assert contact > care > regular


def test_the_later_the_sooner_and_what_few_may_know_first():
    late, fresh = (Pressing(DAY - dt.timedelta(days=n), Basis.REGULAR) for n in (40, 1))
    assert score(late, DAY) > score(fresh, DAY)
    discreet = Pressing(DAY, Basis.REGULAR, is_discreet=True)
    assert score(discreet, DAY) > score(Pressing(DAY - dt.timedelta(days=300), Basis.CONTACT, tries=5), DAY)


def test_who_refused_is_not_pressed_at_once():
    plain = Pressing(DAY, Basis.REGULAR)
    assert score(Pressing(DAY, Basis.REGULAR, last_outcome="refused"), DAY) < score(plain, DAY)
