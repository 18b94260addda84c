"""Facilities of the demo district: dense in the home community, some in its street; orders at home name some."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from facilities import kinds, rules
from facilities.models import Facility, FacilityEvent
from facilities.states import FacilityState, FacilityStep
from grids.models import Grid, Kind, Unit
from residents.querysets import path_of
from workorders.models import WorkOrder

AT_HOME, IN_THE_STREET = 50, 6
"""In each grid."""
NAMED = 60
"""Orders at home, the newest, whose category is of a component and who get one to name."""
FORTNIGHT = dt.timedelta(days=14)
_MIX = {
    **{"0101": 8, "0102": 12, "0103": 16, "0104": 10, "0105": 6, "0106": 6, "0107": 4, "0109": 24, "0111": 5},
    **{"0115": 5, "0116": 2, "0190": 7, "0204": 6, "0206": 3, "0207": 1, "0302": 14, "0402": 14, "0405": 4},
}
_OWNERS = {"0105": "供电公司", "0106": "通信公司", "0107": "燃气公司", "0111": "供电公司", "0101": "供水公司"}
_UNITS = {"0109": "lighting", "0302": "sanitation", "0402": "gardens", "0405": "gardens", "0115": "fire"}


def place(
    community: Grid, points: Mapping[int, Sequence[tuple[float, float]]], rng: random.Random, now: dt.datetime
) -> None:
    """Put facilities into the community and its street, and let the newest fitting orders at home name one."""
    district = Grid.objects.get(tree_id=community.tree_id, kind=Kind.DISTRICT)
    drawn = _Drawn(district, rng, now)
    for grid in Grid.objects.filter(parent__parent_id=community.parent_id, kind=Kind.BASE).defer("boundary"):
        count = AT_HOME if grid.parent_id == community.pk else IN_THE_STREET
        path = path_of(grid)
        for lng, lat in rng.sample(list(points[grid.pk]), min(count, len(points[grid.pk]))):
            drawn.one(rng.choices(list(_MIX), list(_MIX.values()))[0], path, lng, lat)
    about = WorkOrder.objects.filter(community=community, category__code__startswith="C", lng__isnull=False)
    orders = list(about.select_related("category").order_by("-reported_at")[:NAMED])
    drawn.often = _often(orders, now)
    named = [(order, drawn.of_order(order)) for order in orders if order.category.code[1:] in drawn.kinds]
    Facility.objects.bulk_create(drawn.rows)
    FacilityEvent.objects.bulk_create(
        FacilityEvent(facility=row, step=FacilityStep.ADD, at=row.updated_at) for row in drawn.rows
    )
    for order, facility in named:
        order.facility = facility
    WorkOrder.objects.bulk_update([order for order, _facility in named], ["facility"])


def _often(orders: Sequence[WorkOrder], now: dt.datetime) -> tuple[str, int]:
    """Return the kind and the grid that most orders of the last fortnight are about: they all name one thing there."""
    late = [order for order in orders if order.reported_at > now - FORTNIGHT]
    counted = Counter((order.category.code[1:], order.grid_id) for order in late)
    return counted.most_common(1)[0][0] if counted else ("", 0)


class _Drawn:
    """The facilities drawn so far, each with its kind's next number."""

    def __init__(self, district: Grid, rng: random.Random, now: dt.datetime) -> None:
        self.kinds = kinds.in_use()
        self.rows: list[Facility] = []
        self.often = ("", 0)
        self._rng, self._now, self._district = rng, now, district
        self._numbers: Counter[str] = Counter()
        self._units = dict(Unit.objects.filter(node=district).values_list("function", "pk"))

    def one(self, kind: str, path: dict[str, int | None], lng: float, lat: float) -> Facility:
        self._numbers[kind] += 1
        rng = self._rng
        age = rng.randint(30, 3000)
        row = Facility(
            **path,
            code=rules.made(self._district.code, kind, self._numbers[kind]),
            kind=self.kinds[kind],
            name=f"{self.kinds[kind].name}{self._numbers[kind]}号",
            lng=Decimal(lng).quantize(Decimal("0.000001")),
            lat=Decimal(lat).quantize(Decimal("0.000001")),
            unit_id=self._units.get(_UNITS.get(kind, "urban_management")),
            owner=_OWNERS.get(kind, ""),
            state=rng.choices(list(FacilityState), (94, 4, 2))[0],
            installed_on=(self._now - dt.timedelta(days=age)).date(),
            updated_at=self._now - dt.timedelta(days=min(age, 20)),
        )
        self.rows.append(row)
        return row

    def of_order(self, order: WorkOrder) -> Facility:
        """Return a facility at the order's place; every third order names one that another named before."""
        kind = order.category.code[1:]
        known = [row for row in self.rows if row.kind.code == kind and row.grid_id == order.grid_id]
        if (kind, order.grid_id) == self.often:
            return known[0] if known else self._at(order, kind)
        if known and self._rng.random() < 0.34:
            return known[-1]
        return self._at(order, kind)

    def _at(self, order: WorkOrder, kind: str) -> Facility:
        path = {name: getattr(order, name) for name in ("district_id", "street_id", "community_id", "grid_id")}
        row = self.one(kind, path, float(order.lng or 0), float(order.lat or 0))
        row.state = FacilityState.IN_USE if order.is_final else FacilityState.DAMAGED
        return row
