"""Who is to know of whose tier (DOMAIN.md §4.4 rule 5): conditions for queries, and the same for one resident.

That somebody sees a resident in the registers does not let them know the colour. The responsible worker does (the
primary worker of the grid, the contact worker of the house), and the levels on the path of the decision.
"""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from care.tiers import GRANTED, LADDERS
from grids.roles import Permission, Role
from grids.standing import Standing
from residents.models import Resident
from residents.sight import COLUMN, NOTHING

if TYPE_CHECKING:
    from care.facts import OpenGrant
    from care.models import TierGrant

_GRIDS = frozenset({"base", "dedicated"})


def knows(who: Standing) -> Q:
    """Grants that the person is to know of; open proposals and past ones only who decides, and who proposed."""
    responsible = Q(resident__grid__in=primary_grids(who)) | contact_of(who.user_id, "resident__house")
    condition = Q(state="in_force") & responsible | Q(proposed_by=who.user_id)
    for tier in GRANTED:
        condition |= Q(tier=tier) & _at(who, _path(tier))
    return condition


def decidable(who: Standing) -> Q:
    """Open proposals with a place that a post of this person fills: the level's approval, or the second person's."""
    condition = NOTHING
    for tier in GRANTED:
        ladder = LADDERS[tier]
        condition |= Q(tier=tier, approved_by=None) & _at(who, ladder.approves)
        condition |= Q(tier=tier, seconded_by=None) & _at(who, ladder.seconds)
    return condition


def knows_all_of(resident: Resident, who: Standing, contact_id: int | None) -> bool:
    """Say whether this person would be told of any tier of the resident; `contact_id` is the contact worker."""
    if who.user_id == contact_id or resident.grid_id in primary_grids(who):
        return True
    return all(_holds(who, _path(tier), resident.path_ids) for tier in GRANTED)


def knows_of(grant: "TierGrant | OpenGrant", who: Standing, contact_id: int | None) -> bool:
    """Say of one grant, with its resident at hand, what `knows` selects; no query."""
    if grant.proposed_by_id == who.user_id or _holds(who, _path(grant.tier), grant.resident.path_ids):
        return True
    responsible = who.user_id == contact_id or grant.resident.grid_id in primary_grids(who)
    return responsible and grant.state == "in_force"


def may_propose(resident: Resident, who: Standing, tier: str) -> bool:
    """Say whether a post at a level that proposes this tier, over the resident, gives the permission."""
    return _holds(who, LADDERS[tier].proposes, resident.path_ids, Permission.PROPOSE_TIER)


def may_approve(resident: Resident, who: Standing, kinds: frozenset[str]) -> bool:
    return _holds(who, kinds, resident.path_ids)


def primary_grids(who: Standing) -> list[int]:
    """List the grids whose primary worker the person is."""
    return [post.node_id for post in who.posts if post.role == Role.GRID_WORKER and post.is_primary]


def contact_of(worker_id: int, house: str = "house") -> Q:
    """Rows whose house (at this path) the worker keeps in touch with; another's own duty goes before the building's."""
    present: QuerySet[Model] = apps.get_model("care", "ContactDuty")._default_manager.filter(ended_on=None)
    own = present.filter(worker=worker_id, house=OuterRef(f"{house}_id"))
    whole = present.filter(worker=worker_id, building=OuterRef(f"{house}__building_id"))
    others = present.filter(house=OuterRef(f"{house}_id")).exclude(worker=worker_id)
    return Q(Exists(own)) | Q(Exists(whole)) & ~Q(Exists(others))


def _path(tier: str) -> frozenset[str]:
    ladder = LADDERS[tier]
    return (ladder.proposes | ladder.approves | ladder.seconds) - _GRIDS


def _at(who: Standing, kinds: frozenset[str]) -> Q:
    """Grants of residents under a node of these kinds where the person decides on tiers."""
    columns: dict[str, list[int]] = {}
    for post in who.nodes(Permission.APPROVE_TIER):
        if post.unit_id is None and post.kind in kinds:
            columns.setdefault(COLUMN.get(post.kind, "grid"), []).append(post.node_id)
    condition = NOTHING
    for column, node_ids in columns.items():
        condition |= Q(**{f"resident__{column}__in": node_ids})
    return condition


def _holds(
    who: Standing,
    kinds: frozenset[str],
    path: tuple[int | None, ...],
    permission: Permission = Permission.APPROVE_TIER,
) -> bool:
    return any(post.node_id in path and post.kind in kinds and post.unit_id is None for post in who.nodes(permission))
