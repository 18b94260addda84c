"""The lists of the call-back desk, and how many wait there."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.roles import Permission
from grids.standing import Standing
from hotline.call_querysets import QueueQuerySet, had_a_hand
from hotline.calling import LOW
from hotline.models import QueuedCall, Request
from hotline.querysets import RequestQuerySet, in_area
from hotline.states import CallState, RequestState, Solved


class CallTab(models.TextChoices):
    DUE = "due", _("To call now")
    LATER = "later", _("Try again later")
    UNHAPPY = "unhappy", _("Dissatisfied, to decide")
    DONE = "done", pgettext_lazy("call-backs", "Done")


def due(who: Standing, now: dt.datetime) -> QueueQuerySet:
    """Return what this person may call now, the nearest first."""
    return QueuedCall.objects.callable_by(who).due(now)


def tab(name: str, who: Standing, now: dt.datetime) -> RequestQuerySet:
    """Return the requests of a list; the first two are those of the queue, so that every list shows the same."""
    mine = Request.objects.filter(in_area(who, Permission.CALL_BACK))
    if name == CallTab.DUE:
        return mine.filter(queued_call__in=due(who, now))
    if name == CallTab.LATER:
        return mine.filter(queued_call__in=QueuedCall.objects.callable_by(who).filter(next_at__gt=now))
    if name == CallTab.UNHAPPY:
        return unhappy(mine).exclude(had_a_hand(who, prefix=""))
    return mine.filter(call_state__in=[CallState.REACHED, CallState.UNREACHABLE])


def unhappy(matters: RequestQuerySet) -> RequestQuerySet:
    """Return whose requester was reached, is dissatisfied, and still waits for what follows."""
    bad = Q(solved=Solved.NO) | Q(satisfaction__isnull=False, satisfaction__lte=LOW)
    return matters.filter(bad, state=RequestState.ANSWERED, call_state=CallState.REACHED)


def waiting(who: Standing, now: dt.datetime) -> "QuerySet[Any] | None":
    """Return what one may call now, for the navigation; None for whoever does not call."""
    return due(who, now) if who.has(Permission.CALL_BACK) else None
