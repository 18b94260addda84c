"""A request becomes a work order under its rule: precise dispatch to the worker of its grid (精准派单)."""

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Grid, Kind
from grids.roles import Permission, Role
from hotline.actions.acting import Turn, begin, finish
from hotline.actions.merging import follow
from hotline.actions.receiving import locate_in
from hotline.models import Request
from hotline.states import Act, RequestState, profile_for
from locating import actions as locating
from locating import finding
from workorders import actions as orders
from workorders import people
from workorders.facts import MAX_TEXT
from workorders.models import Category, Photo, PhotoKind, WorkOrder
from workorders.places import Place, place_in
from workorders.states import Source


@transaction.atomic
def dispatch(
    matter: Request | int,
    *,
    actor: User,
    grid: Grid | None = None,
    category: Category | None = None,
    description: str = "",
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Make the request's work order, in the confirmed grid and category; the rules of dispatch send it on its way.

    `description` is what the handler reads; empty takes the request's text, cut to what an order holds. Who asked goes
    to the order only where no secrecy is wanted. Raises ValidationError naming the field, NotPossible, Stale,
    PermissionDenied.
    """
    turn = begin(
        matter,
        actor=actor,
        states={RequestState.RECEIVED},
        permission=Permission.INTAKE,
        version=version,
        now=now,
    )
    item = turn.matter
    if grid is not None:
        locate_in(item, grid, is_sure=True)
    node = item.micro or item.grid or item.community or item.street
    if node is None:
        raise ValidationError({"grid": _("Say in which grid it is.")})
    item.category = category or item.category
    if item.category is None:
        raise ValidationError({"category": _("Choose a category.")})
    item.is_located = True
    order = orders.report(
        actor=actor,
        place=_place(item, node),
        category=item.category,
        description=(description.strip() or f"{item.title}\n{item.text}")[:MAX_TEXT],
        source=Source.HOTLINE,
        client_uuid=_order_key(item),
        address=item.address,
        urgency=item.urgency,
        profile=profile_for(item.kind),
        contact_name="" if item.is_secret else item.requester_name,
        contact_phone="" if item.is_secret else item.requester_phone,
        now=turn.now,
    )
    item.order, item.due_at, item.dispatched_at = order, order.whole_due_at, turn.now
    item.claimed_by, item.claimed_at = None, None
    _copy_photos(item, order)
    _to_micro_lead(order, item, turn.now)
    turn.to(RequestState.DISPATCHED)
    finish(turn, Act.DISPATCH, note=note, details={"order": order.pk, "node": node.pk})
    for other in item.merged.select_for_update(of=("self",)).order_by("pk"):
        follow(Turn(other, turn.actor, turn.who, turn.now, other.state), order, Act.DISPATCH, details={"with": item.pk})
    _remember(item, node, actor)
    return item


def _order_key(item: Request) -> uuid.UUID:
    """Return the order's key: a request whose order came to nothing gets another one when it is dispatched again."""
    return uuid.uuid5(item.client_uuid, str(item.version))


def _to_micro_lead(order: WorkOrder, item: Request, now: dt.datetime) -> None:
    """Name who leads the micro-grid, where the order went to its base grid's people and they are one of them."""
    if item.micro_id is None or order.assignee_id is None or order.lead_unit_id is not None:
        return
    lead = people.owner(item.micro_id, Role.MICRO_LEAD, now)
    if lead is not None and lead != order.assignee_id and lead in people.assignable(order, now):
        orders.assign(order, actor=None, assignee=User.objects.get(pk=lead), now=now)


def _remember(item: Request, node: Grid, actor: User) -> None:
    """Keep what the operator corrected: the address's words mean this grid. A position decides without words."""
    if not item.address or item.lng is not None or node.kind not in {Kind.BASE, Kind.DEDICATED, Kind.MICRO}:
        return
    best = finding.find(item.address, district=item.district).best
    if best is None or best.base_id != (item.grid_id or node.pk):
        locating.correct(item.address, actor=actor, grid=node)


def _place(item: Request, node: Grid) -> Place:
    place = place_in(node)
    return Place(place.grid, lng=item.lng, lat=item.lat)


def _copy_photos(item: Request, order: WorkOrder) -> None:
    """Let the order show the request's pictures: the same files, which go when the last row that names them goes."""
    Photo.objects.bulk_create(
        (
            Photo(
                order=order,
                kind=PhotoKind.BEFORE,
                image=photo.image.name,
                thumbnail=photo.thumbnail.name,
                width=photo.width,
                height=photo.height,
                sha256=photo.sha256,
                uploaded_at=photo.uploaded_at,
            )
            for photo in item.photos.all()
        ),
        ignore_conflicts=True,
    )
