"""Reads on requests: what waits for a person's decision, what they asked for, what was decided in their area."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from grids.models import Kind
from grids.roles import Permission
from grids.standing import PostFacts, Standing
from workorders.states import ApprovalKind, ApprovalState

if TYPE_CHECKING:
    from workorders.models import Approval  # noqa: F401 - named in the base below

NOTHING = Q(pk__in=[])


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def open(self) -> "ApprovalQuerySet":
        return self.filter(state=ApprovalState.OPEN)

    def to_decide_by(self, who: Standing) -> "ApprovalQuerySet":
        """Return the open requests of others that this person may decide.

        The same as `approves` and `excludes` in the table of moves say order by order: a post at the node that has
        the order or above it, and not its handler. Whoever decides may see confidential orders too.
        """
        handlers = NOTHING
        for post in who.nodes(Permission.APPROVE):
            handlers |= _over_holder(post)
        exclusions = NOTHING
        for post in who.nodes(Permission.EXCLUDE):
            exclusions |= _place(post)
        wanted = handlers & ~Q(kind=ApprovalKind.EXCLUSION) | exclusions & Q(kind=ApprovalKind.EXCLUSION)
        mine = Q(order__assignee=who.user_id)
        if who.unit_ids:
            mine |= Q(order__assignee=None, order__lead_unit__in=who.unit_ids)
        own = Q(asked_by=who.user_id) | mine & ~Q(kind=ApprovalKind.EXCLUSION)
        return self.open().filter(wanted).exclude(own)

    def asked_by(self, who: Standing) -> "ApprovalQuerySet":
        return self.filter(asked_by=who.user_id)

    def decided_in_area_of(self, who: Standing) -> "ApprovalQuerySet":
        """Return what this person decided, and what was decided on orders of the area in which they decide."""
        area = Q(decided_by=who.user_id)
        for permission in (Permission.APPROVE, Permission.EXCLUDE):
            for post in who.nodes(permission):
                area |= _place(post)
        return self.exclude(state=ApprovalState.OPEN).filter(area)


def _place(post: PostFacts) -> Q:
    """Orders whose place lies at the post's node or below it."""
    node = post.node_id
    if post.kind in {Kind.DISTRICT, Kind.STREET}:
        return Q(**{f"order__{post.kind}": node})
    if post.kind == Kind.COMMUNITY:
        return Q(order__community=node) | Q(order__co_community=node)
    return Q(order__grid=node)


def _over_holder(post: PostFacts) -> Q:
    """Orders that the post's node, or one below it on their path, has now (`Standing.has_over`)."""
    node, holder = post.node_id, "order__holder"
    if post.kind == Kind.DISTRICT:
        return Q(order__district=node)
    if post.kind == Kind.STREET:
        return Q(order__street=node) & ~Q(**{holder: F("order__district")})
    if post.kind == Kind.COMMUNITY:
        below = Q(**{holder: node}) | Q(**{holder: F("order__grid")})
        own = Q(order__community=node) & (below | Q(**{holder: F("order__co_community")}))
        return own | Q(order__co_community=node) & below
    return Q(order__grid=node, **{holder: node})
