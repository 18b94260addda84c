"""What a period is compared with."""

import datetime as dt

from hotline.periods import Length, around
from insights.stretches import stretch


def test_a_running_month_is_compared_with_as_many_days_of_the_others() -> None:
    month = around(dt.date(2026, 3, 31), Length.MONTH)
    shown = stretch(month, dt.date(2026, 3, 30))
    assert (shown.now.first, shown.now.last, shown.days) == (dt.date(2026, 3, 1), dt.date(2026, 3, 30), 30)
    assert (shown.before.first, shown.before.last) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert (shown.year_before.first, shown.year_before.last) == (dt.date(2025, 3, 1), dt.date(2025, 3, 30))
    assert shown.is_running


def test_a_month_that_is_over_is_compared_with_whole_ones() -> None:
    month = around(dt.date(2026, 3, 31), Length.MONTH)
    shown = stretch(month, dt.date(2026, 3, 31))
    assert not shown.is_running
    assert shown.now == month
    assert (shown.before.first, shown.before.last) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
