"""Reads on replies."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.models import User
from grids.roles import Permission
from grids.standing import Standing
from hotline.states import ReplyState
from workorders import sight

if TYPE_CHECKING:
    from hotline.models import Reply  # noqa: F401 - named in the bases below


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, user: User) -> "ReplyQuerySet":
        """Return the replies of orders and of requests that one may see."""
        orders = apps.get_model("workorders", "WorkOrder").objects.visible_to(user)
        matters = apps.get_model("hotline", "Request").objects.visible_to(user)
        return self.filter(Q(order__in=orders.values("pk")) | Q(matter__in=matters.values("pk")))

    def to_review_by(self, who: Standing) -> "ReplyQuerySet":
        """Return the drafts that wait for a review by this person: of their units and nodes, not their own."""
        waiting = self.filter(state=ReplyState.DRAFT, order__finished_at=None).exclude(drafted_by=who.user_id)
        orders = apps.get_model("workorders", "WorkOrder").objects.filter(sight.open_area(who) | sight.part(who))
        return waiting.filter(assigned_to(who), order__in=orders.values("pk"))

    def approved(self) -> "ReplyQuerySet":
        return self.filter(state=ReplyState.APPROVED)


def assigned_to(who: Standing) -> Q:
    """Drafts that wait with the person's units, or with nodes at which they handle or dispatch."""
    handled = {p.node_id for p in who.posts if p.unit_id is None and p.gives(Permission.HANDLE)}
    found = Q(review_unit__in=who.unit_ids) if who.unit_ids else Q(pk__in=[])
    return found | Q(review_node__in=handled) if handled else found
