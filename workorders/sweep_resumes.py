"""The timers' sweep over suspensions whose date is past: each such order resumes, in any number of workers at once.

A worker claims a batch (`FOR UPDATE SKIP LOCKED`) and makes the same move as a person would. An order that cannot
be resumed is logged by its key and left for a later run; it does not hold up the others.
"""

import datetime as dt
import logging
from collections.abc import Collection

from django.db import transaction

from workorders import actions
from workorders.models import WorkOrder
from workorders.states import State

BATCH = 200
logger = logging.getLogger(__name__)


def run(now: dt.datetime, *, batch: int = BATCH) -> int:
    """Resume every order that was suspended until now or earlier; returns how many."""
    done = 0
    failed: set[int] = set()
    while True:
        claimed, resumed = _resume_batch(now, failed, batch)
        done += resumed
        if not claimed:
            return done


@transaction.atomic
def _resume_batch(now: dt.datetime, failed: set[int], size: int) -> tuple[int, int]:
    """Resume one batch; returns how many were claimed and how many of them resumed."""
    order_ids = _claim(now, failed, size)
    resumed = 0
    for order_id in order_ids:
        try:
            with transaction.atomic():
                actions.resume(order_id, actor=None, now=now)
            resumed += 1
        except Exception:
            logger.exception("Order %s could not be resumed.", order_id)
            failed.add(order_id)
    return len(order_ids), resumed


def _claim(now: dt.datetime, failed: Collection[int], size: int) -> list[int]:
    past = WorkOrder.objects.filter(state=State.SUSPENDED, suspended_until__lte=now).exclude(pk__in=failed)
    claimed = past.order_by("suspended_until", "pk").select_for_update(of=("self",), skip_locked=True)
    return list(claimed.values_list("pk", flat=True)[:size])
