"""Key sites that are due: places whose safety is checked regularly (重点场所)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q
from django.utils import timezone

from care import frequencies
from care.models.rules import KEY_SITE
from grids.models import Grid
from residents.models import Organisation
from visits import rules

SHOWN = 20


@dataclass(frozen=True)
class SiteDue:
    organisation: Organisation
    due_on: dt.date
    last_on: dt.date | None


def days_between(district_id: int) -> int:
    """Return after how many days a key site is visited again; a year where the district set none."""
    return frequencies.of(district_id)[KEY_SITE] or frequencies.LONGEST


def key_sites_due(grid: Grid, today: dt.date) -> list[SiteDue]:
    """Return the key sites of a grid whose visit is due or nearly so, the latest first: two queries."""
    found = Organisation.objects.open().within(grid).filter(is_key_site=True)
    met = Max("visits__visited_at", filter=Q(visits__outcome="met", visits__annulled_at=None))
    rows = list(found.annotate(last_at=met).order_by("pk")[:200])
    if not rows:
        return []
    days = days_between(rows[0].district_id)
    due = []
    for row in rows:
        last_at: dt.datetime | None = row.last_at
        last = timezone.localdate(last_at) if last_at else None
        on = last + dt.timedelta(days=days) if last else today
        if on - dt.timedelta(days=rules.window(days)) <= today:
            due.append(SiteDue(row, on, last))
    return sorted(due, key=lambda one: (one.due_on, one.organisation.pk))[:SHOWN]
