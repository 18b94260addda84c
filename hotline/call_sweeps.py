"""What the clock does with call-backs: draw what was answered and not drawn, close what rests.

One request to a transaction: each is locked and looked at anew by the action, so that any number of workers and
people may be at it, and a sweep that runs twice does nothing twice.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from grids.calendar import load_calendar
from grids.models import Grid
from hotline import actions, rules
from hotline.calling import LOW, MeasureKey
from hotline.models import CallBack, Request, RequestEvent
from hotline.states import Act, CallState, RequestState, Solved
from residents.errors import NotPossible
from supervision.rules import Span, cutoff

BATCH = 500


@dataclass
class Done:
    drawn: int = 0
    closed: int = 0


def run(now: dt.datetime | None = None) -> Done:
    """Draw and close what is due by now, a batch of each at most; the next run goes on. Returns how many."""
    moment, done = now or timezone.now(), Done()
    drawn = CallBack.objects.filter(matter=OuterRef("pk"), round=OuterRef("reopen_count"))
    directly = RequestEvent.objects.filter(matter=OuterRef("pk"), act=Act.ANSWER_DIRECTLY)
    open_to_it = Q(state=RequestState.ANSWERED) | Q(Exists(directly), state=RequestState.CLOSED, call_state="")
    waiting = Request.objects.filter(open_to_it, ~Exists(drawn), answered_at__isnull=False, answered_at__lte=moment)
    for pk in waiting.order_by("id").values_list("pk", flat=True)[:BATCH]:
        done.drawn += _do(partial(actions.draw, pk, now=moment))
    for district in Grid.objects.filter(parent=None).only("pk"):
        for pk in _resting(district.pk, moment).order_by("id").values_list("pk", flat=True)[:BATCH]:
            done.closed += _do(partial(actions.close, pk, actor=None, now=moment))
    return done


def _resting(district_id: int, now: dt.datetime) -> QuerySet[Request]:
    """Return answered requests whose work has ended and that are content, not reached, or not called back in time.

    Whoever is dissatisfied waits for a decision of the call-back desk.
    """
    span = rules.measures(district_id)[MeasureKey.CLOSE_AFTER]
    since = cutoff(load_calendar(), now, Span(span.value, span.unit))
    unhappy = Q(solved=Solved.NO) | Q(satisfaction__isnull=False, satisfaction__lte=LOW)
    rests = Q(call_state=CallState.UNREACHABLE) | (Q(call_state=CallState.REACHED) & ~unhappy)
    last = CallBack.objects.filter(matter=OuterRef("pk"), round=F("matter__reopen_count"), at__lte=since)
    rests |= Q(Exists(last), call_state=CallState.SKIPPED)
    ended = Q(order=None) | Q(order__finished_at__isnull=False)
    return Request.objects.filter(rests, ended, district_id=district_id, state=RequestState.ANSWERED)


def _do(act: Callable[[], object]) -> int:
    """Do it, unless somebody acted on the request meanwhile."""
    try:
        act()
    except NotPossible:
        return 0
    return 1
