"""Key sites whose fire, electricity or gas check has expired or is about to."""

import datetime as dt

from django.db.models import Q

from alerts.detecting.dates import due
from alerts.finding.base import DAY, Asked, Finding, OnDay, Told
from residents.models import Organisation
from residents.safety import EVERY, KINDS

COLUMNS = tuple(column for column, _icon in KINDS.values())
MOST = 2000
"""So many sites are looked at, those that expired last first: a district that never kept these dates is not flooded."""
GRAVE = 90
"""Days after which an expired check is a step graver."""


def checks(asked: Asked) -> OnDay:
    """Find key sites with a check that is due."""
    given = asked.watch.given
    ahead, never = given.number("ahead_days"), given.choice("never") == "yes"
    limit = asked.last + DAY * ahead - EVERY
    late = Q()
    for column in COLUMNS:
        late |= Q(**{f"{column}__lte": limit}) | (Q(**{f"{column}__isnull": True}) if never else Q())
    sites = Organisation.objects.filter(late, district=asked.district, is_key_site=True, closed_on=None)
    rows = list(sites.order_by("-pk").values_list("pk", "grid_id", *COLUMNS)[:MOST])

    def on_day(day: dt.date, told: Told) -> list[Finding]:
        found = []
        for pk, grid_id, *days in rows:
            late_ones = due(zip(KINDS, days, strict=True), day, ahead_days=ahead, never=never)
            if not late_ones:
                continue
            signs = frozenset(one.sign for one in late_ones)
            oldest = min((one.on for one in late_ones if one.on is not None), default=None)
            figures = {"checks": sorted(signs), "days_over": (day - oldest).days if oldest else None}
            found.append(
                Finding(
                    f"organisation:{pk}",
                    grid_id,
                    min(oldest or day, day),
                    day,
                    len(late_ones),
                    figures,
                    is_grave=oldest is not None and (day - oldest).days > GRAVE,
                    evidence=signs,
                    organisation_id=pk,
                )
            )
        return found

    return on_day
