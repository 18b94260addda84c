"""What the app that watches an order says of the reply to whoever asked (workorders/watching.py)."""

from django.db import transaction

from workorders.facts import MAX_TEXT
from workorders.models import WorkOrder


@transaction.atomic
def reply_given(order: WorkOrder | int, answer: str) -> WorkOrder:
    """Keep an approved reply as the order's one answer (docs/adr/0006); from now on it may be closed.

    The order does not move: its version stays, and its history is written by the app that had the reply approved.
    """
    locked = _locked(order)
    locked.answer, locked.is_reply_due = answer.strip()[:MAX_TEXT], False
    locked.save(update_fields=["answer", "is_reply_due"])
    return locked


@transaction.atomic
def reply_awaited(order: WorkOrder | int) -> WorkOrder:
    """Let an open order wait for an approved reply: somebody who is to get one was joined to it."""
    locked = _locked(order)
    if not locked.is_final and not locked.is_reply_due:
        locked.is_reply_due = True
        locked.save(update_fields=["is_reply_due"])
    return locked


@transaction.atomic
def reply_not_awaited(order: WorkOrder | int) -> WorkOrder:
    """Let grid work go on without a reply: whoever was to get one is joined to it no more."""
    locked = _locked(order)
    if not locked.profile and locked.is_reply_due:
        locked.is_reply_due = False
        locked.save(update_fields=["is_reply_due"])
    return locked


@transaction.atomic
def contact_withdrawn(order: WorkOrder | int) -> WorkOrder:
    """Forget who reported: they came to wish that the handler does not know."""
    locked = _locked(order)
    locked.contact_name, locked.contact_phone, locked.contact_hash = "", "", ""
    locked.save(update_fields=["contact_name", "contact_phone", "contact_hash"])
    return locked


def _locked(order: WorkOrder | int) -> WorkOrder:
    pk = order if isinstance(order, int) else order.pk
    found: WorkOrder = WorkOrder.objects.select_for_update(of=("self",)).get(pk=pk)
    return found
