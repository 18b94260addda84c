"""The levels of an order, from its grid up, with the marks of climbing and of strike-off: pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from grids.models import Grid
from workorders.models import Escalation, WorkOrder


@dataclass(frozen=True)
class Link:
    """One level: whether the order is there now, climbed there, and was struck off there."""

    node: Grid
    is_here: bool
    climbed_at: dt.datetime | None
    by_timer: bool
    struck_off_at: dt.datetime | None
    struck_off_by: str


def chain_of(order: WorkOrder, escalations: Iterable[Escalation]) -> list[Link]:
    """List the levels of the order's path, lowest first; a level climbed to in several steps shows the last."""
    climbs: dict[int, Escalation] = {climb.to_node_id: climb for climb in escalations}
    nodes = [order.grid, order.community, order.street, order.district]
    links: dict[int, Link] = {}
    for node in nodes:
        if node is None or node.pk in links:
            continue
        climb = climbs.get(node.pk)
        links[node.pk] = Link(
            node,
            is_here=order.holder_id == node.pk and not order.is_final,
            climbed_at=climb.at if climb else None,
            by_timer=bool(climb and climb.by_timer),
            struck_off_at=climb.struck_off_at if climb else None,
            struck_off_by=str(climb.struck_off_by or "") if climb else "",
        )
    return list(links.values())
