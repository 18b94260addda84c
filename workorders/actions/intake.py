"""Reports coming in: report, accept, reject, and solving on the spot."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from facilities.models import Facility
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from workorders import followers, numbers, people, repeats, routing
from workorders.actions import doubles
from workorders.actions.handling import send_to
from workorders.actions.moving import Turn, begin, end, finish, make_accountable, tell, turn_on
from workorders.clocks import level_of
from workorders.facts import check_report, check_result
from workorders.models import Category, PhotoKind, WorkOrder
from workorders.photos import CleanPhoto, attach
from workorders.places import Place
from workorders.states import Move, RejectReason, Source, Stage, State
from workorders.workflow import MOVES, check_move


@transaction.atomic
def report(
    *,
    actor: User | None,
    place: Place,
    category: Category,
    description: str,
    source: str,
    client_uuid: uuid.UUID,
    address: str = "",
    difficulty: str | None = None,
    urgency: str | None = None,
    is_confidential: bool | None = None,
    profile: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    photos: Sequence[CleanPhoto] = (),
    self_handled: bool = False,
    result: str = "",
    after_photos: Sequence[CleanPhoto] = (),
    same_as: WorkOrder | int | None = None,
    facility: Facility | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Take in an incident and send it on its way; the same `client_uuid` of the same person answers the same order.

    Where the reporter says that it is `same_as` an open order which they may see, it is merged into that one at once.

    `facility` is the component that it is about: one of the district, still there.

    `profile` (states.Profile) names the rule whose limits hold; such an order is closed only after an approved reply.

    Where the reporter may accept reports at the place, it is accepted and dispatched at once; else it waits for
    whoever may. Raises PermissionDenied, or ValidationError naming the field.
    """
    who = standing_for(actor) if actor is not None else None
    if who is not None and not who.has(Permission.REPORT):
        raise PermissionDenied(_("None of your posts lets you report."))
    check_report(category, description, source, photos)
    made_before = WorkOrder.objects.filter(reporter=actor, client_uuid=client_uuid).first()
    if made_before is not None:
        return made_before
    order = _new_order(actor, place, category, description.strip(), source, client_uuid, now or timezone.now())
    order.address, order.facility = address.strip(), _of_the_district(facility, order)
    order.difficulty = difficulty or category.difficulty
    order.urgency = urgency or category.urgency
    order.profile, order.is_reply_due = profile, bool(profile)
    order.is_confidential = category.is_confidential if is_confidential is None else is_confidential
    order.contact_name, order.contact_phone = contact_name.strip(), contact_phone.strip()
    hashes = repeats.contact_hashes(order.contact_phone)
    order.contact_hash = hashes[0] if hashes else ""
    order.repeats = repeats.count(order, hashes)
    order.number = numbers.take(order.district, Source(source), order.reported_at)
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        if "client_uuid" not in str(error):
            raise
        return WorkOrder.objects.get(reporter=actor, client_uuid=client_uuid)
    turn = turn_on(order, actor, who, order.reported_at)
    turn.before["state"] = ""
    attach(order, PhotoKind.BEFORE, photos, actor)
    whole = turn.clocks.start(order, Stage.WHOLE, turn.now, level_of(order, order.grid_id), is_main=False)
    order.whole_due_at = whole.due_at
    head = doubles.to_follow(turn, same_as) if same_as is not None and not self_handled else None
    if head is not None:
        finish(turn, Move.REPORT)
        doubles.fold(turn, head)
    else:
        _go_on(turn, self_handled=self_handled, result=result, after_photos=after_photos)
    return order


def _of_the_district(facility: Facility | None, order: WorkOrder) -> Facility | None:
    if facility is not None and facility.district_id != order.district_id:
        raise ValidationError({"facility": _("This facility is in another district.")})
    if facility is not None and facility.is_removed:
        raise ValidationError({"facility": _("This facility is no longer there.")})
    return facility


def _new_order(
    actor: User | None,
    place: Place,
    category: Category,
    description: str,
    source: str,
    client_uuid: uuid.UUID,
    now: dt.datetime,
) -> WorkOrder:
    path = {node.kind: node for node in Grid.objects.on_path_to(place.grid)}
    order = WorkOrder(
        district=path[Kind.DISTRICT],
        street=path.get(Kind.STREET),
        community=path.get(Kind.COMMUNITY),
        co_community_id=place.grid.co_managed_by_id,
        grid=place.grid,
        holder=place.grid,
        category=category,
        description=description,
        source=source,
        client_uuid=client_uuid,
        reporter=actor,
        reported_at=now,
        state=State.REPORTED,
        version=0,
    )
    order.lng, order.lat = place.lng, place.lat
    order.raw_lng, order.raw_lat, order.raw_crs, order.accuracy_m = (
        place.raw_lng,
        place.raw_lat,
        place.raw_crs,
        place.accuracy_m,
    )
    return order


