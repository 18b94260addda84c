"""Read from the rollups what a bulletin is composed from: of a node, of what lies directly below it, of its units."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db.models import Case as SqlCase
from django.db.models import F, OuterRef, Subquery, Value, When

from bulletins.composing.facts import Case, Packed, pack
from bulletins.rules import Rules
from grids.models import Grid, Kind, Unit
from hotline.periods import Period
from insights import figures
from insights.figures import Sums
from insights.measures import STOCKS, Measure
from insights.models import Lineage
from workorders.categories import name_of
from workorders.models import Category, Escalation, WorkOrder
from workorders.states import Difficulty, OrderKind, State

M = Measure
BELOW = {Kind.DISTRICT: Kind.STREET, Kind.STREET: Kind.COMMUNITY, Kind.COMMUNITY: Kind.BASE}
COLUMN = {Kind.DISTRICT: "district", Kind.STREET: "street", Kind.COMMUNITY: "community"}
DUE = (M.FELL_DUE,)
OF_PARTS = (M.FOUND, M.ENDED, M.FELL_DUE, M.RETURNED, M.ESCALATED)
LEFT_OUT = {M.FOUND_BY_HOUR, *STOCKS}
"""What no briefing says."""
BEST = 5
LOOKED_AT = 60
HARDEST_FIRST = SqlCase(
    When(difficulty=Difficulty.HARD, then=Value(0)),
    When(difficulty=Difficulty.COMPLEX, then=Value(1)),
    default=Value(2),
)


def gather(node: Grid, period: Period, rules: Rules) -> dict[str, Any]:
    """Return a bulletin's figures as JSON: ten-odd queries, whatever the node's size.

    What is compared with must have been counted from its first day on; else there is no comparison (None). Whatever
    lies below is what lay there on the period's last day.
    """
    begins = figures.begins_on(node.pk)
    before = period.before if begins is not None and begins <= period.before.first else None
    year = period.year_before if begins is not None and begins <= period.year_before.first else None
    roots, asked, names = _roots()
    wanted = [measure for measure in M if measure not in LEFT_OUT]
    return {
        "node": node.name,
        "kind": node.kind,
        "now": _whole(node, period, wanted, roots, asked),
        "before": _whole(node, before, wanted, roots, asked),
        "year": _whole(node, year, wanted, roots, asked),
        "categories": names,
        "places": _places(below(node, period), period, before, OF_PARTS),
        "communities": _places(
            _below(node, Kind.COMMUNITY if node.kind == Kind.DISTRICT else None, period), period, None, DUE
        ),
        "units": _units(node, period, before),
        "cases": [asdict(case) for case in _cases(node, period, rules.cases)],
        "minimum": rules.minimum,
        "last": rules.last,
    }


Keys = dict[str, str]


def _whole(node: Grid, period: Period | None, measures: list[M], roots: Keys, asked: Keys) -> Packed | None:
    if period is None:
        return None
    packed = pack(figures.of_nodes([node.pk], period, measures)[node.pk])
    for measure, above in ((M.FOUND_BY_CATEGORY.value, roots), (M.REQUESTED_BY_CATEGORY.value, asked)):
        together: dict[str, list[int]] = {}
        for key, (count, total) in packed.get(measure, {}).items():
            sums = together.setdefault(above.get(key, key), [0, 0])
            sums[0], sums[1] = sums[0] + count, sums[1] + total
        packed[measure] = together
    return packed


def _roots() -> tuple[Keys, Keys, Keys]:
    """Return the root of each category, what it lies in below the root, and the names of all these: one query.

    What was asked of the hotline is told one level below: the root of its own scheme says "hotline" alone.
    """
    categories = {category.pk: category for category in Category.objects.only("pk", "parent_id", "name", "name_en")}
    roots, second = Keys(), Keys()
    for pk in categories:
        path = [pk]
        while (parent := categories[path[-1]].parent_id) is not None and parent not in path:
            path.append(parent)
        roots[str(pk)], second[str(pk)] = str(path[-1]), str(path[-2] if len(path) > 1 else pk)
    told = {*roots.values(), *second.values()}
    return roots, second, {key: name_of(categories[int(key)]) for key in sorted(told, key=int)}


def below(node: Grid, period: Period) -> list[tuple[int, str]]:
    """Return the nodes directly below a node, as the tree stood on the period's last day."""
    return _below(node, BELOW.get(Kind(node.kind)), period)


