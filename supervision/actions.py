"""Everything that changes a supervision order, one function to an act; pages, API and tasks call these."""

import datetime as dt
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from grids.backends import standing_for
from grids.calendar import load_calendar
from grids.models import Grid, Unit
from grids.standing import Standing
from supervision import parties, rules
from supervision.addressees import Addressee
from supervision.models import SupervisionEvent, SupervisionOrder
from supervision.states import OPEN, Act, Outcome, State, higher
from supervision.workflow import ACTS, check_act, check_issue
from workorders.actions.moving import involve
from workorders.actions.supervising import mark_supervised
from workorders.models import WorkOrder
from workorders.numbers import take_many
from workorders.states import LimitUnit
from workorders.states import SupervisionLevel as Level
from workorders.workflow import StaleOrder

LONGEST = dt.timedelta(days=365)


@dataclass
class Turn:
    """One act being made on one locked supervision order, its work order locked before it."""

    item: SupervisionOrder
    actor: User | None
    who: Standing | None
    now: dt.datetime
    tells: list[tuple[str, list[int]]] = field(default_factory=list)


@transaction.atomic
def issue(
    order: WorkOrder | int,
    *,
    actor: User | None,
    level: str,
    demand: str,
    addressee: Addressee,
    due_at: dt.datetime | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> SupervisionOrder:
    """Demand something of whoever has a work order; a draft on it becomes this supervision order.

    `due_at` None takes the level's limit (supervision/rules.py); `version` is the draft's, where there is one.
    Raises InvalidMove when the order is finished or supervised already, PermissionDenied, StaleOrder, ValidationError.
    """
    moment = now or timezone.now()
    locked = _lock_order(order if isinstance(order, int) else order.pk)
    item = SupervisionOrder.objects.select_for_update().filter(order=locked, state__in=OPEN).first()
    who = standing_for(actor) if actor is not None else None
    check_issue(locked, item, who)
    if item is None:
        item = SupervisionOrder(district_id=locked.district_id, order=locked, opened_at=moment)
        item.number = take_number(locked.district_id, moment)
    elif version is not None and item.version != version:
        raise _stale()
    item.order = locked
    item.overdue_since = overdue_since(locked, moment)
    item.state, item.issuer, item.issued_at = State.ISSUED, actor, moment
    turn = Turn(item, actor, who, moment)
    _demand(turn, Act.ISSUE, "supervision_issued", level, demand, addressee, due_at)
    return item


@transaction.atomic
def reply(
    item: SupervisionOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> SupervisionOrder:
    """Answer the demand; the supervisor is told and judges the answer."""
    turn = _begin(item, Act.REPLY, actor, version, now)
    _need(note, "note", _("Write the reply."))
    mine = turn.item
    mine.state, mine.reply, mine.replier, mine.replied_at = State.REPLIED, note.strip(), actor, turn.now
    mine.next_at = None
    return _finish(turn, Act.REPLY, "supervision_replied", _people(turn).supervisors, note)


@transaction.atomic
def ask_again(
    item: SupervisionOrder | int,
    *,
    actor: User | None,
    demand: str,
    addressee: Addressee,
    due_at: dt.datetime | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> SupervisionOrder:
    """Find the reply wanting: say what is missing, with a deadline anew, perhaps to somebody else."""
    turn = _begin(item, Act.ASK_AGAIN, actor, version, now)
    _demand(turn, Act.ASK_AGAIN, "supervision_asked_again", turn.item.level, demand, addressee, due_at)
    return turn.item


@transaction.atomic
def raise_level(
    item: SupervisionOrder | int,
    *,
    actor: User | None,
    level: str,
    demand: str,
    addressee: Addressee,
    due_at: dt.datetime | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> SupervisionOrder:
    """Raise the level, never lower it; the demand and its deadline are made anew."""
    turn = _begin(item, Act.RAISE, actor, version, now)
    if level not in higher(turn.item.level):
        raise ValidationError({"level": _("Choose a higher level than the present one.")})
    _demand(turn, Act.RAISE, "supervision_raised", level, demand, addressee, due_at)
    return turn.item


@transaction.atomic
def close(
    item: SupervisionOrder | int,
    *,
    actor: User | None,
    outcome: str,
    conclusion: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> SupervisionOrder:
    """End the supervision with a conclusion, usually after a reply; the work order goes its own way."""
    turn = _begin(item, Act.CLOSE, actor, version, now)
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Choose the outcome from the list.")})
    _need(conclusion, "conclusion", _("Write the conclusion."))
    mine = turn.item
    mine.state, mine.outcome, mine.conclusion = State.CLOSED, outcome, conclusion.strip()
    mine.closed_at, mine.next_at = turn.now, None
    mark_supervised(mine.order, "", actor=actor, number=mine.number, now=turn.now)
    told = _people(turn)
    return _finish(turn, Act.CLOSE, "supervision_closed", [*told.addressees, *told.leaders], conclusion)


@transaction.atomic
def drop(
    item: SupervisionOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> SupervisionOrder:
    """Let a draft go unissued, with the reason; the same deadline makes no other one."""
    turn = _begin(item, Act.DROP, actor, version, now)
    _need(note, "note", _("Give the reason."))
    turn.item.state, turn.item.closed_at = State.DROPPED, turn.now
    return _finish(turn, Act.DROP, "", [], note)


def take_number(district_id: int, at: dt.datetime) -> str:
    """Take the next number of the district's own series of supervision orders: DB, district, day, running number."""
    return take_many(number_prefix(Grid.objects.only("code").get(pk=district_id).code, at), 1)[0]


def number_prefix(code: str, at: dt.datetime) -> str:
    return f"DB{code[:6]}{timezone.localdate(at):%Y%m%d}"


def overdue_since(order: WorkOrder, now: dt.datetime) -> dt.datetime | None:
    """Return the latest of the order's deadlines that have passed; None when none has."""
    return max((at for at in (order.due_at, order.whole_due_at) if at is not None and at < now), default=None)


def _begin(
    item: SupervisionOrder | int, act: Act, actor: User | None, version: int | None, now: dt.datetime | None
) -> Turn:
    """Lock the work order, then the supervision order, read both anew and check the act."""
    pk = item if isinstance(item, int) else item.pk
    order_id = SupervisionOrder.objects.values_list("order_id", flat=True).get(pk=pk)
    order = _lock_order(order_id)
    locked = SupervisionOrder.objects.select_for_update().get(pk=pk)
    locked.order = order
    if version is not None and locked.version != version:
        raise _stale()
    who = standing_for(actor) if actor is not None else None
    check_act(locked, act, who)
    return Turn(locked, actor, who, now or timezone.now())


def _lock_order(pk: int) -> WorkOrder:
    return WorkOrder.objects.select_for_update(of=("self",)).select_related("category").get(pk=pk)


def _stale() -> StaleOrder:
    return StaleOrder(_("Somebody changed this supervision order meanwhile. Look at it anew, then decide again."))


def _demand(
    turn: Turn, act: Act, kind: str, level: str, demand: str, addressee: Addressee, due_at: dt.datetime | None
) -> None:
    """Put a demand with its deadline before the addressee."""
    item = turn.item
    if level not in Level.values:
        raise ValidationError({"level": _("Choose the level from the list.")})
    _need(demand, "demand", _("Say what is demanded."))
    item.level, item.demand, item.state = level, demand.strip(), State.ISSUED
    item.unit, item.node = _checked(item.order, addressee)
    calendar = load_calendar()
    span = rules.limits(item.district_id)[level]
    if due_at is None:
        due_at = calendar.add(turn.now, span.value, span.unit)
    if not turn.now < due_at <= turn.now + LONGEST:
        raise ValidationError({"due_at": _("The deadline must lie ahead, within a year.")})
    item.due_at = due_at
    item.warn_at = min(calendar.share(turn.now, due_at, rules.WARN_PERCENT, _unit(span)), due_at)
    item.next_at, item.warned_at, item.overdue_at = item.warn_at, None, None
    item.asked_count += 1
    mark_supervised(item.order, level, actor=turn.actor, number=item.number, now=turn.now)
    if item.unit is not None:
        involve(item.order, unit_id=item.unit.pk)
    if item._state.adding:
        item.version = 0
        item.save()
    _finish(turn, act, kind, _people(turn).addressees, demand)


def _unit(span: rules.Span) -> str:
    """The share of a limit in calendar time is taken in calendar time, all else in office time."""
    return span.unit if span.unit in {LimitUnit.HOUR, LimitUnit.CALENDAR_DAY} else LimitUnit.WORKING_HOUR


def _checked(order: WorkOrder, addressee: Addressee) -> tuple[Unit | None, Grid]:
    """Let a demand go to an active unit of the district or a node on the order's path only."""
    unit, node = addressee.unit, addressee.node
    if unit is not None:
        node = unit.node
        tree_id = Grid.objects.values_list("tree_id", flat=True).get(pk=order.district_id)
        if not unit.is_active or node.tree_id != tree_id:
            raise ValidationError({"addressee": _("This unit takes no orders of this district.")})
        return unit, node
    if node is None or node.pk not in {*order.path_ids, order.holder_id, order.accountable_node_id}:
        raise ValidationError({"addressee": _("Choose to whom it is addressed.")})
    return None, node


def _people(turn: Turn) -> parties.Parties:
    return parties.of([turn.item], turn.now)[turn.item.pk]


def _need(text: str, name: str, words: str) -> None:
    if not text.strip():
        raise ValidationError({name: words})


def _finish(turn: Turn, act: Act, kind: str, told: list[int], note: str) -> SupervisionOrder:
    """Save the item, raise its version, write the history row, tell people; only the number is named in notices."""
    item = turn.item
    item.version += 1
    item.save()
    SupervisionEvent.objects.create(
        supervision=item,
        at=turn.now,
        actor=turn.actor,
        actor_role=_role(turn, act),
        act=act,
        to_state=item.state,
        level=item.level,
        unit=item.unit,
        node_id=item.node_id,
        due_at=item.due_at,
        note=note.strip(),
    )
    if kind:
        actor_id = turn.actor.pk if turn.actor else None
        notices.send(
            sorted({user_id for user_id in told if user_id != actor_id}),
            kind,
            {"number": item.number},
            item.get_absolute_url(),
            now=turn.now,
        )
    return item


def _role(turn: Turn, act: Act) -> str:
    """Return the lowest post that allows the act, for the history."""
    if turn.who is None:
        return ""
    for post in reversed(turn.who.posts):
        if ACTS[act].allowed(turn.item, Standing(turn.who.user_id, (post,))):
            return post.role
    return turn.who.posts[-1].role if turn.who.posts else ""
