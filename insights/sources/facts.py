"""Shapes that the sources share: days and hours of the district's time zone, and counting by place."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, F, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, ExtractHour, LPad, TruncDate
from django.utils import timezone

from insights.sources import Facts, Raw, Span

NO_KEY = Value("", output_field=CharField())


def between(column: str, span: Span) -> dict[str, dt.datetime]:
    """Return the condition that a moment lies in the span's days."""
    return {f"{column}__gte": midnight(span.first), f"{column}__lt": midnight(span.last + dt.timedelta(days=1))}


def midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def hour(column: str) -> Any:
    """Return the hour of a moment as "00" to "23"."""
    return LPad(Cast(ExtractHour(column), CharField()), 2, Value("0"))


def counted(
    measure: str,
    rows: QuerySet[Any],
    *,
    at: str,
    place: Any = "grid",
    unit: Any = "lead_unit",
    key: Any = NO_KEY,
    total: Any = None,
) -> Facts:
    """Count rows by place, unit (none where it is ""), the day of the moment `at`, and a key; `total` is added up.

    Place and unit are names of foreign keys, or expressions; a key that is missing is "".
    """
    where = F(f"{place}_id") if isinstance(place, str) else place
    whose = F(f"{unit}_id") if isinstance(unit, str) and unit else unit or Cast(Value(None), BigIntegerField())
    by = Coalesce(Cast(key, CharField()), NO_KEY)
    grouped = (
        rows.order_by()
        .annotate(_day=TruncDate(at), _key=by)
        .values(_place=where, _unit=whose, _on=F("_day"), _by=F("_key"))
        .annotate(_count=Count("*"), _total=Sum(total) if total is not None else Value(0))
    )
    facts = grouped.values_list("_place", "_unit", "_on", "_by", "_count", "_total")
    return Facts(measure, facts, Raw(rows, at, where, by))


def days_of(rows: QuerySet[Any], column: str) -> set[dt.date]:
    """Return the days on which moments of these rows lie."""
    known = rows.exclude(**{column: None}).order_by().annotate(_on=TruncDate(column))
    return set(known.values_list("_on", flat=True).distinct())


def newest(rows: QuerySet[Any], column: str, before: dt.datetime | None) -> int:
    """Return the key of the newest of these rows, or of the newest written before a moment by this column."""
    known = rows.filter(**{f"{column}__lt": before}) if before is not None else rows
    return known.order_by("-pk").values_list("pk", flat=True).first() or 0


def days_told(moments: Iterable[str]) -> set[dt.date]:
    """Return the days of moments that a history tells in ISO."""
    return {timezone.localdate(dt.datetime.fromisoformat(moment)) for moment in moments}