def _go_on(turn: Turn, *, self_handled: bool, result: str, after_photos: Sequence[CleanPhoto]) -> None:
    """Take a fresh report as far as its reporter's posts carry it."""
    order, who = turn.order, turn.who
    if self_handled:
        finish(turn, Move.REPORT)
        check_move(order, Move.SELF_HANDLE, who)
        _settle_on_the_spot(turn, result, after_photos)
    elif who is not None and MOVES[Move.ACCEPT].allowed(order, who):
        finish(turn, Move.REPORT)
        _file(turn)
    else:
        holder_id, able = people.nearest(order, order.holder_id, Permission.ACCEPT, turn.now)
        turn.hand_to(holder_id=holder_id)
        turn.clocks.start(order, Stage.ACCEPT, turn.now, level_of(order, holder_id))
        finish(turn, Move.REPORT)
        tell(turn, "order_to_accept", able)


@transaction.atomic
def accept(
    order: WorkOrder | int,
    *,
    actor: User | None,
    version: int | None = None,
    category: Category | None = None,
    difficulty: str | None = None,
    urgency: str | None = None,
    note: str = "",
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Accept and file a report, with its category and gravity corrected if need be; dispatch follows by rule.

    From this moment's limit rows the order's deadlines are made.
    """
    turn = begin(order, Move.ACCEPT, actor=actor, version=version, now=now)
    if category is not None:
        turn.order.category = category
    turn.order.difficulty = difficulty or turn.order.difficulty
    turn.order.urgency = urgency or turn.order.urgency
    turn.clocks.stop(turn.order, turn.now, Stage.ACCEPT)
    _file(turn, note)
    return turn.order


def _file(turn: Turn, note: str = "") -> None:
    """Accept, and dispatch by rule, or leave it with the node whose people are to dispatch it."""
    order = turn.order
    order.accepted_at = turn.now
    turn.clocks.renew_whole(order, level_of(order, order.grid_id))
    turn.to(State.FILED)
    way = routing.choose(order, turn.now)
    order.routing = way.as_json()
    if way.is_dispatched:
        finish(turn, Move.ACCEPT, note=note)
        turn.hand_to(holder_id=way.holder_id)
        send_to(turn, Move.DISPATCH, user_id=way.user_id, unit_id=way.unit_id, by_system=True)
        return
    holder_id, able = people.nearest(order, way.holder_id, Permission.DISPATCH, turn.now)
    turn.hand_to(holder_id=holder_id, unit_id=way.unit_id)
    turn.clocks.start(order, Stage.DISPATCH, turn.now, level_of(order, order.holder_id))
    finish(turn, Move.ACCEPT, note=note)
    tell(turn, "order_to_dispatch", able)


@transaction.atomic
def reject(
    order: WorkOrder | int,
    *,
    actor: User | None,
    reason: str,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Refuse a report for a reason from the list; the reporter is told."""
    turn = begin(order, Move.REJECT, actor=actor, version=version, now=now)
    if reason not in RejectReason.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    turn.to(State.REJECTED)
    end(turn)
    finish(turn, Move.REJECT, reason=reason, note=note)
    tell(turn, "order_rejected", [turn.order.reporter_id])
    followers.tell_followers(turn, "order_followed_rejected")
    return turn.order


@transaction.atomic
def self_handle(
    order: WorkOrder | int,
    *,
    actor: User | None,
    result: str,
    after_photos: Sequence[CleanPhoto] = (),
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Say that a report was solved on the spot; somebody else checks and closes it."""
    turn = begin(order, Move.SELF_HANDLE, actor=actor, version=version, now=now)
    turn.clocks.stop(turn.order, turn.now, Stage.ACCEPT)
    _settle_on_the_spot(turn, result, after_photos)
    return turn.order


def _settle_on_the_spot(turn: Turn, result: str, after_photos: Sequence[CleanPhoto]) -> None:
    order = turn.order
    check_result(order.category, result, after_photos, field="after_photos")
    attach(order, PhotoKind.AFTER, after_photos, turn.actor)
    order.accepted_at = turn.now
    order.result = result.strip()
    order.handler = turn.actor
    make_accountable(order, None)
    turn.to(State.PENDING_CLOSURE)
    holder_id, able = people.nearest(
        order, order.grid_id, Permission.CLOSE, turn.now, except_user=turn.actor.pk if turn.actor else None
    )
    turn.hand_to(holder_id=holder_id)
    turn.clocks.start(order, Stage.CLOSE, turn.now, level_of(order, holder_id))
    finish(turn, Move.SELF_HANDLE, note=result)
    tell(turn, "order_to_close", able)
