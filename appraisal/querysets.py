"""Reads on appraisal: who sees which results, and the lists that people work from."""

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from appraisal.states import SHOWN, ObjectionState, PayKind, PeriodState
from grids.backends import standing_for
from grids.roles import Permission
from grids.standing import Standing

if TYPE_CHECKING:
    from appraisal.models import Assessment, Objection, PayElement, PointEntry, Result, Scheme  # noqa: F401 - named in the bases

P = Permission
JUDGES = (P.VIEW_APPRAISAL, P.APPRAISE)


def under(who: Standing, permission: Permission, node: str = "node") -> Q:
    """Select the rows whose node lies under a post, not one in a unit, that gives the permission; with "" the nodes
    themselves."""
    condition, to = Q(pk__in=[]), f"{node}__" if node else ""
    for post in who.nodes(permission):
        if post.unit_id is None:
            inside = {f"{to}tree_id": post.tree_id, f"{to}lft__gte": post.lft, f"{to}lft__lte": post.rght}
            condition |= Q(**inside)
    return condition


def of_district(who: Standing, *permissions: Permission) -> Q:
    """Select the rows of the districts in which a post gives one of the permissions."""
    trees = {post.tree_id for one in permissions for post in who.nodes(one) if post.unit_id is None}
    return Q(district__tree_id__in=trees)


KNOWING = (Permission.HANDLE, Permission.VISIT, Permission.MANAGE_SCHEMES, *JUDGES)
"""Who is judged, and who judges."""


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, user: User) -> "SchemeQuerySet":
        """Return the schemes of the district where one is judged or judges: how is no secret among them."""
        who = standing_for(user)
        return self.filter(district__tree_id__in={post.tree_id for given in KNOWING for post in who.nodes(given)})

    def in_force(self) -> "SchemeQuerySet":
        """Return the newest version of each scheme."""
        return self.filter(valid_to=None)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> "AssessmentQuerySet":
        return self.filter(of_district(standing_for(user), *JUDGES))

    def settled(self, now: dt.datetime) -> "AssessmentQuerySet":
        """Return the published ones whose days for objections are over, with no objection undecided."""
        undecided = apps.get_model("appraisal", "Objection").objects.open().filter(result__assessment=OuterRef("pk"))
        return self.filter(~Exists(undecided), state=PeriodState.PUBLISHED, objections_until__lt=now)


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: User) -> "ResultQuerySet":
        """Return the results of one's area, and once published one's own and those of one's unit."""
        who = standing_for(user)
        own = Q(user=user.pk) | Q(unit__in=who.unit_ids)
        return self.filter(self.seen_as_judge(who) | own & Q(assessment__state__in=SHOWN))

    def of_area(self, user: User) -> "ResultQuerySet":
        """Return the results under one's posts."""
        return self.filter(self.seen_as_judge(standing_for(user)))

    def of_person(self, user: User) -> "ResultQuerySet":
        """Return one's own published results, and those of one's unit."""
        own = Q(user=user.pk) | Q(unit__in=standing_for(user).unit_ids)
        return self.filter(own, assessment__state__in=SHOWN)

    def seen_as_judge(self, who: Standing) -> Q:
        return under(who, P.VIEW_APPRAISAL)

    def with_names(self) -> "ResultQuerySet":
        read = self.select_related("user", "unit", "node", "assessment__scheme")
        return read.defer("node__boundary", "node__duties")


class PointQuerySet(models.QuerySet["PointEntry"]):
    def visible_to(self, user: User) -> "PointQuerySet":
        """Return the points given in one's area, and one's own and those of one's unit: at once, since they are
        immediate."""
        who = standing_for(user)
        return self.filter(under(who, P.VIEW_APPRAISAL) | Q(user=user.pk) | Q(unit__in=who.unit_ids))

    def standing(self) -> "PointQuerySet":
        """Return what was given and not given back."""
        return self.filter(reverses=None, reversed_by=None)

    def with_names(self) -> "PointQuerySet":
        read = self.select_related("user", "unit", "node", "rule", "order", "given_by", "reversed_by")
        read = read.prefetch_related("photos")
        return read.defer("node__boundary", "node__duties")


class PayElementQuerySet(models.QuerySet["PayElement"]):
    def paid_from(self, day: dt.date) -> "PayElementQuerySet":
        """Return the rows that hold on this day or later."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day))

    def paid_on(self, day: dt.date) -> "PayElementQuerySet":
        return self.paid_from(day).filter(valid_from__lte=day)

    def bands(self, district_id: int, day: dt.date) -> "PayElementQuerySet":
        """Return a district's bands of results that hold on this day or later, the highest first."""
        held = self.filter(district=district_id, kind=PayKind.PERFORMANCE)
        return held.paid_from(day).order_by("-at_least", "valid_from")


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def open(self) -> "ObjectionQuerySet":
        return self.filter(state=ObjectionState.OPEN)

    def visible_to(self, user: User) -> "ObjectionQuerySet":
        """Return the objections of one's area, and one's own and those of one's unit."""
        who = standing_for(user)
        own = Q(raised_by=user.pk) | Q(result__user=user.pk) | Q(result__unit__in=who.unit_ids)
        return self.filter(under(who, P.VIEW_APPRAISAL, "result__node") | own)

    def awaiting(self, who: Standing) -> "ObjectionQuerySet":
        """Return the undecided ones that this person may have to decide: not their own."""
        mine = under(who, P.DECIDE_OBJECTIONS, "result__node")
        return self.open().filter(mine).exclude(raised_by=who.user_id).exclude(result__user=who.user_id)

    def with_parties(self) -> "ObjectionQuerySet":
        read = self.select_related(
            *("result__user", "result__unit", "result__node", "result__assessment__scheme"),
            *("line__indicator", "entry__rule", "raised_by", "decided_by"),
        )
        return read.defer("result__node__boundary", "result__node__duties")
