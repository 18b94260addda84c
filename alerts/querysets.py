"""Reads on early warnings: who sees which, what waits, how each rule has done."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

from accounts.models import User
from alerts.states import State
from grids.backends import standing_for
from grids.roles import Permission
from grids.standing import Standing
from hotline.periods import Period
from workorders.states import ClosingKind

if TYPE_CHECKING:
    from alerts.models import EarlyWarning
    from workorders.models import WorkOrder


class WarningQuerySet(models.QuerySet["EarlyWarning"]):
    def visible_to(self, user: User) -> "WarningQuerySet":
        """Return the warnings over whose place a post of this person decides on warnings; others do not exist."""
        return self.decided_by_posts_of(standing_for(user))

    def decided_by_posts_of(self, who: Standing) -> "WarningQuerySet":
        condition = Q(pk__in=[])
        for post in who.nodes(Permission.CONFIRM_WARNINGS):
            if post.unit_id is None:
                condition |= Q(node__tree_id=post.tree_id, node__lft__gte=post.lft, node__rght__lte=post.rght)
        return self.filter(condition)

    def open(self) -> "WarningQuerySet":
        """Return what waits for a decision."""
        return self.filter(state=State.NEW)

    def about(self, order: "WorkOrder") -> "WarningQuerySet":
        """Return the warnings from which the order was made, and those of a place that counted it."""
        counted = self.model.orders.through._default_manager.filter(workorder=order).values("earlywarning")
        return self.filter(Q(order=order) | Q(pk__in=counted))

    def with_names(self) -> "WarningQuerySet":
        """Join what a row or a page of a warning names."""
        joined = self.select_related("node", "category", "unit", "organisation", "topic", "order", "decided_by")
        joined = joined.select_related("facility__kind")
        hidden = [f"order__{name}" for name in ("contact_name", "contact_phone", "routing", "result")]
        kept = [f"organisation__{name}" for name in ("manager_name", "manager_phone", "safety_name", "safety_phone")]
        return joined.defer("node__boundary", "node__duties", *hidden, *kept)

    def decided_in(self, period: Period) -> "WarningQuerySet":
        """Return what a person decided in these days."""
        decided = self.filter(state__in=[State.CONFIRMED, State.DISMISSED])
        return decided.filter(closed_at__gte=period.begin, closed_at__lt=period.end)

    def found_since(self, day: dt.datetime) -> "WarningQuerySet":
        return self.filter(found_at__gte=day)

    def by_rule(self) -> "models.QuerySet[EarlyWarning, tuple[str, int, int, int, int]]":
        """Count per rule: decided, confirmed, orders made from them that have ended, and those of them solved."""
        ended = Q(state=State.CONFIRMED, order__finished_at__isnull=False)
        return (
            self.order_by()
            .values("rule")
            .annotate(
                decided=Count("pk"),
                confirmed=Count("pk", filter=Q(state=State.CONFIRMED)),
                ended=Count("pk", filter=ended),
                solved=Count("pk", filter=ended & Q(order__closing_kind=ClosingKind.SOLVED)),
            )
            .values_list("rule", "decided", "confirmed", "ended", "solved")
        )
