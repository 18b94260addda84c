"""What stands beside the desk's form while the operator types: everything known that may bear on the request.

Nothing here is kept, and all of it comes from what stands in the form; each part is bounded.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from grids.models import Grid, Kind
from grids.roles import Role
from grids.standing import Standing
from hotline import identity, knowledge, similar
from hotline.models import Request
from hotline.querysets import in_area
from hotline.suggesting import offering
from locating import finding
from locating.views import Shown, with_paths
from workorders import doubles, lists, people
from workorders.doubles import Double
from workorders.models import Category, WorkOrder
from workorders.states import OrderKind

EARLIER = dt.timedelta(days=730)
SHOWN = 5
CLEAR_TEXT = 6
"""From so many characters on a text is looked at."""


@dataclass(frozen=True)
class Place:
    """A candidate with its path and the worker who would get it."""

    shown: Shown
    worker: User | None


@dataclass
class Beside:
    """What the panel shows; all empty before anything was typed."""

    earlier: list[Request] = field(default_factory=list)
    likes: list[similar.Like] = field(default_factory=list)
    orders: list[Double] = field(default_factory=list)
    found: finding.Found = finding.NOTHING
    places: list[Place] = field(default_factory=list)
    suggestions: Sequence[offering.Suggestion] = ()
    offers: list[knowledge.Offer] = field(default_factory=list)
    node: Grid | None = None
    is_asked: bool = False


def look(given: dict[str, Any], matter: Request | None, district: Grid, who: Standing, now: dt.datetime) -> Beside:
    """Look for what bears on a form's words; `given` are the cleaned fields, as far as they are."""
    text, address = given.get("text", "").strip(), given.get("address", "").strip()
    phone = identity.normal_phone(given.get("requester_phone", ""))
    beside = Beside(is_asked=bool(text or address or phone))
    point = (
        (matter.lng, matter.lat) if matter is not None and matter.lng is not None and matter.lat is not None else None
    )
    if address or point:
        degrees = (float(point[0]), float(point[1])) if point else None
        beside.found = finding.find(address, district=district, point=degrees)
        beside.places = with_workers(with_paths(beside.found), now)
    beside.node = given.get("node") or _sure(beside.found)
    hashes = identity.hashes(phone) if len(phone) >= 5 else []
    if hashes:
        beside.earlier = _earlier(hashes, matter, who, now)
    if len(text) >= CLEAR_TEXT:
        beside.likes = similar.find(_sought(text, given, beside.node, hashes, point, district, matter), who, now)
        beside.offers = knowledge.offered(text, district.pk, timezone.localdate(now), _key(given.get("category")))
        if given.get("category") is None:
            beside.suggestions = offering.suggest(text, district, title=given.get("title", ""))
    shown = {like.matter.pk for like in beside.likes}
    beside.earlier = [one for one in beside.earlier if one.pk not in shown]
    if beside.node is not None:
        beside.orders = _orders(beside.node, given.get("category"), point, address, district, who, now)
    return beside


def _key(category: Category | None) -> int | None:
    return category.pk if category is not None else None


def _sure(found: finding.Found) -> Grid | None:
    if not found.is_sure or found.best is None:
        return None
    best: Grid = Grid.objects.defer("boundary").get(pk=found.best.grid_id)
    return best


def with_workers(shown: list[Shown], now: dt.datetime) -> list[Place]:
    """Name who would get it for each: the worker of its base grid, or who leads its micro-grid. Two queries."""
    wanted = [(each.candidate.base_id, Role.GRID_WORKER.value) for each in shown]
    wanted += [
        (each.candidate.grid_id, Role.MICRO_LEAD.value)
        for each in shown
        if each.candidate.grid_id != each.candidate.base_id
    ]
    owners = people.owners(wanted, now) if wanted else {}
    users = User.objects.in_bulk(set(owners.values()))
    found = []
    for each in shown:
        keys = (each.candidate.grid_id, Role.MICRO_LEAD.value), (each.candidate.base_id, Role.GRID_WORKER.value)
        worker = next((users[owners[key]] for key in keys if key in owners), None)
        found.append(Place(each, worker))
    return found


def _earlier(hashes: list[Any], matter: Request | None, who: Standing, now: dt.datetime) -> list[Request]:
    rows = Request.objects.filter(in_area(who), phone_hash__in=hashes, received_at__gte=now - EARLIER)
    rows = rows.exclude(pk=matter.pk) if matter is not None else rows
    return list(rows.select_related("grid").defer("grid__boundary").without_private().newest_first()[:SHOWN])


def _sought(
    text: str,
    given: dict[str, Any],
    node: Grid | None,
    hashes: list[Any],
    point: tuple[Decimal, Decimal] | None,
    district: Grid,
    matter: Request | None,
) -> similar.Sought:
    base = _base(node)
    community = node.pk if node is not None and node.kind == Kind.COMMUNITY else None
    title = given.get("title", "").strip()
    return similar.Sought(
        district.pk,
        f"{title}{text}",
        base,
        community,
        hashes,
        point,
        matter.pk if matter is not None else None,
    )


def _base(node: Grid | None) -> int | None:
    if node is None or node.kind not in {Kind.BASE, Kind.DEDICATED, Kind.MICRO}:
        return None
    key: int | None = node.parent_id if node.kind == Kind.MICRO else node.pk
    return key


def _orders(
    node: Grid,
    category: Category | None,
    point: tuple[Decimal, Decimal] | None,
    address: str,
    district: Grid,
    who: Standing,
    now: dt.datetime,
) -> list[Double]:
    """Return open orders there: of the same kind where the category is known, else the newest."""
    base = _base(node)
    if base is None:
        return []
    if category is not None:
        return doubles.candidates(doubles.Spot(district.pk, base, category, point, address), who, now)
    rows = doubles.seen_by(who).open().filter(kind=OrderKind.INCIDENT, grid=base)
    newest: list[WorkOrder] = list(lists.for_rows(rows).newest_first()[:SHOWN])
    return [Double(order, None, is_own=False) for order in newest]
