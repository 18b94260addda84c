"""Who may be drawn for a questionnaire, with what is judged by their answers; and the grids that can ask."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from grids.models import Grid, Kind, Post
from grids.roles import PERMISSIONS, Permission, Role
from hotline.models import Request
from insights.sources.orders import SOLVED
from residents.models import Resident
from surveys.models import NotAsked, Survey
from surveys.states import SurveyKind
from visits.models import VisitedPerson
from visits.states import Outcome as VisitOutcome

ADULT = 18
REACHED = (VisitOutcome.MET, VisitOutcome.PHONE)
"""Ends of a visit that say somebody was spoken to."""
ASKING = tuple(role for role in Role if Permission.ASK_SURVEYS in PERMISSIONS[role])
People = dict[int, dict[str, Any]]
"""Resident → the columns of `Sampled` that say what is judged by their answers."""


def of(survey: Survey, now: dt.datetime) -> People:
    """Return who may be drawn."""
    if survey.kind == SurveyKind.SPOT_CHECK:
        return _checked(survey, now)
    adults = _adults(survey, timezone.localdate(now))
    return _served(survey, adults, now) if survey.kind == SurveyKind.HANDLING else adults


def _adults(survey: Survey, today: dt.date) -> People:
    """Return who may be drawn: adults of the node who are here and did not ask to be left alone."""
    born_by = today.replace(year=today.year - ADULT, day=min(today.day, 28))
    rows = Resident.objects.here().within(survey.node).filter(born_on__lte=born_by, anonymised_at=None)
    rows = rows.exclude(pk__in=NotAsked.objects.values("resident"))
    posts = Post.objects.in_force(today).filter(node__tree_id=survey.node.tree_id, is_primary=True)
    primary = dict(posts.values_list("node_id", "user_id"))
    return {
        key: {"grid_id": grid, "community_id": community, "worker_id": primary.get(grid)}
        for key, grid, community in rows.values_list("pk", "grid_id", "community_id")
    }


def _checked(survey: Survey, now: dt.datetime) -> People:
    """Return those of them whom a visit of the last days says it reached, with the newest such visit."""
    adults = _adults(survey, timezone.localdate(now))
    since = now - dt.timedelta(days=survey.looks_back_days)
    visits = VisitedPerson.objects.filter(
        visit__outcome__in=REACHED, visit__annulled_at=None, visit__visited_at__range=(since, now)
    )
    rows = visits.filter(resident__in=Resident.objects.within(survey.node)).order_by("visit__visited_at")
    found: People = {}
    for key, visit, visitor in rows.values_list("resident_id", "visit_id", "visit__visitor_id"):
        if key in adults:
            found[key] = adults[key] | {"visit_id": visit, "worker_id": visitor}
    return found


def _served(survey: Survey, adults: People, now: dt.datetime) -> People:
    """Return those of them who asked the hotline for something that was solved in the last days, by its newest order.

    They are found by the fingerprint of the phone that asked, where it is one resident's alone; who wanted secrecy is
    left out, and so is what was excluded from assessment.
    """
    since = now - dt.timedelta(days=survey.looks_back_days)
    asked = Request.objects.filter(
        district__tree_id=survey.node.tree_id, is_secret=False, is_excluded=False, phone_hash__isnull=False
    )
    solved = asked.filter(
        order__state__in=SOLVED, order__finished_at__range=(since, now), order__is_confidential=False
    ).order_by("order__finished_at")
    rows = solved.values_list("phone_hash", "order__lead_unit", "order__handler")
    orders = {phone: (unit, handler) for phone, unit, handler in rows if phone is not None}
    owners: dict[uuid.UUID, list[int]] = defaultdict(list)
    here = Resident.objects.here().filter(phone_hash__in=list(orders))
    for key, phone in here.values_list("pk", "phone_hash"):
        if phone is not None:
            owners[phone].append(key)
    found: People = {}
    for phone, (unit, handler) in orders.items():
        if len(owners[phone]) == 1 and (key := owners[phone][0]) in adults:
            found[key] = adults[key] | {"unit_id": unit, "worker_id": handler or adults[key]["worker_id"]}
    return found


def grids_that_ask(communities: Iterable[int], today: dt.date) -> list[tuple[int, int]]:
    """Return (community, grid) for each base grid of these communities with somebody who may ask from there."""
    grids = Grid.objects.filter(parent__in=list(communities), kind=Kind.BASE).in_force(today)
    posts = Post.objects.in_force(today).filter(role__in=ASKING, unit=None, node__in=grids)
    return sorted(set(posts.values_list("node__parent_id", "node_id")))
