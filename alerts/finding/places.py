"""Reports that come from one place again and again, from the orders themselves: the rollups know no points."""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from alerts.detecting.places import Cluster, Spot, clusters, unseen
from alerts.finding.base import DAY, Asked, Finding, OnDay, Told, window
from workorders.models import WorkOrder
from workorders.states import OrderKind, State

NOT_COUNTED = (State.REJECTED, State.VOIDED, State.MERGED)
"""What was refused, void or the same report twice says nothing about a place."""
MOST = 20_000
"""So many reports are read at most, the newest; a large district has some 6,000 in a fortnight."""


class _Row(NamedTuple):
    pk: int
    at: dt.datetime
    grid_id: int
    category_id: int
    address: str
    lng: Decimal | None
    lat: Decimal | None
    facility_id: int | None
    facility_code: str | None
    facility_grid_id: int | None
    facility_lng: Decimal | None
    facility_lat: Decimal | None

    @property
    def spot(self) -> Spot:
        named = (f"{self.grid_id}|{self.address}",) if self.address else ()
        if self.lng is None or self.lat is None:
            return Spot(self.pk, places=named, facility=self.facility_id)
        return Spot(self.pk, float(self.lng), float(self.lat), named, self.facility_id)


def places(asked: Asked) -> OnDay:
    """Find facilities that many reports name, and places with many reports, whatever their category."""
    given = asked.watch.given
    rows = _read(asked, given.number("days"))

    def on_day(day: dt.date, told: Told) -> list[Finding]:
        first, last = window(day, given.number("days"))
        begin, end = _midnight(first), _midnight(last + DAY)
        known = {int(one) for one in told.settled}
        here = {row.pk: row for row in rows if begin <= row.at < end}
        spots = unseen((row.spot for row in here.values()), known)
        found = clusters(spots, radius_m=given.number("radius_m"), least=given.number("least"))
        return [_finding(one, here, (first, last), given.number("least"), told) for one in found]

    return on_day


def _read(asked: Asked, days: int) -> list[_Row]:
    first = window(asked.first, days)[0]
    orders = WorkOrder.objects.filter(
        district=asked.district,
        kind=OrderKind.INCIDENT,
        reported_at__gte=_midnight(first),
        reported_at__lt=_midnight(asked.last + DAY),
    ).exclude(state__in=NOT_COUNTED)
    of_facility = (f"facility__{name}" for name in ("code", "grid_id", "lng", "lat"))
    columns = ("pk", "reported_at", "grid_id", "category_id", "address", "lng", "lat", "facility_id", *of_facility)
    return [_Row(*row) for row in orders.order_by("-reported_at", "-pk").values_list(*columns)[:MOST]]


def _finding(found: Cluster, rows: dict[int, _Row], days: tuple[dt.date, dt.date], least: int, told: Told) -> Finding:
    middle, members = rows[found.middle.pk], [rows[pk] for pk in found.members]
    evidence = frozenset(str(pk) for pk in found.members)
    usual = f"facility:{found.facility}" if found.facility else f"order:{min(found.members)}"
    subject = next((one for one, known in told.evidence.items() if known & evidence), usual)
    kinds = [row.category_id for row in members]
    often = max(sorted(set(kinds)), key=kinds.count)
    figures: dict[str, Any] = {"seen": len(members), "same_category": kinds.count(often)}
    grid_id, lng, lat = middle.grid_id, middle.lng, middle.lat
    if found.facility is not None:
        figures["facility"] = middle.facility_code
        grid_id, lng, lat = middle.facility_grid_id or grid_id, middle.facility_lng, middle.facility_lat
    return Finding(
        subject,
        grid_id,
        *days,
        len(members),
        figures,
        is_grave=len(members) >= 2 * least,
        evidence=evidence,
        category_id=often,
        facility_id=found.facility,
        order_ids=found.members,
        point=(lng, lat) if lng is not None and lat is not None else None,
    )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
