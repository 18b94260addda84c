"""Reads on work orders: who sees which, and the lists that people work from."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from workorders import sight
from workorders.states import OrderKind, Scheme

if TYPE_CHECKING:
    from workorders.models import Category, Precedent, Rule, StageClock, WorkOrder  # noqa: F401 - named in the bases below


class Tab(models.TextChoices):
    """The lists of a person's orders."""

    TODO = "todo", _("To do")
    DOING = "doing", _("In hand")
    DONE = "done", _("Done")
    REPORTED = "reported", _("I reported")
    SUPERVISED = "supervised", _("Supervised")
    OVERDUE = "overdue", _("Overdue")


class CategoryQuerySet(models.QuerySet["Category"]):
    def active(self) -> "CategoryQuerySet":
        return self.filter(is_active=True)

    def of_incidents(self) -> "CategoryQuerySet":
        """Return what a grid worker reports under; the hotline's own words are for its desk."""
        return self.active().filter(scheme=Scheme.INCIDENT)


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_force(self, at: dt.datetime) -> "RuleQuerySet":
        """Return the rows that held at this moment."""
        return self.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=at), valid_from__lte=at)


class ClockQuerySet(models.QuerySet["StageClock"]):
    def running(self) -> "ClockQuerySet":
        return self.filter(stopped_at=None)

    def due(self, now: dt.datetime) -> "ClockQuerySet":
        """Return the clocks that the sweep has to look at by now, the longest waiting first."""
        return self.running().filter(next_at__lte=now).order_by("next_at", "id")


class PrecedentQuerySet(models.QuerySet["Precedent"]):
    def in_force(self) -> "PrecedentQuerySet":
        return self.filter(retired_at=None)

    def visible_to(self, user: User) -> "PrecedentQuerySet":
        """Return the precedents of the districts in which a person's posts open orders or keep rules."""
        who = standing_for(user)
        seen = models.Q(pk__in=[])
        for post in {*who.nodes(Permission.VIEW_ORDERS), *who.nodes(Permission.MANAGE_RULES)}:
            seen |= models.Q(district__tree_id=post.tree_id)
        return self.filter(seen)


class OrderQuerySet(models.QuerySet["WorkOrder"]):
    def open(self) -> "OrderQuerySet":
        return self.filter(finished_at=None)

    def visible_to(self, user: User) -> "OrderQuerySet":
        """Return what this person may see at all; anything else is 404."""
        return self.seen_by(standing_for(user))

    def seen_by(self, who: Standing) -> "OrderQuerySet":
        return self.filter(sight.open_area(who) | sight.part(who))

    def with_nodes(self, *names: str) -> "OrderQuerySet":
        """Join these nodes of the tree without their outlines: reading a district's takes longer than a page may."""
        heavy = [f"{name}__{column}" for name in names for column in ("boundary", "duties")]
        return self.select_related(*names).defer(*heavy)

    def branches_for(self, user: User) -> "list[OrderQuerySet]":
        """Return `visible_to` cut into sets that each stand on one index; an order may be in several."""
        return [self.filter(condition) for condition in sight.branches(standing_for(user))]

    def tab(self, tab: Tab | str, who: Standing, now: dt.datetime | None = None) -> "OrderQuerySet":
        """Return one of a person's lists. `done` is by area where one has an area, else by unit, so that it stays
        on one index however many orders there are. What assists an order, and a task, is in the lists of those who
        have a part in it, and counts in no area's."""
        area = sight.open_area(who) & models.Q(kind=OrderKind.INCIDENT)
        if tab == Tab.TODO:
            return self.filter(sight.waiting_for(who))
        if tab == Tab.DOING:
            return self.open().filter(area | sight.part(who)).exclude(sight.next_moves(who))
        if tab == Tab.DONE:
            has_area = who.has(Permission.VIEW_ORDERS)
            theirs = area if has_area else models.Q(lead_unit__in=who.unit_ids) | models.Q(reporter=who.user_id)
            return self.filter(theirs, finished_at__isnull=False)
        if tab == Tab.REPORTED:
            return self.filter(reporter=who.user_id)
        if tab == Tab.SUPERVISED:
            return self.open().exclude(supervision_level="").filter(area | sight.part(who))
        return self.filter(sight.overdue(now or timezone.now())).filter(area | sight.part(who))

    def overdue(self, now: dt.datetime) -> "OrderQuerySet":
        return self.filter(sight.overdue(now))

    def due_soon(self, now: dt.datetime) -> "OrderQuerySet":
        return self.filter(sight.due_soon(now))

    def to_check_by(self, who: Standing) -> "OrderQuerySet":
        """Return the orders that wait for this person to verify, strike off or close."""
        return self.filter(sight.checks_of(who))

    def climbed_to(self, who: Standing) -> "OrderQuerySet":
        """Return the orders that climbed and wait for this person."""
        return self.filter(sight.waiting_for(who), is_escalated=True)

    def within(self, node: Grid) -> "OrderQuerySet":
        """Return the orders whose place lies in this node."""
        if node.kind in {"district", "street"}:
            return self.filter(**{node.kind: node})
        if node.kind == "community":
            return self.filter(models.Q(community=node) | models.Q(co_community=node))
        return self.filter(grid=node)

    def by_precedent(self, precedent_ids: Collection[int]) -> dict[int, int]:
        """Count how many of these orders each precedent dispatched (`routing` names it): one query, on their index."""
        cited = self.filter(routing__has_key="precedent", routing__precedent__in=list(precedent_ids))
        counted = cited.order_by().values_list("routing__precedent").annotate(n=models.Count("pk"))
        return {int(pk): n for pk, n in counted}

    def newest_first(self) -> "OrderQuerySet":
        return self.order_by("-reported_at", "-id")

    def most_urgent_first(self) -> "OrderQuerySet":
        return self.order_by("due_at", "id")
