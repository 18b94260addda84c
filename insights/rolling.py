"""Keep the figures in step with what happened, or count them all anew.

A day is always counted whole (insights/counting.py): running it twice changes nothing, and a lost run is made good by
the next. Which days need it is read from the append-only histories since a mark that is old enough (`SETTLED`) for
every transaction of its time to have ended; the days since the last run and the one before it are always counted, since
limits run out without a move. One process at a time counts a district (docs/adr/0016-figures.md).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from functools import partial, reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from grids.models import Grid
from insights import counting, definitions, lineages, outlines, stocks
from insights.counting import DAY, SOURCES
from insights.models import Mark
from insights.sources import SETTLED, History, Since, Source

NOTHING_READ = Since(0, dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
_LOCK = 20_812
_GROUND = "ground"
MOST_NODES = 1_000_000

Heard = Callable[[int, int], None]
"""Hears how many of how many days are counted."""


def districts() -> list[Grid]:
    return list(Grid.objects.filter(parent=None).defer("boundary", "duties"))


def refresh(now: dt.datetime | None = None) -> int:
    """Bring every district in step with its histories; returns how many days were counted.

    A district that another process counts just now is left to the next run.
    """
    moment = now or timezone.now()
    return sum(refresh_district(district, moment) for district in districts())


@transaction.atomic
def refresh_district(district: Grid, now: dt.datetime) -> int:
    """Count the days that changed since the last run; returns how many, 0 where somebody else is at it."""
    if not hold(district, waits=False):
        return 0
    today = timezone.localdate(now)
    _keep_ground(district, today)
    marks = _Marks(district, now)
    work = {source: _days(source, district, today, marks) for source in SOURCES}
    marks.keep()
    if not marks.known:
        definitions.all_are_counted(district)
    elif older := definitions.due(district, partial(first_day, district, today), today):
        work = {source: days | older for source, days in work.items()}
    counting.count(district, work, now)
    stocks.keep(district, today, now)
    return len(set().union(*work.values()))


class _Marks:
    """How far each history of a district had been read, and is read now: one query before a run, two after it."""

    def __init__(self, district: Grid, now: dt.datetime) -> None:
        self.district, self.now = district, now
        self.known: dict[str, list[Since]] = defaultdict(list)
        self._new: list[Mark] = []
        rows = Mark.objects.filter(district=district).exclude(history=_GROUND).order_by("at")
        for history, last_id, at in rows.values_list("history", "last_id", "at"):
            self.known[history].append(Since(last_id, at))

    def since(self, history: History) -> Since | None:
        """Return the newest mark that is settled, else the first; None where it was never read."""
        marks = self.known.get(history.name, [])
        return next((mark for mark in reversed(marks) if self._is_settled(mark)), marks[0] if marks else None)

    def add(self, history: History, last_id: int) -> None:
        self._new.append(Mark(district=self.district, history=history.name, last_id=last_id, at=self.now))

    def keep(self) -> None:
        """Write the new marks; those before the newest settled one go."""
        Mark.objects.bulk_create(self._new)
        past = []
        for mark in self._new:
            settled = [known.at for known in self.known.get(mark.history, []) if self._is_settled(known)]
            if len(settled) > 1:
                past.append(Q(history=mark.history, at__lt=settled[-1]))
        if past:
            Mark.objects.filter(reduce(or_, past), district=self.district).delete()

    def _is_settled(self, mark: Since) -> bool:
        return mark.at <= self.now - SETTLED


def _days(source: Source, district: Grid, today: dt.date, marks: _Marks) -> set[dt.date]:
    """Return the days to count for a source, and mark how far its histories are read."""
    days = {today}
    for history in source.histories:
        since, newest = marks.since(history), history.last_id(district, None)
        days |= _since(timezone.localdate(since.at) if since is not None else first_day(district, today), today)
        days |= history.touched(
            district, since or NOTHING_READ
        )  # also without a newer row: a visit is taken back in its own
        marks.add(history, newest)
    return {day for day in days if day <= today}


def _since(day: dt.date, today: dt.date) -> set[dt.date]:
    """Return the days from the one before `day`: those on which limits ran out while nothing was counted."""
    return {today - DAY * number for number in range((today - day).days + 2)}


def rebuild(
    district: Grid, first: dt.date | None = None, now: dt.datetime | None = None, heard: Heard | None = None
) -> int:
    """Count every day anew, from `first` or from the first that has anything; returns how many days.

    Stretch by stretch, each in its own transaction: broken off in the middle, what is counted is right, and the rest
    is as it was. What moves meanwhile lies after the mark that is set first, so that the next refresh counts it.
    """
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    with transaction.atomic():
        hold(district)
        _keep_ground(district, today, is_due=True)
        for history in (history for source in SOURCES for history in source.histories):
            newest = history.last_id(district, moment - SETTLED)
            Mark.objects.create(district=district, history=history.name, last_id=newest, at=moment)
    begin = first or first_day(district, today)
    days = [begin + DAY * number for number in range((today - begin).days + 1)]
    for done in range(0, len(days), counting.STRETCH):
        with transaction.atomic():
            hold(district)
            counting.count(district, counting.everything(days[done : done + counting.STRETCH]), moment)
        if heard is not None:
            heard(min(done + counting.STRETCH, len(days)), len(days))
    with transaction.atomic():
        hold(district)
        stocks.keep(district, today, moment, is_due=True)
        if first is None:
            definitions.all_are_counted(district)
    return len(days)


def first_day(district: Grid, today: dt.date) -> dt.date:
    """Return the first day on which there is anything to count."""
    days = (source.first_day(district) for source in SOURCES)
    return min((day for day in days if day is not None), default=today)


def _keep_ground(district: Grid, today: dt.date, *, is_due: bool = False) -> None:
    """Keep the tree and the boundaries of the day, where the district's map or its nodes are others than before."""
    tree = Grid.objects.filter(tree_id=district.tree_id)
    version = tree.aggregate(version=Max("map_version"), nodes=Count("pk"))
    now = version["version"] * MOST_NODES + version["nodes"]
    mark = Mark.objects.filter(district=district, history=_GROUND).first()
    if mark is not None and mark.last_id == now and not is_due:
        return
    lineages.keep(district, today)
    outlines.keep(district, today)
    Mark.objects.filter(district=district, history=_GROUND).delete()
    Mark.objects.create(district=district, history=_GROUND, last_id=now, at=timezone.now())


def hold(district: Grid, *, waits: bool = True) -> bool:
    """Hold the district until the transaction ends; says whether it is held, after waiting for whoever counts it."""
    with connection.cursor() as cursor:
        if waits:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, district.tree_id])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, district.tree_id])
        return bool(cursor.fetchone()[0])
