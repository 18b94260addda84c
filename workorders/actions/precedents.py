"""Routing precedents: what a meeting decided on who leads holds for later orders, until it is retired or replaced."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import require
from grids.models import Unit
from grids.roles import Permission
from workorders.models import Category, Precedent, WorkOrder
from workorders.workflow import InvalidMove

MAX_TEXT = 2000


@transaction.atomic
def set_precedent(
    order: WorkOrder,
    *,
    actor: User,
    node_id: int,
    lead_unit: Unit,
    assist_units: Sequence[Unit] = (),
    source: str = "",
    source_url: str = "",
    now: dt.datetime | None = None,
) -> Precedent:
    """Let what was decided on this order hold for its category in this node; an older one there is replaced.

    The caller has checked that the person may decide, and holds the order's row.
    """
    moment = now or timezone.now()
    # Two meetings may decide on a category at once; the second waits here and then replaces the first one's.
    Category.objects.select_for_update(no_key=True).get(pk=order.category_id)
    older = Precedent.objects.in_force().select_for_update().filter(node_id=node_id, category_id=order.category_id)
    older.update(retired_at=moment, retired_by=actor, retired_because=_("Replaced by %(source)s.") % {"source": source})
    made = Precedent.objects.create(
        district_id=order.district_id,
        node_id=node_id,
        category_id=order.category_id,
        lead_unit=lead_unit,
        order=order,
        source=source,
        source_url=source_url,
        decided_at=moment,
        decided_by=actor,
    )
    made.assist_units.set(assist_units)
    return made


@transaction.atomic
def retire_precedent(
    precedent: Precedent | int, *, actor: User | None, reason: str, now: dt.datetime | None = None
) -> Precedent:
    """End a precedent with the reason; what it dispatched stays as it is. Raises InvalidMove where it has ended."""
    pk = precedent if isinstance(precedent, int) else precedent.pk
    locked = Precedent.objects.select_for_update(of=("self",)).select_related("district").get(pk=pk)
    require(actor, Permission.MANAGE_RULES, locked.district)
    if locked.retired_at is not None:
        raise InvalidMove(_("This precedent was retired already."))
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    if len(reason) > MAX_TEXT:
        raise ValidationError({"reason": _("Keep the text within 2,000 characters.")})
    locked.retired_at, locked.retired_by, locked.retired_because = now or timezone.now(), actor, reason.strip()
    locked.save(update_fields=["retired_at", "retired_by", "retired_because"])
    audit.record(actor, "workorders.retire_precedent", locked)
    return locked
