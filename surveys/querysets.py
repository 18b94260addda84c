"""Reads on questionnaires: who sees which, and whom one may ask."""

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models

from grids.backends import standing_for
from grids.models import Kind
from grids.roles import Permission
from grids.standing import PostFacts, Standing
from residents import sight
from surveys.states import Outcome, SurveyState

if TYPE_CHECKING:
    from accounts.models import User
    from surveys.models import Sampled, Survey  # noqa: F401 - named in the bases below

IN_A_GRID = frozenset({Kind.BASE.value, Kind.DEDICATED.value, Kind.MICRO.value})


def asking_posts(who: Standing) -> list[PostFacts]:
    """Return the posts in which one asks: not those within a grid, for nobody asks about the work of their own grid."""
    posts = who.nodes(Permission.ASK_SURVEYS)
    return [post for post in posts if post.unit_id is None and post.kind not in IN_A_GRID]


def crosswise_grids(who: Standing) -> set[int]:
    """Return the grids from which one asks crosswise, in others."""
    posts = who.nodes(Permission.ASK_SURVEYS)
    return {post.node_id for post in posts if post.unit_id is None and post.kind in IN_A_GRID}


def own_grids(who: Standing) -> set[int]:
    """Return the grids in whose daily work this person stands."""
    return {post.node_id for post in who.posts if post.kind in IN_A_GRID}


class SurveyQuerySet(models.QuerySet["Survey"]):
    def manageable_by(self, user: "User") -> "SurveyQuerySet":
        """Return those of nodes at or below one's posts that set questionnaires up."""
        return self.filter(_below(standing_for(user).nodes(Permission.MANAGE_SURVEYS)))

    def past(self, today: dt.date) -> "SurveyQuerySet":
        """Return those still being asked whose last day is over."""
        return self.filter(state=SurveyState.OPEN, closes_on__lt=today)

    def with_progress(self) -> "SurveyQuerySet":
        """Count along how many were drawn, and how many of them were reached and asked."""
        reached = models.Count("sampled", filter=models.Q(sampled__outcome=Outcome.REACHED))
        return self.annotate(drawn_count=models.Count("sampled"), reached_count=reached)

    def visible_to(self, user: "User") -> "SurveyQuerySet":
        """Return those that one set up or may, and those that are or were asked where one asks, or from one's grid."""
        who = standing_for(user)
        asked = models.Q(pk__in=())
        for post in asking_posts(who):
            above = models.Q(node__tree_id=post.tree_id, node__lft__lte=post.lft, node__rght__gte=post.rght)
            asked |= above | _below([post])
        if grids := crosswise_grids(who):
            drawn = apps.get_model("surveys", "Sampled").objects.filter(survey=models.OuterRef("pk"))
            asked |= models.Q(models.Exists(drawn.filter(asked_from__in=grids)))
        return self.filter(_below(who.nodes(Permission.MANAGE_SURVEYS)) | (asked & ~models.Q(state=SurveyState.DRAFT)))


def _below(posts: list[PostFacts]) -> models.Q:
    found = models.Q(pk__in=())
    for post in posts:
        if post.unit_id is None:
            found |= models.Q(node__tree_id=post.tree_id, node__lft__gte=post.lft, node__rght__lte=post.rght)
    return found


class SampledQuerySet(models.QuerySet["Sampled"]):
    def askable_by(self, user: "User") -> "SampledQuerySet":
        """Return whom this person may ask: in the area in which they ask, or drawn for their grid to ask crosswise;
        never about themselves or their own grid."""
        who = standing_for(user)
        columns: dict[str, set[int]] = {}
        for post in asking_posts(who):
            columns.setdefault(sight.COLUMN[post.kind], set()).add(post.node_id)
        grids = crosswise_grids(who)
        area = models.Q(asked_from__in=grids) if grids else models.Q(pk__in=())
        for column, nodes in columns.items():
            area |= models.Q(**{f"resident__{column}__in": nodes})
        mine = models.Q(worker=user) | models.Q(grid__in=own_grids(who))
        mine |= models.Q(unit__in={post.unit_id for post in who.posts if post.unit_id is not None})
        return self.filter(area, survey__state=SurveyState.OPEN, resident__gone="").exclude(mine)

    def to_do(self) -> "SampledQuerySet":
        return self.filter(outcome="")

    def to_do_on(self, today: dt.date) -> "SampledQuerySet":
        """Return who is still to be asked, of what is asked on this day."""
        return self.to_do().filter(survey__opens_on__lte=today, survey__closes_on__gte=today)
