"""When rounds begin and end: across month ends, leap years, years and holidays."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admission.rounds import due_at, round_dates, rounds_a_week
from grids.calendar import WorkingCalendar, parse_office_hours

D = dt.date
CHINA = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(D(2024, 1, 1), D(2035, 12, 31))


def test_a_task_that_comes_once_has_one_round():
    assert round_dates("once", D(2026, 3, 2), D(2026, 3, 2)) == [D(2026, 3, 2)]


def test_a_weekly_task_keeps_its_weekday_over_the_end_of_a_year():
    days = round_dates("weekly", D(2026, 12, 21), D(2027, 1, 11))
    assert days == [D(2026, 12, 21), D(2026, 12, 28), D(2027, 1, 4), D(2027, 1, 11)]


def test_a_monthly_task_of_the_31st_takes_the_last_day_of_shorter_months_and_comes_back_to_the_31st():
    days = round_dates("monthly", D(2026, 10, 31), D(2027, 5, 31))
    ends = [(2026, 10, 31), (2026, 11, 30), (2026, 12, 31), (2027, 1, 31), (2027, 2, 28), (2027, 3, 31)]
    assert days == [D(*end) for end in [*ends, (2027, 4, 30), (2027, 5, 31)]]


def test_a_monthly_task_of_the_30th_ends_february_of_a_leap_year_on_the_29th():
    assert round_dates("monthly", D(2028, 1, 30), D(2028, 3, 30)) == [D(2028, 1, 30), D(2028, 2, 29), D(2028, 3, 30)]


def test_a_month_whose_day_lies_after_the_end_of_the_period_has_no_round():
    assert round_dates("monthly", D(2026, 1, 15), D(2026, 3, 14)) == [D(2026, 1, 15), D(2026, 2, 15)]
    assert round_dates("weekly", D(2026, 1, 2), D(2026, 1, 1)) == []


@given(first=DAYS, length=st.integers(0, 366), rhythm=st.sampled_from(["once", "weekly", "monthly"]))
def test_rounds_rise_lie_in_the_period_and_begin_with_its_first_day(first, length, rhythm):
    last = first + dt.timedelta(days=length)
    days = round_dates(rhythm, first, last)
    assert days[0] == first
    assert days == sorted(set(days))
    assert all(first <= day <= last for day in days)
    if rhythm == "monthly":
        assert [day.year * 12 + day.month for day in days] == list(
            range(first.year * 12 + first.month, first.year * 12 + first.month + len(days))
        )


def calendar(**days: str) -> WorkingCalendar:
    exceptions = {dt.date.fromisoformat(day.replace("_", "-")[1:]): kind for day, kind in days.items()}
    return WorkingCalendar(exceptions, parse_office_hours("08:30-12:00,13:30-17:30"), CHINA)


def test_a_round_ends_with_the_office_so_many_working_days_after_it_began():
    # Monday 28 September + 3 working days, 1-7 October are holidays but the calendar of this test makes 1 and 2 so.
    free = calendar(d2026_10_01="holiday", d2026_10_02="holiday")
    assert due_at(D(2026, 9, 28), 3, "working_day", free) == dt.datetime(2026, 10, 5, 17, 30, tzinfo=CHINA)
    assert due_at(D(2026, 9, 28), 2, "working_day", free) == dt.datetime(2026, 9, 30, 17, 30, tzinfo=CHINA)


def test_calendar_days_run_over_weekends_and_a_round_may_begin_on_a_sunday():
    assert due_at(D(2026, 11, 22), 3, "calendar_day", calendar()) == dt.datetime(2026, 11, 25, 17, 30, tzinfo=CHINA)
    assert due_at(D(2026, 11, 22), 1, "working_day", calendar()) == dt.datetime(2026, 11, 24, 17, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("rhythm", "value", "unit", "expected"),
    [
        ("weekly", 5, "working_day", 1.0),
        ("monthly", 10, "working_day", 12 / 52),
        ("once", 5, "working_day", 1.0),
        ("once", 3, "calendar_day", 1.0),
        ("once", 10, "working_day", 0.5),
        ("once", 28, "calendar_day", 0.25),
    ],
)
def test_what_comes_once_is_spread_over_the_weeks_it_may_take(rhythm, value, unit, expected):
    assert rounds_a_week(rhythm, value, unit) == pytest.approx(expected)
