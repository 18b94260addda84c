"""The situations that supervisors look for: one condition each, with since when it holds, and its words.

A condition is one query over work orders; digests and the page use the same ones, so that their counts agree.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.calendar import WorkingCalendar
from supervision.rules import Span, Watch, cutoff
from supervision.states import Situation
from workorders.models import Approval, Event, Photo, PhotoKind, WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.states import ApprovalKind, ApprovalState, ClosingKind, Move, State

PRESSING = (Move.URGE, Move.SUPERVISE)
"""To be pressed is no progress: such rows do not break the silence."""

Find = Callable[[Watch, WorkingCalendar, dt.datetime], OrderQuerySet]


@dataclass(frozen=True)
class Look:
    """How a situation is found, and what it means in plain words."""

    find: Find
    words: Promise
    advice: Promise
    counts_times: bool = False
    """The threshold is a number of times, not a span."""


def _since(watch: Watch, calendar: WorkingCalendar, now: dt.datetime) -> dt.datetime:
    return cutoff(calendar, now, Span(watch.value, watch.unit))


def unsigned(watch: Watch, calendar: WorkingCalendar, now: dt.datetime) -> OrderQuerySet:
    waiting = WorkOrder.objects.open().filter(state=State.DISPATCHED)
    return waiting.filter(dispatched_at__lte=_since(watch, calendar, now)).annotate(since=F("dispatched_at"))


def silent(watch: Watch, calendar: WorkingCalendar, now: dt.datetime) -> OrderQuerySet:
    since = _since(watch, calendar, now)
    events = Event.objects.filter(order=OuterRef("pk")).exclude(move__in=PRESSING)
    last = Subquery(events.order_by("-id").values("at")[:1], output_field=DateTimeField())
    quiet = ~Exists(events.filter(at__gt=since))
    idle = WorkOrder.objects.open().filter(quiet, reported_at__lte=since).exclude(state=State.SUSPENDED)
    return idle.annotate(since=Coalesce(last, "reported_at"))


def pause_over(watch: Watch, calendar: WorkingCalendar, now: dt.datetime) -> OrderQuerySet:
    paused = WorkOrder.objects.open().filter(state=State.SUSPENDED)
    return paused.filter(suspended_until__lte=_since(watch, calendar, now)).annotate(since=F("suspended_until"))


def extension_refused(watch: Watch, calendar: WorkingCalendar, now: dt.datetime) -> OrderQuerySet:
    """The last word on its extension was no, that long ago."""
    asked = Approval.objects.filter(order=OuterRef("pk"), kind=ApprovalKind.EXTENSION).order_by("-id")
    last = Subquery(asked.values("state")[:1])
    decided = Subquery(asked.values("decided_at")[:1], output_field=DateTimeField())
    found = WorkOrder.objects.open().annotate(last_extension=last, since=decided)
    return found.filter(last_extension=ApprovalState.REFUSED, since__lte=_since(watch, calendar, now))


def returned(watch: Watch, calendar: WorkingCalendar, now: dt.datetime) -> OrderQuerySet:
    return WorkOrder.objects.open().filter(return_count__gte=watch.value).annotate(since=F("reported_at"))


def no_photo(watch: Watch, calendar: WorkingCalendar, now: dt.datetime) -> OrderQuerySet:
    after = Photo.objects.filter(order=OuterRef("pk"), kind=PhotoKind.AFTER)
    closed = Q(state__in=[State.CLOSED, State.EVALUATED], closing_kind=ClosingKind.SOLVED)
    recent = WorkOrder.objects.filter(closed, finished_at__gte=_since(watch, calendar, now))
    return recent.filter(~Exists(after), category__needs_photo=True).annotate(since=F("finished_at"))


LOOKS: dict[Situation, Look] = {
    Situation.UNSIGNED: Look(
        unsigned,
        _("Dispatched, but nobody has signed for it for longer than the threshold. The handling time runs already."),
        _("Ask the unit to sign, or dispatch it to somebody else."),
    ),
    Situation.SILENT: Look(
        silent,
        _("Open, and nothing was recorded on it for longer than the threshold."),
        _("Urge whoever has it, or ask for a report by a supervision order."),
    ),
    Situation.PAUSE_OVER: Look(
        pause_over,
        _("Suspended, and the date on which it was to be resumed passed longer ago than the threshold."),
        _("Have it resumed, or decide on a new date."),
    ),
    Situation.RETURNED: Look(
        returned,
        _("Open, and returned by units at least so many times: it may be nobody's case."),
        _("Decide who leads, and let the decision be final."),
        counts_times=True,
    ),
    Situation.NO_PHOTO: Look(
        no_photo,
        _("Closed as solved within the period without a photo of the result, though its category asks for one."),
        _("Have the place looked at, and the photo added or the order reopened."),
    ),
    Situation.EXTENSION_REFUSED: Look(
        extension_refused,
        _("Its extension was refused longer ago than the threshold, and it is still open."),
        _("Ask when it will be done, by a supervision order if need be."),
    ),
}


def orders(watch: Watch, calendar: WorkingCalendar, now: dt.datetime) -> OrderQuerySet:
    """Return the orders in a situation, each with `since`: the moment from which it holds."""
    return LOOKS[watch.situation].find(watch, calendar, now)


def gravity(watch: Watch, since: dt.datetime, returns: int, now: dt.datetime) -> int:
    """Say how bad it is, to tell a person again early when it got worse: doubling the time is one worse, a further
    return is one worse, and what only stays closed gets no worse."""
    if LOOKS[watch.situation].counts_times:
        return returns
    if watch.situation == Situation.NO_PHOTO:
        return 0
    return int((now - since) / dt.timedelta(days=1)).bit_length()
