"""Who follows an order because their own report was merged into it: each gets its answer once, by their own number."""

from collections.abc import Iterator

from accounts import notices
from workorders import doubles
from workorders.actions.moving import Turn
from workorders.models import WorkOrder
from workorders.states import Urgency


def following(order: WorkOrder) -> Iterator[WorkOrder]:
    """Yield the merged orders whose reporters are to be told, the oldest first.

    One of several reports of the same person; but calls of several residents that one clerk wrote down are each to be
    answered, and their phones tell them apart. Who reported the order itself is told by its own number.
    """
    told = {(order.reporter_id, order.contact_hash)}
    for merged in doubles.merged_below(order.pk):
        one = (merged.reporter_id, merged.contact_hash)
        if merged.reporter_id is not None and one not in told:
            told.add(one)
            yield merged


def tell_followers(turn: Turn, kind: str) -> None:
    """Write the notice to each follower's inbox with the number and the address of their own report, but not to the
    one who acts: one statement. Whoever reported something may see it, so nothing leaks of a confidential one."""
    actor_id = turn.actor.pk if turn.actor else None
    is_urgent = turn.order.urgency == Urgency.EMERGENCY
    drafts = [
        notices.Draft(merged.reporter_id, kind, {"number": merged.number}, merged.get_absolute_url(), is_urgent)
        for merged in following(turn.order)
        if merged.reporter_id is not None and merged.reporter_id != actor_id
    ]
    if drafts:
        notices.send_many(drafts, now=turn.now)
