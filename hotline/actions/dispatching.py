"""A request becomes a work order under its rule: precise dispatch to the worker of its grid (精准派单)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Grid
from grids.roles import Permission
from hotline.actions.acting import begin, finish
from hotline.actions.receiving import locate_in
from hotline.models import Request
from hotline.states import Act, RequestState, profile_for
from workorders import actions as orders
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
        client_uuid=item.client_uuid,
        address=item.address,
        urgency=item.urgency,
        profile=profile_for(item.kind),
        contact_name="" if item.is_secret else item.requester_name,
        contact_phone="" if item.is_secret else item.requester_phone,
        now=turn.now,
    )
    item.order, item.due_at, item.dispatched_at = order, order.whole_due_at, turn.now
    _copy_photos(item, order)
    turn.to(RequestState.DISPATCHED)
    return finish(turn, Act.DISPATCH, note=note, details={"order": order.pk, "node": node.pk})


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
