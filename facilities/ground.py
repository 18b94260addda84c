"""When a boundary is redrawn, or a grid opens or closes, facilities come into the grid in which they stand now.

The tree counts up its map's version with each such change; what was last looked at is kept for each district, so that a
lost run is made good by the next. A point that lies in no grid any more stays where it was.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from facilities.actions import columns
from facilities.models import Facility, FacilityEvent, FacilityGround
from facilities.states import FacilityStep
from grids import locate
from grids.models import Grid
from residents.querysets import path_of

BATCH = 2000


def follow(now: dt.datetime | None = None) -> int:
    """Look at every district whose map changed since the last look, and once a day; returns how many facilities came
    into another grid."""
    moment = now or timezone.now()
    day = timezone.localdate(moment)
    moved = 0
    for district in Grid.objects.filter(parent=None).defer("boundary", "duties").order_by("pk"):
        kept = FacilityGround.objects.filter(district=district).first()
        if kept is None or (kept.map_version, kept.looked_on) != (district.map_version, day):
            moved += look(district, moment)
            seen = {"map_version": district.map_version, "looked_on": day}
            FacilityGround.objects.update_or_create(district=district, defaults=seen)
    return moved


def look(district: Grid, now: dt.datetime) -> int:
    """Bring each facility of a district into the grid around its point; returns how many moved."""
    rows = Facility.objects.filter(district=district).order_by("pk").values_list("pk", "lng", "lat", "grid_id")
    index = locate.index_for(district)
    moved, last = 0, 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1][0]
        found = index.locate_many([(lng, lat) for _pk, lng, lat, _grid in batch])
        pairs = zip(batch, found, strict=True)
        wanted = {row[0]: there for row, there in pairs if there is not None and there != row[3]}
        moved += _move(wanted, now)
    return moved


@transaction.atomic
def _move(wanted: dict[int, int], now: dt.datetime) -> int:
    """Write the new places with one row of history each: a few statements, however many."""
    if not wanted:
        return 0
    paths = {grid.pk: path_of(grid) for grid in Grid.objects.filter(pk__in=set(wanted.values())).defer("boundary")}
    rows, events = [], []
    for row in Facility.objects.select_for_update(of=("self",)).filter(pk__in=wanted):
        before = columns(row)
        for name, value in paths[wanted[row.pk]].items():
            setattr(row, name, value)
        after = columns(row)
        changes = {name: [old, after[name]] for name, old in before.items() if old != after[name]}
        if changes:
            row.version, row.updated_at = row.version + 1, now
            rows.append(row)
            events.append(FacilityEvent(facility=row, step=FacilityStep.MOVE, changes=changes, at=now))
    names = sorted({name for path in paths.values() for name in path})
    Facility.objects.bulk_update(rows, [*names, "version", "updated_at"], batch_size=500)
    FacilityEvent.objects.bulk_create(events)
    return len(rows)
