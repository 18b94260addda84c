"""Working-day arithmetic against the vectors of DOMAIN.md §2.10 and the laws that any calendar keeps."""

import datetime as dt
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from grids.calendar import WorkingCalendar, load_calendar, parse_office_hours
from grids.models import CalendarDay, DayKind

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = parse_office_hours("08:30-12:00,13:30-17:30")
YEAR = [dt.date(2026, 1, 1) + dt.timedelta(n) for n in range(365)]
CALENDAR = WorkingCalendar(
    {day: DayKind.WORKDAY if chinese_calendar.is_workday(day) else DayKind.HOLIDAY for day in YEAR}, OFFICE, ZONE
)
MOMENTS = st.integers(0, 270 * 24 * 60).map(lambda n: dt.datetime(2026, 1, 1, tzinfo=ZONE) + dt.timedelta(minutes=n))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-02-12 10:00", "2026-02-26 10:00"),
        ("2026-04-30 16:00", "2026-05-11 16:00"),
        ("2026-09-18 09:00", "2026-09-24 09:00"),
        ("2026-09-30 09:00", "2026-10-13 09:00"),
    ],
)
def test_five_working_days_over_holidays_and_make_up_days(start, due):
    assert CALENDAR.add(at(start), 5, "working_day") == at(due)


def test_a_start_after_hours_or_on_a_holiday_moves_to_the_next_opening():
    assert CALENDAR.add(at("2026-11-20 18:00"), 1, "working_day") == at("2026-11-24 08:30")
    assert CALENDAR.add(at("2026-11-21 10:00"), 1, "working_hour") == at("2026-11-23 09:30")


def test_working_hours_skip_the_lunch_break_and_the_night():
    assert CALENDAR.add(at("2026-11-19 11:00"), 2, "working_hour") == at("2026-11-19 14:30")
    assert CALENDAR.add(at("2026-11-19 11:00"), 8, "working_hour") == at("2026-11-20 11:30")


def test_calendar_days_and_hours_run_through():
    assert CALENDAR.add(at("2026-10-01 10:00"), 1, "calendar_day") == at("2026-10-02 10:00")
    assert CALENDAR.add(at("2026-10-01 23:00"), 2, "hour") == at("2026-10-02 01:00")


def test_a_year_without_rows_follows_monday_to_friday():
    assert CALENDAR.add(at("2027-02-05 10:00"), 1, "working_day") == at("2027-02-08 10:00")


def test_a_pause_moves_the_deadline_by_the_working_time_it_took():
    due = at("2026-11-19 16:00")
    assert CALENDAR.shift(due, at("2026-11-17 09:00"), at("2026-11-18 09:00"), "working_day") == at("2026-11-20 16:00")
    assert CALENDAR.shift(due, at("2026-11-21 09:00"), at("2026-11-22 09:00"), "working_day") == due


@given(MOMENTS, st.integers(1, 40))
def test_a_later_start_never_gives_an_earlier_deadline(start, days):
    for unit in ("working_day", "working_hour"):
        assert CALENDAR.add(start, days, unit) <= CALENDAR.add(start + dt.timedelta(hours=3), days, unit)


@given(MOMENTS, st.integers(0, 200_000))
def test_adding_working_seconds_and_counting_them_agree(start, seconds):
    end = CALENDAR.add_working_seconds(start, seconds)
    assert CALENDAR.working_seconds(start, end) == seconds


@given(MOMENTS, st.integers(1, 20))
def test_deadlines_fall_into_office_days(start, days):
    assert CALENDAR.is_workday(CALENDAR.add(start, days, "working_day").date())


@pytest.mark.parametrize("text", ["", "8-12", "08:30-12:00,11:00-17:30", "12:00-08:30"])
def test_office_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(ImproperlyConfigured, match="OFFICE_HOURS"):
        parse_office_hours(text)


@pytest.mark.django_db
def test_an_edited_day_counts_at_once():
    friday = at("2026-11-20 10:00")
    assert load_calendar().add(friday, 1, "working_day") == at("2026-11-23 10:00")
    CalendarDay.objects.create(date=dt.date(2026, 11, 23), kind=DayKind.HOLIDAY, source="test")
    assert load_calendar().add(friday, 1, "working_day") == at("2026-11-24 10:00")
    CalendarDay.objects.update(kind=DayKind.WORKDAY)
    assert load_calendar().add(friday, 1, "working_day") == at("2026-11-23 10:00")
