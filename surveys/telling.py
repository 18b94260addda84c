"""Who is told of a questionnaire: those who ask, once it is drawn; who made it, once its last day is over."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from accounts import notices
from grids.models import Grid, Post
from surveys.models import Survey
from surveys.populations import ASKING
from surveys.querysets import IN_A_GRID


def of_opening(survey: Survey, now: dt.datetime) -> None:
    """Tell those who ask in the communities that were drawn, above them up to the node, and from other grids."""
    places = set(survey.sampled.values_list("community_id", flat=True))
    turns = set(survey.sampled.exclude(asked_from=None).values_list("asked_from", flat=True))
    nodes = Grid.objects.filter(tree_id=survey.node.tree_id, lft__gte=survey.node.lft, lft__lte=survey.node.rght)
    above = Q(node__in=nodes.exclude(kind__in=IN_A_GRID)) & ~Q(
        node__kind="community", node__in=nodes.filter(kind="community").exclude(pk__in=places)
    )
    posts = Post.objects.in_force(timezone.localdate(now)).filter(role__in=ASKING, unit=None)
    asking = posts.filter(above | Q(node__in=turns))
    url = f"{survey.get_absolute_url()}ask/"
    facts = {"title": survey.title, "until": survey.closes_on.isoformat()}
    notices.send(sorted(set(asking.values_list("user_id", flat=True))), "survey_opened", facts, url, now=now)


def of_closing(surveys: Sequence[Survey], now: dt.datetime) -> None:
    """Tell who made them that they are closed and how many were reached is on their page."""
    drafts = [
        notices.Draft(survey.made_by_id, "survey_closed", {"title": survey.title}, survey.get_absolute_url())
        for survey in surveys
        if survey.made_by_id is not None
    ]
    notices.send_many(drafts, now=now)
