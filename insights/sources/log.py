"""Counts of the daily log (民情日志): what people told, by kind."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import F, Min
from django.utils import timezone

from grids.models import Grid
from insights.measures import Measure
from insights.sources import Facts, History, Since, Source, Span
from insights.sources.facts import between, counted, days_of, newest
from visits.models import LogEntry


def facts(span: Span) -> Iterator[Facts]:
    """Return what was told on these days."""
    heard = LogEntry.objects.filter(district=span.district, **between("heard_at", span))
    yield counted(Measure.TOLD, heard, at="heard_at", key=F("kind"), unit="")


def last_id(district: Grid, before: dt.datetime | None) -> int:
    return newest(LogEntry.objects.filter(district=district), "recorded_at", before)


def touched(district: Grid, since: Since) -> set[dt.date]:
    """Return the days of the entries since then: an entry keeps its kind and its moment."""
    return days_of(LogEntry.objects.filter(district=district, id__gt=since.last_id), "heard_at")


def first_day(district: Grid) -> dt.date | None:
    first = LogEntry.objects.filter(district=district).aggregate(first=Min("heard_at"))["first"]
    return timezone.localdate(first) if first is not None else None


LOG = Source((Measure.TOLD,), facts, (History("log", last_id, touched),), first_day)
