"""Makers of questionnaires."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import User
from grids.models import Grid
from surveys import actions
from surveys.actions import Asked
from surveys.models import Survey
from tests.factories import Line

YES, NO = 0, 1
QUESTIONS = (
    Asked("visit_made", "有网格员上门吗？", "single", ("有", "没有"), "yes"),
    Asked("satisfied", "您满意吗？", "scale"),
    Asked("words", "还有什么意见？", "text"),
)


def make_survey(node: Grid, questions: Sequence[Asked] = QUESTIONS, **facts: Any) -> Survey:
    """Draft a questionnaire of a fortnight."""
    today = timezone.localdate()
    usual = {
        "title": "满意度问卷",
        "purpose": "了解居民对网格服务的评价",
        "kind": "opinion",
        "way": "phone",
        "opens_on": today,
        "closes_on": today + dt.timedelta(days=14),
        "looks_back_days": 30,
        "size": 10,
        "is_stratified": True,
    }
    return actions.draft(actor=None, node=node, facts=usual | facts, questions=questions, seed=7)


def opened(line: Line, **facts: Any) -> Survey:
    """Draft a questionnaire for the district and draw its sample."""
    survey = make_survey(line.district, **facts)
    actions.open_up(survey, actor=line.people["chief"])
    survey.refresh_from_db()
    return survey


def answered(survey: Survey, by: User, grades: Sequence[int]) -> None:
    """Have the first of those who were drawn give these grades."""
    for person, grade in zip(survey.sampled.order_by("position"), grades, strict=False):
        actions.ask(person, actor=by, outcome="reached", answers={"visit_made": YES, "satisfied": grade, "words": "好"})
