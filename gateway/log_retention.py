"""How the log of events out is kept short."""

import datetime as dt

from gateway.models import Delivery

CLEARED_AT_ONCE = 5000


def clear(before: dt.datetime, is_trial: bool) -> int:
    """Remove the deliveries that were finished before this moment; returns how many."""
    rows = Delivery.objects.read_past().done_before(before)
    if is_trial:
        return rows.count()
    removed = 0
    while True:
        batch = list(rows.order_by("tried_at").values_list("pk", flat=True)[:CLEARED_AT_ONCE])
        removed += Delivery.objects.filter(pk__in=batch).delete()[0]
        if len(batch) < CLEARED_AT_ONCE:
            return removed
