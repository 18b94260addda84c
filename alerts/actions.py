"""Everything that a person does with a warning; pages and API call these."""

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from alerts.models import EarlyWarning, WarningEvent
from alerts.states import Act, DismissReason, RuleKind, State
from alerts.workflow import check_decision
from grids.backends import standing_for
from grids.roles import Permission
from workorders import actions as orders
from workorders.models import Category, WorkOrder
from workorders.places import Place, place_in
from workorders.states import Source

MAX_NOTE = 500
SOURCES: dict[str, Source] = {RuleKind.TOPIC: Source.HOTLINE, RuleKind.CHECKS: Source.DEPARTMENT}
"""Where an order that a warning becomes is said to come from; else it is the instruction of whoever confirms."""
_NAMESPACE = uuid.UUID("6f6c4a52-6f0a-4a5e-9d63-0f4e9b7a2f16")


def source_of(warning: EarlyWarning) -> Source:
    return SOURCES.get(warning.kind, Source.LEADER)


@transaction.atomic
def confirm(
    warning: EarlyWarning | int,
    *,
    actor: User | None,
    category: Category | None = None,
    description: str = "",
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> EarlyWarning:
    """Confirm a warning: it becomes an order at its place, which goes its usual way from there.

    A hot topic that has its one order already is linked to that one. Raises InvalidMove, PermissionDenied, StaleOrder,
    or ValidationError naming the field.
    """
    moment = now or timezone.now()
    row = _begin(warning, actor, version)
    linked = row.topic.order if row.topic is not None else None
    if linked is None:
        chosen = category or row.category
        if chosen is None:
            raise ValidationError({"category": _("Choose a category.")})
        linked = _report(row, actor, chosen, description, moment)
    row.order, row.state = linked, State.CONFIRMED
    _decide(row, Act.CONFIRM, actor, "", note, moment)
    return row


@transaction.atomic
def dismiss(
    warning: EarlyWarning | int,
    *,
    actor: User | None,
    reason: str,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> EarlyWarning:
    """Put a warning aside, for a reason of the list; raises what `confirm` raises."""
    row = _begin(warning, actor, version)
    if reason not in DismissReason.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    row.state = State.DISMISSED
    _decide(row, Act.DISMISS, actor, reason, note, now or timezone.now())
    return row


def _begin(warning: EarlyWarning | int, actor: User | None, version: int | None) -> EarlyWarning:
    pk = warning if isinstance(warning, int) else warning.pk
    rows = EarlyWarning.objects.select_related("node", "category", "topic__order", "organisation", "unit", "facility")
    row = rows.defer("node__boundary", "node__duties").select_for_update(of=("self",)).get(pk=pk)
    check_decision(row, standing_for(actor) if actor is not None else None, version)
    return row


def _report(row: EarlyWarning, actor: User | None, category: Category, description: str, now: dt.datetime) -> WorkOrder:
    place = place_in(row.node)
    if row.lng is not None and row.lat is not None:
        place = Place(place.grid, lng=row.lng, lat=row.lat, raw_lng=row.lng, raw_lat=row.lat, raw_crs="wgs84")
    return orders.report(
        actor=actor,
        place=place,
        category=category,
        description=description,
        source=source_of(row),
        facility=row.facility if row.facility is not None and not row.facility.is_removed else None,
        client_uuid=uuid.uuid5(_NAMESPACE, str(row.pk)),
        now=now,
    )


def _decide(row: EarlyWarning, act: Act, actor: User | None, reason: str, note: str, now: dt.datetime) -> None:
    note = note.strip()
    if len(note) > MAX_NOTE:
        raise ValidationError({"note": _("Keep the note within 500 characters.")})
    row.closed_at, row.decided_by, row.reason, row.note = now, actor, reason, note
    row.version += 1
    row.save(update_fields=["state", "order", "closed_at", "decided_by", "reason", "note", "version"])
    WarningEvent.objects.create(
        warning=row, at=now, act=act, actor=actor, actor_role=_role(row, actor), reason=reason, note=note
    )


def _role(row: EarlyWarning, actor: User | None) -> str:
    """Return the role in which somebody decided: the nearest post over the place that allows it."""
    if actor is None:
        return ""
    node = row.node
    posts = [
        post
        for post in standing_for(actor).nodes(Permission.CONFIRM_WARNINGS)
        if post.unit_id is None and post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght
    ]
    return max(posts, key=lambda post: post.lft).role if posts else ""