def _below(node: Grid, kind: str | None, period: Period) -> list[tuple[int, str]]:
    if kind is None:
        return []
    kinds = [Kind.BASE, Kind.DEDICATED] if kind == Kind.BASE else [kind]
    there = Lineage.objects.filter(above=node, first_on__lte=period.last, last_on__gte=period.last).values("node")
    return list(Grid.objects.filter(pk__in=there, kind__in=kinds).order_by("code").values_list("pk", "name"))


def _places(
    rows: list[tuple[int, str]], period: Period, before: Period | None, measures: Iterable[str]
) -> list[dict[str, Any]]:
    ids = [pk for pk, _name in rows]
    if not ids:
        return []
    now = figures.of_nodes(ids, period, measures)
    earlier = figures.of_nodes(ids, before, measures) if before is not None else None
    return [
        _part(name, now[pk], None if earlier is None else earlier[pk])
        for pk, name in rows
        if now[pk].counts or (earlier is not None and earlier[pk].counts)
    ]


def _units(node: Grid, period: Period, before: Period | None) -> list[dict[str, Any]]:
    rows = list(Unit.objects.filter(node=node, is_active=True).order_by("name").values_list("pk", "name"))
    ids = [pk for pk, _name in rows]
    now = figures.of_units(ids, period, OF_PARTS)
    earlier = figures.of_units(ids, before, OF_PARTS) if before is not None else None
    return [_part(name, now[pk], None if earlier is None else earlier[pk]) for pk, name in rows if now[pk].counts]


def _part(name: str, now: Sums, before: Sums | None) -> dict[str, Any]:
    return {"name": name, "now": pack(now), "before": None if before is None else pack(before)}


def _cases(node: Grid, period: Period, most: int) -> list[Case]:
    """Choose solved orders that were rated best and took little of their time: the hardest first, one a category."""
    if node.kind not in COLUMN or not most:
        return []
    solved = WorkOrder.objects.filter(
        **{COLUMN[Kind(node.kind)]: node.pk},
        **({} if node.kind == Kind.DISTRICT else {"district": Grid.objects.get(tree_id=node.tree_id, parent=None).pk}),
        kind=OrderKind.INCIDENT,
        state=State.EVALUATED,
        rating=BEST,
        is_confidential=False,
        community__isnull=False,
        finished_at__gte=period.begin,
        finished_at__lt=period.end,
        whole_due_at__gt=F("finished_at"),
    )
    climbs = Escalation.objects.filter(order=OuterRef("pk")).order_by("-position").values("to_node__kind")[:1]
    solved = solved.annotate(level=Subquery(climbs))
    rows = solved.annotate(taken=F("finished_at") - F("reported_at")).order_by(HARDEST_FIRST, "taken", "pk")
    chosen: dict[int, Case] = {}
    columns = ("category__name", "category__name_en", "community__name", "lead_unit__name", "source")
    for order in rows.select_related("category", "community", "lead_unit").only(*columns)[:LOOKED_AT]:
        taken: dt.timedelta = order.taken  # type: ignore[attr-defined]
        case = Case(
            *(name_of(order.category), order.community.name, int(taken.total_seconds()), BEST),  # type: ignore[union-attr]
            source=order.source,
            unit=order.lead_unit.name if order.lead_unit else "",
            level=order.level or "",  # type: ignore[attr-defined]
        )
        chosen.setdefault(order.category_id, case)
    return list(chosen.values())[:most]
