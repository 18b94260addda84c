"""Numbers, periods and comparisons read as an official would sign them, at every edge."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils import translation

from bulletins import wording
from bulletins.wording import Against
from hotline.periods import Length, Period, around


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (9_999, "9999"), (10_000, "1万"), (13_982, "1.4万"), (99_960, "10万"), (1_162_189, "116.2万")],
)
def test_from_ten_thousand_on_a_number_is_said_in_wan_with_one_decimal(value: int, said: str) -> None:
    assert wording.number(value) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (105, 100, "环比上升5.0%"),
        (86, 100, "环比下降14.0%"),
        (7, 7, "环比持平"),
        (0, 0, "环比持平"),
        (12, 0, "环比增加12件（上月为零）"),
        (0, 12, "环比下降100.0%"),
        (100_001, 100_000, "环比基本持平"),
        (5, None, ""),
    ],
)
def test_a_number_changes_by_percent_and_by_how_many_where_there_was_nothing(now: int, before: int, said: str) -> None:
    assert wording.counts(now, before, Against.BEFORE) == said


def test_each_comparison_is_called_by_its_name() -> None:
    assert wording.counts(3, 2, Against.YEAR) == "同比上升50.0%"
    assert wording.counts(3, 0, Against.YEAR) == "同比增加3件（上年同期为零）"
    assert wording.counts(3, 2, Against.DAY, Length.DAY) == "较前一日上升50.0%"
    assert wording.counts(3, 0, Against.DAY, Length.DAY) == "较前一日增加3件（前一日为零）"
    assert wording.counts(3, 0, Against.BEFORE, Length.WEEK) == "环比增加3件（上周为零）"


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ("97.3", "96.5", "环比上升0.8个百分点"),
        ("96.5", "97.3", "环比下降0.8个百分点"),
        ("96.5", "96.5", "环比持平"),
        ("96.51", "96.52", "环比持平"),
    ],
)
def test_a_percentage_changes_by_percentage_points(now: str, before: str, said: str) -> None:
    assert wording.points(Decimal(now), Decimal(before), Against.BEFORE) == said


def test_a_percentage_with_nothing_to_divide_is_not_compared() -> None:
    assert wording.points(None, Decimal(5), Against.BEFORE) == ""
    assert wording.points(Decimal(5), None, Against.YEAR) == ""
    assert wording.part(3, 0) == "—"
    assert wording.part(1, 3) == "33.3%"


def test_differences_and_lists() -> None:
    assert [wording.difference(n) for n in (37, -4, 0)] == ["增加37件", "减少4件", "持平"]
    assert wording.listed(["甲", "乙"]) == "甲、乙"
    assert wording.joined(["甲", "", "乙"]) == "甲，乙"


def test_periods_and_dates() -> None:
    day = dt.date(2026, 11, 20)
    assert wording.date(day) == "2026年11月20日"
    assert wording.period(around(day, Length.WEEK)) == "2026年第47周"
    assert wording.period(around(dt.date(2027, 1, 1), Length.WEEK)) == "2026年第53周"
    assert wording.period(around(day, Length.MONTH)) == "2026年11月"
    assert wording.days(around(day, Length.WEEK)) == "2026年11月16日至22日"
    assert wording.days(around(dt.date(2026, 12, 31), Length.WEEK)) == "2026年12月28日至2027年1月3日"
    assert wording.days(Period(dt.date(2026, 10, 30), dt.date(2026, 11, 2))) == "2026年10月30日至11月2日"
    assert wording.days(around(day, Length.DAY)) == "2026年11月20日"


def test_issues_and_spans() -> None:
    assert wording.issue(12) == "第12期"
    assert wording.issue(None) == "第—期"
    assert wording.span(20) == "1分钟"
    assert wording.span(3 * 3600 + 20 * 60) == "3小时20分钟"
    assert wording.span(2 * 86400 + 3600 * 4 + 60) == "2天4小时"


def test_the_same_in_english() -> None:
    with translation.override("en"):
        assert wording.number(13_982) == "13,982"
        assert wording.counts(105, 100, Against.BEFORE) == "up by 5.0% on the period before"
        assert wording.points(Decimal(97), Decimal(96), Against.YEAR) == (
            "up by 1.0 percentage points on the year before"
        )
        assert wording.period(around(dt.date(2026, 11, 20), Length.WEEK)) == "2026, week 47"
