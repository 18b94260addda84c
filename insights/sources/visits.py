"""Counts of visits: how they ended, and how many people they reached."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import F, Min
from django.utils import timezone

from grids.models import Grid
from insights.measures import Measure
from insights.sources import SETTLED, Facts, History, Since, Source, Span
from insights.sources.facts import between, counted, days_of, newest
from visits.models import Visit, VisitedPerson
from visits.states import REACHED

M = Measure


def facts(span: Span) -> Iterator[Facts]:
    """Return the visits made on these days."""
    made = Visit.objects.valid().filter(district=span.district, **between("visited_at", span))
    yield counted(M.VISITED, made, at="visited_at", key=F("outcome"), unit="")
    within = between("visit__visited_at", span)
    people = VisitedPerson.objects.filter(visit__district=span.district, visit__annulled_at=None, **within)
    met = people.filter(visit__outcome__in=sorted(REACHED))
    yield counted(M.PEOPLE_REACHED, met, at="visit__visited_at", key=F("visit__outcome"), place="visit__grid", unit="")


def last_id(district: Grid, before: dt.datetime | None) -> int:
    return newest(Visit.objects.filter(district=district), "recorded_at", before)


def touched(district: Grid, since: Since) -> set[dt.date]:
    """Return the days of the visits recorded or taken back since then."""
    mine = Visit.objects.filter(district=district)
    taken_back = mine.filter(annulled_at__gte=since.at - SETTLED)
    return days_of(mine.filter(id__gt=since.last_id), "visited_at") | days_of(taken_back, "visited_at")


def first_day(district: Grid) -> dt.date | None:
    first = Visit.objects.filter(district=district).aggregate(first=Min("visited_at"))["first"]
    return timezone.localdate(first) if first is not None else None


VISITS = Source((M.VISITED, M.PEOPLE_REACHED), facts, (History("visits", last_id, touched),), first_day)
