"""What people do with a hot topic: name it, put requests in and out, dismiss it, handle it as one order."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from hotline.actions.acting import begin, finish
from hotline.actions.dispatching import dispatch
from hotline.actions.merging import merge
from hotline.models import Request, Topic
from hotline.states import Act, RequestState
from residents.errors import NotPossible, Stale
from workorders import actions as orders
from workorders.actions.replying import reply_awaited
from workorders.models import Category, WorkOrder
from workorders.workflow import InvalidMove

MOST = 200
"""So many requests of a topic are handled at once."""


def _locked(topic: Topic | int, actor: User, version: int | None) -> Topic:
    """Lock a topic and read it anew; raises Topic.DoesNotExist, Stale, NotPossible or PermissionDenied."""
    pk = topic if isinstance(topic, int) else topic.pk
    found: Topic = Topic.objects.select_for_update(of=("self",)).get(pk=pk)
    if not standing_for(actor).has_at(Permission.INTAKE, found.district_id):
        raise PermissionDenied(_("Only the hotline's desk works on hot topics."))
    if version is not None and found.version != version:
        raise Stale(_("Somebody worked on this topic meanwhile. Look at it again."), version=found.version)
    if found.dismissed_at is not None:
        raise NotPossible(_("This topic was dismissed."))
    return found


def _save(topic: Topic) -> Topic:
    topic.version += 1
    topic.save()
    return topic


@transaction.atomic
def rename(topic: Topic | int, *, actor: User, title: str, version: int | None = None) -> Topic:
    """Give a topic the title that people know it by; the sweep keeps it."""
    found = _locked(topic, actor, version)
    if not title.strip():
        raise ValidationError({"title": _("Give it a subject.")})
    found.title, found.named_by = title.strip()[:200], actor
    return _save(found)


@transaction.atomic
def take_in(topic: Topic | int, matter: Request | int, *, actor: User, now: dt.datetime | None = None) -> Topic:
    """Put a request into a topic by hand; one that is in another leaves it."""
    found = _locked(topic, actor, None)
    turn = begin(matter, actor=actor, permission=Permission.INTAKE, now=now)
    if turn.matter.district_id != found.district_id or turn.matter.state in _NOT_OF_A_TOPIC:
        raise NotPossible(_("This request cannot be put into the topic."))
    if turn.matter.topic_id != found.pk:
        turn.matter.topic, turn.matter.is_topic_fixed = found, True
        finish(turn, Act.GROUP, details={"topic": found.pk})
        found.first_at = min(found.first_at, turn.matter.received_at)
        found.last_at = max(found.last_at, turn.matter.received_at)
    return _save(found)


@transaction.atomic
def take_out(topic: Topic | int, matter: Request | int, *, actor: User, now: dt.datetime | None = None) -> Topic:
    """Take a request out that is about something else; the sweep does not put it into a topic again. Its order, where
    there is one, stays as it is."""
    found = _locked(topic, actor, None)
    turn = begin(matter, actor=actor, permission=Permission.INTAKE, now=now)
    if turn.matter.topic_id == found.pk:
        turn.matter.topic, turn.matter.is_topic_fixed = None, True
        finish(turn, Act.UNGROUP, details={"topic": found.pk})
    return _save(found)


@transaction.atomic
def dismiss(topic: Topic | int, *, actor: User, version: int | None = None, now: dt.datetime | None = None) -> Topic:
    """Say that the requests are not about the same; each goes its own way."""
    found = _locked(topic, actor, version)
    if found.order_id is not None:
        raise NotPossible(_("The topic is handled as one order; it cannot be dismissed."))
    found.dismissed_at = now or timezone.now()
    return _save(found)


@transaction.atomic
def handle_as_one(
    topic: Topic | int,
    *,
    actor: User,
    grid: Grid | None = None,
    category: Category | None = None,
    description: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Topic:
    """Let one order stand for all open requests of a topic: its answer reaches each requester.

    Where the topic has an open order already, those that came since join it. Else the oldest request at the desk is
    dispatched, and where none waits there the oldest open order of a member leads; the others' open orders are merged
    into it. Raises ValidationError naming the field, NotPossible, Stale, PermissionDenied.
    """
    found = _locked(topic, actor, version)
    moment = now or timezone.now()
    members = list(
        found.requests.filter(state__in=[RequestState.RECEIVED, RequestState.DISPATCHED])
        .select_related("order", "category")
        .order_by("received_at", "pk")[:MOST]
    )
    order = _leading(found, members, actor, moment, grid, category, description)
    for matter in members:
        if matter.state == RequestState.RECEIVED and matter.order_id is None:
            merge(matter, actor=actor, order=order, now=moment)
    for other in {m.order_id: m.order for m in members if m.order_id not in {None, order.pk}}.values():
        _merge(other, order, actor, moment)
    reply_awaited(order)
    found.order = order
    return _save(found)


_NOT_OF_A_TOPIC = frozenset({RequestState.REFUSED, RequestState.MERGED})


def _leading(
    topic: Topic,
    members: list[Request],
    actor: User,
    now: dt.datetime,
    grid: Grid | None,
    category: Category | None,
    description: str,
) -> WorkOrder:
    """Return the order that is to stand for all, dispatching one where there is none."""
    if topic.order is not None and not topic.order.is_final:
        return topic.order
    led = [m.order for m in members if m.order is not None and not m.order.is_final]
    waiting = [m for m in members if m.state == RequestState.RECEIVED]
    if led:
        return led[0]
    if not waiting:
        raise NotPossible(_("None of its requests waits for work: there is nothing to handle."))
    first = waiting.pop(0)
    sent = dispatch(first, actor=actor, grid=grid, category=category, description=description, now=now)
    members.remove(first)
    assert sent.order is not None  # noqa: S101 - dispatch made it
    return sent.order


def _merge(other: WorkOrder | None, order: WorkOrder, actor: User, now: dt.datetime) -> None:
    """Merge a member's own order into the one; one that cannot be merged any more goes on by itself."""
    if other is None or other.is_final:
        return
    try:
        with transaction.atomic():
            orders.merge(other, actor=actor, into=order, now=now)
    except (InvalidMove, PermissionDenied, ValidationError):
        return
