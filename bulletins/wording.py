"""Numbers, periods and comparisons as a briefing says them, in the language in force. No database.

环比 compares with the period before, 同比 with the same period a year earlier. Numbers change by percent, percentages
by percentage points (百分点). Where there is nothing to divide by, that is said instead of a percentage.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from hotline.periods import Length, Period

TEN_THOUSAND = 10_000
TENTH = Decimal("0.1")
DASH = "—"
ORDERS, ENTRIES = "件", "条"
"""Measure words."""


class Against(models.TextChoices):
    """What a figure is compared with: how the comparison is called."""

    DAY = "day", gettext_lazy("on the day before")
    BEFORE = "before", gettext_lazy("on the period before")
    YEAR = "year", gettext_lazy("on the year before")


EMPTY_BEFORE = {
    Length.DAY: gettext_lazy("the day before was zero"),
    Length.WEEK: gettext_lazy("the week before was zero"),
    Length.MONTH: gettext_lazy("the month before was zero"),
}


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def number(value: int) -> str:
    """Write a number for a sentence: in Chinese from ten thousand on in 万 with one decimal (13,982 is 1.4万)."""
    if not is_chinese():
        return f"{value:,}"
    if abs(value) < TEN_THOUSAND:
        return str(value)
    return f"{_trimmed(_rounded(Decimal(value) / TEN_THOUSAND))}万"


def percent(value: Decimal | None) -> str:
    """Write a percentage with one decimal; a dash where there is nothing to divide."""
    return DASH if value is None else f"{_rounded(value)}%"


def part(numerator: int, denominator: int) -> str:
    """Write what share one number is of another, in percent."""
    return percent(Decimal(numerator) * 100 / denominator if denominator else None)


def counted(value: int, unit: str = ORDERS) -> str:
    """Write a number with the measure word that Chinese puts behind it: 37件, 3条."""
    return f"{number(value)}{unit}" if is_chinese() else number(value)


def counts(now: int, before: int | None, against: str, length: str = Length.MONTH, unit: str = ORDERS) -> str:
    """Say how a number changed: by percent, and by how many where there was nothing before; "" without comparison."""
    if before is None:
        return ""
    name = str(Against(against).label)
    if now == before:
        return _("unchanged %(against)s") % {"against": name}
    if not before:
        said = _("the same time of the year before was zero") if against == Against.YEAR else _zero(length)
        return _("up by %(number)s %(against)s (%(zero)s)") % {
            **{"number": counted(now, unit), "against": name, "zero": said}
        }
    size = _rounded(abs(Decimal(now - before)) * 100 / before)
    if not size:
        return _("almost unchanged %(against)s") % {"against": name}
    given = {"against": name, "percent": f"{size}%"}
    return _("up by %(percent)s %(against)s") % given if now > before else _("down by %(percent)s %(against)s") % given


def points(now: Decimal | None, before: Decimal | None, against: str) -> str:
    """Say by how many percentage points a percentage changed; "" where one of both has nothing to divide."""
    if now is None or before is None:
        return ""
    size, name = abs(_rounded(now) - _rounded(before)), str(Against(against).label)
    if not size:
        return _("unchanged %(against)s") % {"against": name}
    given = {"points": str(size), "against": name}
    if now > before:
        return _("up by %(points)s percentage points %(against)s") % given
    return _("down by %(points)s percentage points %(against)s") % given


def difference(change: int, unit: str = ORDERS) -> str:
    """Say by how many a number grew or fell."""
    if not change:
        return pgettext("difference", "unchanged")
    given = {"number": counted(abs(change), unit)}
    return (_("%(number)s more") if change > 0 else _("%(number)s fewer")) % given


def signed(change: int) -> str:
    """Write a change in a table: +9, -1, and 0 without a sign."""
    return f"{change:+d}" if change else "0"


def listed(parts: Iterable[str]) -> str:
    """Join things of one kind: with 、 in Chinese."""
    return ("、" if is_chinese() else ", ").join(parts)


def joined(clauses: Iterable[str]) -> str:
    """Join clauses of a sentence, leaving out empty ones."""
    return ("，" if is_chinese() else ", ").join(clause for clause in clauses if clause)


def date(day: dt.date) -> str:
    """Write a date: 2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日" if is_chinese() else day.isoformat()


def days(period: Period) -> str:
    """Write the days of a period, the year once: 2026年11月16日至22日."""
    first, last = period.first, period.last
    if first == last:
        return date(first)
    if not is_chinese():
        return f"{first.isoformat()} – {last.isoformat()}"
    if first.year != last.year:
        return f"{date(first)}至{date(last)}"
    return f"{date(first)}至{f'{last.month}月' if first.month != last.month else ''}{last.day}日"


def period(given: Period) -> str:
    """Name a period as titles do: the day, 2026年第47周 (ISO 8601, so that a week has one year), 2026年10月."""
    if given.length == Length.WEEK:
        year, week, _day = given.first.isocalendar()
        return f"{year}年第{week}周" if is_chinese() else f"{year}, week {week}"
    if given.length == Length.MONTH:
        return f"{given.first.year}年{given.first.month}月" if is_chinese() else f"{given.first:%Y-%m}"
    return days(given)


def issue(value: int | None) -> str:
    """Write the number of an issue: 第12期; that of a draft is open."""
    return _("No. %(number)s") % {"number": value if value is not None else DASH}


def span(seconds: int) -> str:
    """Write how long something took: days and hours from a day on, hours and minutes below."""
    minutes = max(1, round(seconds / 60))
    day, rest = divmod(minutes, 24 * 60)
    hour, minute = divmod(rest, 60)
    units = [(day, _("%(n)s d")), (hour, _("%(n)s h")), (minute if not day else 0, _("%(n)s min"))]
    said = [words % {"n": n} for n, words in units if n]
    return ("" if is_chinese() else " ").join(said)


def _zero(length: str) -> str:
    return str(EMPTY_BEFORE.get(Length(length), gettext_lazy("the period before was zero")))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(TENTH, rounding=ROUND_HALF_UP)


def _trimmed(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if whole == value else value
