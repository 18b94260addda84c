"""The desk corrects what was taken down; history names the fields and none of what stood in them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.roles import Permission
from hotline import identity, limits
from hotline.actions.acting import begin, finish
from hotline.actions.receiving import Asked, check, locate_in
from hotline.models import Request
from hotline.states import Act, RequestState
from residents.errors import NotPossible
from workorders.actions.replying import contact_withdrawn

ALWAYS = frozenset({"title", "requester_name", "requester_phone", "is_secret", "reply_way", "reply_address"})
AT_DESK = ALWAYS | {"source", "kind", "urgency", "text", "category", "suggestion_rank", "address", "grid", "lng", "lat"}
"""What may be corrected before there is an order; afterwards kind and place are the order's."""
_DECIDES_LIMIT = frozenset({"kind", "urgency", "category"})


@transaction.atomic
def correct(
    matter: Request | int,
    *,
    actor: User,
    changes: Mapping[str, Any],
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Set these fields of a request that is not over; `grid` is a node from the street down, or None.

    Where nothing differs nothing is written. Where secrecy comes to be wanted, the order forgets who asks. Raises
    ValidationError naming the field, NotPossible, Stale, PermissionDenied.
    """
    states = {RequestState.RECEIVED, RequestState.DISPATCHED, RequestState.ANSWERED}
    turn = begin(matter, actor=actor, states=states, permission=Permission.INTAKE, version=version, now=now)
    item = turn.matter
    allowed = AT_DESK if item.state == RequestState.RECEIVED else ALWAYS
    differing = {name: value for name, value in changes.items() if _differs(item, name, value)}
    if differing.keys() - allowed:
        raise NotPossible(_("Kind, text and place of a request that was dispatched are its order's."))
    if not differing:
        return item
    _check(item, differing)
    for name, value in differing.items():
        if name == "grid":
            locate_in(item, value, is_sure=True)
        else:
            setattr(item, name, value.strip() if isinstance(value, str) else value)
    if "requester_phone" in differing:
        item.requester_phone = identity.normal_phone(item.requester_phone)
        item.phone_hash = identity.hash_to_keep(item.requester_phone)
    if _DECIDES_LIMIT & differing.keys():
        item.due_at = limits.due_at(item.district_id, item.kind, item.urgency, item.received_at, item.category_id)
    if item.is_secret and "is_secret" in differing and item.order_id is not None:
        contact_withdrawn(item.order_id)
    return finish(turn, Act.CORRECT, details={"fields": sorted(differing)})


def _differs(item: Request, name: str, value: Any) -> bool:
    if name == "grid":
        node = item.micro or item.grid or item.community or item.street
        return (node.pk if node else None) != (value.pk if value else None) or (
            value is not None and not item.is_located
        )
    if name not in AT_DESK:
        raise ValidationError({name: _("This cannot be corrected.")})
    return bool(getattr(item, name) != (value.strip() if isinstance(value, str) else value))


def _check(item: Request, differing: Mapping[str, Any]) -> None:
    """Hold the corrected request to what is asked of a new one."""
    names = ("source", "kind", "text", "title", "requester_phone", "reply_way", "reply_address")
    check(Asked(**{name: differing.get(name, getattr(item, name)) for name in names}))
    if not differing.get("title", item.title).strip():
        raise ValidationError({"title": _("Give it a subject.")})
