"""Requests for a registration that nobody has to answer any more, because the entry went another way meanwhile."""

import datetime as dt

from accounts import audit, notices
from accounts.models import User
from residents.models import Handover, HandoverState, Resident


def end_requests(row: Resident, *, actor: User | None, now: dt.datetime) -> None:
    """End the open request for a locked person's entry where its community no longer keeps it, and tell who asked.

    A request that is being accepted was closed before the entry went.
    """
    rows = Handover.objects.select_for_update(of=("self",)).filter(resident=row, state=HandoverState.OPEN)
    for request in rows:
        if row.is_here and row.community_id == request.community_id:
            continue
        request.state, request.decided_by, request.decided_at = HandoverState.OVERTAKEN, actor, now
        request.save(update_fields=["state", "decided_by", "decided_at"])
        audit.record(actor, "residents.overtake_handover", request)
        draft = notices.Draft(
            request.asked_by_id, "handover_overtaken", {"number": request.pk}, request.get_absolute_url()
        )
        notices.send_many([draft], now=now)
