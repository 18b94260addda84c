"""Reads on visits: who sees which, what is due, what was told."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from residents import sight
from residents.querysets import column_of

if TYPE_CHECKING:
    from accounts.models import User
    from visits.models import Due, LogEntry, Report, Visit  # noqa: F401 - named in the bases below


def knowing_grids(who: Standing) -> list[int]:
    """Return the grids in whose daily work this person stands: only there a plan shows what few may know."""
    return [post.node_id for post in who.nodes(Permission.VISIT) if post.kind in {"base", "dedicated"}]


class DueQuerySet(models.QuerySet["Due"]):
    def here(self) -> "DueQuerySet":
        """Return the visits of residents who are still here: one who left since last night is due no more."""
        return self.filter(resident__gone="")

    def visible_to(self, user: "User") -> "DueQuerySet":
        return self.filter(sight.area(standing_for(user), prefix="resident__"))

    def visitable_by(self, user: "User") -> "DueQuerySet":
        """Return those of the area in which this person visits."""
        return self.filter(sight.area(standing_for(user), Permission.VISIT, prefix="resident__"))

    def within(self, node: Grid) -> "DueQuerySet":
        return self.filter(**{f"resident__{column_of(node)}": node.pk})

    def open(self, day: dt.date, *, knowing: bool) -> "DueQuerySet":
        """Return those whose window is open on this day; the discreet ones only for whoever may know of them."""
        is_open = models.Q(opens_on__lte=day)
        return self.here().filter(is_open | models.Q(discreet_opens_on__lte=day) if knowing else is_open)

    def overdue(self, day: dt.date) -> "DueQuerySet":
        """Return those that everybody who sees the register may know to be overdue."""
        return self.here().filter(due_on__lt=day)


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: "User") -> "VisitQuerySet":
        """Return the visits to places that this person sees, and their own."""
        return self.filter(sight.area(standing_for(user)) | models.Q(visitor=user))

    def branches_for(self, user: "User") -> "list[VisitQuerySet]":
        """Return `visible_to` cut into sets that each stand on one index, for the head of a list."""
        return [self.filter(sight.area(standing_for(user))), self.filter(visitor=user)]

    def valid(self) -> "VisitQuerySet":
        return self.filter(annulled_at=None)

    def within(self, node: Grid) -> "VisitQuerySet":
        return self.filter(**{column_of(node): node.pk})


class LogQuerySet(models.QuerySet["LogEntry"]):
    def visible_to(self, user: "User") -> "LogQuerySet":
        """Return the entries of places that this person sees, and their own."""
        return self.filter(sight.area(standing_for(user)) | models.Q(author=user))

    def narrowed(self, *, kind: str = "", day: dt.date | None = None) -> "LogQuerySet":
        """Return the entries of a kind, of a day; empty narrows nothing."""
        rows = self.filter(kind=kind) if kind else self
        return rows.filter(heard_at__date=day) if day else rows

    def branches_for(self, user: "User") -> "list[LogQuerySet]":
        """Return `visible_to` cut into sets that each stand on one index, for the head of a list."""
        return [self.filter(sight.area(standing_for(user))), self.filter(author=user)]

    def within(self, node: Grid) -> "LogQuerySet":
        return self.filter(**{column_of(node): node.pk})


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "User") -> "ReportQuerySet":
        """Return the reports of nodes at or below one's posts that see the registers."""
        seen = models.Q(pk__in=[])
        for post in standing_for(user).nodes(Permission.VIEW_REGISTERS):
            if post.unit_id is None:
                seen |= models.Q(node__tree_id=post.tree_id, node__lft__gte=post.lft, node__rght__lte=post.rght)
        return self.filter(seen)
