"""Reads on call-backs: who may call whom, and whose word counts."""

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from grids.roles import Permission
from grids.standing import Standing
from hotline.calling import ANSWERED
from hotline.states import Act
from residents import sight

if TYPE_CHECKING:
    from hotline.models import CallTry, QueuedCall  # noqa: F401 - named in the bases below


class QueueQuerySet(models.QuerySet["QueuedCall"]):
    def callable_by(self, who: Standing) -> "QueueQuerySet":
        """Return what this person may call: of their area, and nothing that they or their unit had a hand in."""
        mine = sight.area(who, Permission.CALL_BACK, prefix="matter__")
        return self.filter(mine).exclude(had_a_hand(who))

    def due(self, now: dt.datetime) -> "QueueQuerySet":
        """Return what may be tried now."""
        return self.filter(next_at__lte=now)

    def free_for(self, who: Standing, now: dt.datetime) -> "QueueQuerySet":
        """Leave out what somebody else has opened just now."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=who.user_id))


class TryQuerySet(models.QuerySet["CallTry"]):
    def said(self) -> "TryQuerySet":
        """Return the tries that brought the requester's word."""
        return self.filter(outcome__in=sorted(ANSWERED))


def had_a_hand(who: Standing, prefix: str = "matter__") -> Q:
    """Requests that a person or their unit handled, or whose reply they drafted or approved, or answered at the desk.

    `prefix` leads from the row to the request. Who handled never calls back (DOMAIN.md §5.3, call-back).
    """
    me, units = who.user_id, every_unit(who)
    order, outer = f"{prefix}order", f"{prefix}pk"
    involved = apps.get_model("workorders", "Involvement").objects.filter(order=OuterRef(f"{order}_id"))
    replies = apps.get_model("hotline", "Reply").objects
    events = apps.get_model("hotline", "RequestEvent").objects.filter(matter=OuterRef(outer), actor=me)
    found = Q(**{f"{order}__assignee": me}) | Q(**{f"{order}__handler": me}) | Q(Exists(involved.filter(user=me)))
    wrote = Q(drafted_by=me) | Q(reviewed_by=me)
    if units:
        found |= Q(**{f"{order}__lead_unit__in": units}) | Q(**{f"{order}__accountable_unit__in": units})
        found |= Q(Exists(involved.filter(unit__in=units)))
        wrote |= Q(unit__in=units)
    found |= Q(Exists(replies.filter(wrote, order=OuterRef(f"{order}_id"))))
    found |= Q(Exists(replies.filter(wrote, matter=OuterRef(outer))))
    return found | Q(Exists(events.filter(act=Act.ANSWER_DIRECTLY)))


def every_unit(who: Standing) -> list[int]:
    """Return the units of all posts, whatever they allow."""
    return sorted({post.unit_id for post in who.posts if post.unit_id is not None})
