"""Which answers somebody has to bring to their requester, and who may: rules and reads."""

from django.db.models import Exists, OuterRef, Q

from grids.roles import Permission
from grids.standing import Standing
from hotline.models import Request
from hotline.querysets import RequestQuerySet, in_area
from hotline.ways import PURPOSE, WAYS
from messaging.models import Message
from messaging.states import OPEN
from workorders.workflow.who import is_handler


def waiting(who: Standing) -> RequestQuerySet:
    """Return the answered requests under one's desk whose answer no message brings, the longest waiting first."""
    on_its_way = Message.objects.filter(purpose=PURPOSE, reference=OuterRef("pk"), state__in=OPEN)
    rows = Request.objects.filter(in_area(who, Permission.INTAKE), answered_at__isnull=False, told_at=None)
    by_hand = ~Q(reply_way__in=list(WAYS)) | ~Exists(on_its_way)
    return rows.exclude(answer="").filter(by_hand).order_by("answered_at", "id")


def may_tell(matter: Request, who: Standing) -> bool:
    """The desk; and where no secrecy is wanted who handles the matter, who sees the contact on the order's page."""
    if who.has_over(Permission.INTAKE, matter.path_ids, matter.district_id):
        return True
    if matter.is_secret or matter.order is None:
        return False
    order = matter.order
    return is_handler(order, who) or order.handler_id == who.user_id or order.lead_unit_id in who.unit_ids
