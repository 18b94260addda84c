"""Open and overdue incidents by node of the tree, for the tree's pages (grids/workload.py)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, Q

from accounts.models import User
from grids.models import Grid
from grids.workload import Load
from workorders import sight
from workorders.models import WorkOrder
from workorders.states import OrderKind

COLUMNS = {"district": ("district",), "street": ("street",), "community": ("community", "co_community")}
"""Where a node of this kind stands on an order; any other kind stands as its grid."""


def count(user: User, nodes: Sequence[Grid], now: dt.datetime) -> dict[int, Load]:
    """Count what this person may see of these nodes' open incidents: one query to a column, two for communities."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for node in nodes:
        for column in COLUMNS.get(node.kind, ("grid",)):
            wanted[column].append(node.pk)
    open_ones = WorkOrder.objects.visible_to(user).open().filter(kind=OrderKind.INCIDENT)
    found: dict[int, Load] = {}
    for column, node_ids in wanted.items():
        rows = (
            open_ones.filter(**{f"{column}__in": node_ids})
            .values_list(column)
            .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(sight.overdue(now))))
            .order_by()
        )
        for node_id, open_count, overdue_count in rows:
            before = found.get(node_id, Load(0, 0))
            found[node_id] = Load(before.open + open_count, before.overdue + overdue_count)
    return found
