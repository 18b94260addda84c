"""A whistle from its first sound to its close: blow, check in, report, rate, close, cancel."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from coordination import limits
from coordination.models import Summons, Whistle, WhistleEvent
from coordination.people import callable_units, everybody
from coordination.states import Act, Attendance, WhistleState
from coordination.workflow import CALLING_KINDS, WHISTLE, check
from grids.backends import standing_for
from grids.models import Grid, Kind, Unit
from grids.standing import Standing
from workorders import numbers, people
from workorders.actions import moving
from workorders.models import WorkOrder
from workorders.states import Move
from workorders.workflow import InvalidMove, StaleOrder

MAX_TEXT = 2000
MAX_UNITS = 40
LONGEST = dt.timedelta(days=60)


@dataclass
class Turn:
    """One act on a locked whistle."""

    whistle: Whistle
    actor: User | None
    who: Standing | None
    now: dt.datetime


@transaction.atomic
def blow(
    *,
    actor: User,
    node: Grid,
    units: Sequence[Unit],
    subject: str,
    place: str,
    words: str = "",
    meets_at: dt.datetime | None = None,
    due_at: dt.datetime | None = None,
    point: tuple[Decimal, Decimal] | None = None,
    order: WorkOrder | None = None,
    client_uuid: uuid.UUID | None = None,
    now: dt.datetime | None = None,
) -> Whistle:
    """Call units together; their people are told at once, whatever the hour.

    `meets_at` None is now; `due_at` None is the usual limit (coordination/limits.py). An order that it is about is
    opened to the called units. The same `client_uuid` of the same person answers the same whistle.
    Raises PermissionDenied, or ValidationError naming the field.
    """
    moment = now or timezone.now()
    who = standing_for(actor)
    if node.kind not in CALLING_KINDS or not who.has_at(WHISTLE, node.pk):
        raise PermissionDenied(_("None of your posts lets you call units together here."))
    sent = client_uuid or uuid.uuid4()
    made_before = Whistle.objects.filter(blown_by=actor, client_uuid=sent).first()
    if made_before is not None:
        return made_before
    meets_at = meets_at or moment
    district = node if node.kind == Kind.DISTRICT else Grid.objects.on_path_to(node)[0]
    limit = limits.check_in(district, node, order, moment)
    due_at = due_at or limit.due_at(moment, meets_at)
    _check_call(actor, node, units, subject, place, words, due_at, order, moment)
    warn_at = limit.warn_at(moment, due_at)
    whistle = Whistle(
        district=district,
        number=numbers.take_many(f"{district.code[:6]}{timezone.localdate(moment):%Y%m%d}W", 1)[0],
        client_uuid=sent,
        node=node,
        order=order,
        subject=subject.strip(),
        words=words.strip(),
        place=place.strip(),
        meets_at=meets_at,
        blown_by=actor,
        blown_at=moment,
        warn_at=warn_at,
        due_at=due_at,
        next_at=warn_at,
    )
    if point is not None:
        whistle.lng, whistle.lat = point
    try:
        with transaction.atomic():
            whistle.save(force_insert=True)
    except IntegrityError as error:
        if "whistle_once_per_sending" not in str(error):
            raise
        return Whistle.objects.get(blown_by=actor, client_uuid=sent)
    Summons.objects.bulk_create(Summons(whistle=whistle, unit=unit) for unit in units)
    if order is not None:
        _write_on(order, actor, units, whistle, moment)
    turn = Turn(whistle, actor, who, moment)
    _write(turn, Act.BLOW, note=whistle.subject)
    of = people.of_units([unit.pk for unit in units], moment)
    _tell(turn, "whistle_called", everybody(of, of), is_urgent=True)
    return whistle


def _write_on(order: WorkOrder, actor: User, units: Sequence[Unit], whistle: Whistle, now: dt.datetime) -> None:
    """Open the order to the called units, and keep in its history that it was whistled for."""
    locked = WorkOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    for unit in units:
        moving.involve(locked, unit_id=unit.pk)
    turn = moving.turn_on(locked, actor, standing_for(actor), now)
    moving.finish(turn, Move.WHISTLE, note=whistle.number)


def _check_call(
    actor: User,
    node: Grid,
    units: Sequence[Unit],
    subject: str,
    place: str,
    words: str,
    due_at: dt.datetime,
    order: WorkOrder | None,
    now: dt.datetime,
) -> None:
    wrong: dict[str, str] = {}
    if not subject.strip():
        wrong["subject"] = _("Say in a few words what it is about.")
    if not place.strip():
        wrong["place"] = _("Say where they are to come.")
    if len(words) > MAX_TEXT:
        wrong["words"] = _("Keep the text within 2,000 characters.")
    if not now < due_at <= now + LONGEST:
        wrong["due_at"] = _("The time to check in by must lie ahead, within 60 days.")
    may = set(callable_units(node, now).filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True))
    if not units:
        wrong["units"] = _("Choose at least one unit.")
    elif len(units) > MAX_UNITS:
        wrong["units"] = _("Call 40 units at most.")
    elif [unit for unit in units if unit.pk not in may]:
        wrong["units"] = _("One of these units cannot be called from here, or nobody is in post there today.")
    if order is not None and not WorkOrder.objects.visible_to(actor).open().filter(pk=order.pk).exists():
        wrong["order"] = _("This order is finished, or you cannot see it.")
    if wrong:
        raise ValidationError(wrong)


def begin(
    whistle: Whistle | int,
    act: Act,
    *,
    actor: User | None,
    unit: Unit | int | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> tuple[Turn, Summons | None]:
    """Lock the whistle, read it and the unit's part anew, check the act. Call inside a transaction.

    Raises DoesNotExist, InvalidMove (StaleOrder where somebody acted meanwhile) or PermissionDenied.
    """
    pk = whistle if isinstance(whistle, int) else whistle.pk
    locked = Whistle.objects.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and locked.version != version:
        raise StaleOrder(_("Something happened on this whistle meanwhile. Look at it again, then decide."))
    summons = None
    if unit is not None:
        summons = locked.summons.get(unit_id=unit if isinstance(unit, int) else unit.pk)
    who = standing_for(actor) if actor is not None else None
    check(locked, act, who, summons)
    return Turn(locked, actor, who, now or timezone.now()), summons


@transaction.atomic
def check_in(
    whistle: Whistle | int,
    *,
    actor: User | None,
    unit: Unit | int,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Summons:
    """Say that a unit has come; after the time it counts as late. The first of several people of the unit counts."""
    turn, summons = begin(whistle, Act.CHECK_IN, actor=actor, unit=unit, version=version, now=now)
    assert summons is not None  # noqa: S101 - a unit was named
    summons.attendance = Attendance.LATE if turn.now > turn.whistle.due_at else Attendance.ON_TIME
    summons.checked_in_at, summons.checked_in_by = turn.now, turn.actor
    summons.save(update_fields=["attendance", "checked_in_at", "checked_in_by"])
    if not turn.whistle.summons.filter(attendance=Attendance.AWAITED).exists():
        turn.whistle.next_at = None
    _finish(turn, Act.CHECK_IN, "next_at", unit_id=summons.unit_id)
    return summons


@transaction.atomic
def report(
    whistle: Whistle | int,
    *,
    actor: User | None,
    unit: Unit | int,
    words: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Summons:
    """Say what a unit did there; a later report takes the place of an earlier one, the history keeps both."""
    turn, summons = begin(whistle, Act.REPORT, actor=actor, unit=unit, version=version, now=now)
    assert summons is not None  # noqa: S101 - a unit was named
    summons.report = _text(words, "words", _("Say what was done."))
    summons.reported_at, summons.reported_by = turn.now, turn.actor
    summons.save(update_fields=["report", "reported_at", "reported_by"])
    _finish(turn, Act.REPORT, unit_id=summons.unit_id, note=summons.report)
    _tell(turn, "whistle_reported", [turn.whistle.blown_by_id])
    return summons


@transaction.atomic
def rate(
    whistle: Whistle | int,
    *,
    actor: User | None,
    unit: Unit | int,
    rating: int,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Summons:
    """Rate what a unit did, 1 (bad) to 5 (very good); two or less needs a note. May be mended until the close."""
    turn, summons = begin(whistle, Act.RATE, actor=actor, unit=unit, version=version, now=now)
    assert summons is not None  # noqa: S101 - a unit was named
    if rating not in range(1, 6):
        raise ValidationError({"rating": _("Give one to five.")})
    if rating <= 2 and not note.strip():
        raise ValidationError({"note": _("Say why, for a rating of two or less.")})
    first = summons.rated_at is None
    summons.rating, summons.rating_note, summons.rated_at = rating, note.strip()[:500], turn.now
    summons.save(update_fields=["rating", "rating_note", "rated_at"])
    _finish(turn, Act.RATE, unit_id=summons.unit_id, note=summons.rating_note, rating=rating)
    if first:
        of = people.of_units([summons.unit_id], turn.now)
        _tell(turn, "whistle_rated", everybody(of, of))
    return summons


@transaction.atomic
def close(
    whistle: Whistle | int,
    *,
    actor: User | None,
    outcome: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Whistle:
    """End a whistle with what came of it. Who came not and still had time is not needed any more."""
    return _end(whistle, Act.CLOSE, WhistleState.CLOSED, actor, outcome, version, now)


@transaction.atomic
def cancel(
    whistle: Whistle | int,
    *,
    actor: User | None,
    reason: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Whistle:
    """Call a whistle off, with the reason."""
    return _end(whistle, Act.CANCEL, WhistleState.CANCELLED, actor, reason, version, now)


def _end(
    whistle: Whistle | int,
    act: Act,
    state: WhistleState,
    actor: User | None,
    words: str,
    version: int | None,
    now: dt.datetime | None,
) -> Whistle:
    turn, _none = begin(whistle, act, actor=actor, version=version, now=now)
    missing = _("Say what came of it.") if act == Act.CLOSE else _("Give the reason.")
    item = turn.whistle
    item.outcome = _text(words, "outcome" if act == Act.CLOSE else "reason", missing)
    item.state, item.finished_at, item.next_at = state, turn.now, None
    awaited = item.summons.filter(attendance=Attendance.AWAITED)
    if turn.now > item.due_at and act == Act.CLOSE:
        awaited.update(attendance=Attendance.ABSENT, absent_at=turn.now)  # The timer had not come round yet.
    else:
        awaited.update(attendance=Attendance.EXCUSED)
    _finish(turn, act, "state", "finished_at", "next_at", "outcome", note=item.outcome)
    of = people.of_units(list(item.summons.values_list("unit_id", flat=True)), turn.now)
    _tell(turn, "whistle_closed" if act == Act.CLOSE else "whistle_cancelled", everybody(of, of))
    return item


def _text(words: str, field: str, missing: str) -> str:
    words = words.strip()
    if not words:
        raise ValidationError({field: missing})
    if len(words) > MAX_TEXT:
        raise ValidationError({field: _("Keep the text within 2,000 characters.")})
    return words


def _finish(
    turn: Turn, act: Act, *columns: str, unit_id: int | None = None, note: str = "", rating: int | None = None
) -> None:
    turn.whistle.version += 1
    turn.whistle.save(update_fields=[*columns, "version"])
    _write(turn, act, unit_id=unit_id, note=note, rating=rating)


def _write(turn: Turn, act: Act, *, unit_id: int | None = None, note: str = "", rating: int | None = None) -> None:
    WhistleEvent.objects.create(
        whistle=turn.whistle,
        at=turn.now,
        act=act,
        actor=turn.actor,
        actor_role=_role(turn, unit_id if act in {Act.CHECK_IN, Act.REPORT} else None),
        unit_id=unit_id,
        rating=rating,
        note=note,
    )


def _role(turn: Turn, unit_id: int | None) -> str:
    """Return the role of the post by which the person acts."""
    posts = turn.who.posts if turn.who else ()
    if unit_id is not None:
        return next((post.role for post in posts if post.unit_id == unit_id), "")
    return next((p.role for p in posts if p.node_id == turn.whistle.node_id and p.gives(WHISTLE)), "")


def _tell(turn: Turn, kind: str, user_ids: Iterable[int], *, is_urgent: bool = False) -> None:
    actor_id = turn.actor.pk if turn.actor else None
    notices.send(
        [user_id for user_id in user_ids if user_id != actor_id],
        kind,
        {"number": turn.whistle.number},
        turn.whistle.get_absolute_url(),
        now=turn.now,
        is_urgent=is_urgent,
    )


__all__ = ["InvalidMove", "blow", "cancel", "check_in", "close", "rate", "report"]
