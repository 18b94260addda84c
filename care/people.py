"""Who hears of a tier: the workers responsible for a resident, and the levels that decide."""

import datetime as dt
from collections.abc import Iterable

from care.models import ContactDuty, TierGrant
from care.tiers import LADDERS
from grids.models import Grid, Post
from grids.roles import Permission, Role
from residents.models import Resident
from workorders import people


def responsible(residents: Iterable[Resident], now: dt.datetime) -> dict[int, list[int]]:
    """Map each resident to the primary worker of the grid and the contact worker of the house: three queries."""
    those = list(residents)
    posts = Post.objects.in_force(people.today(now)).filter(
        node_id__in={one.grid_id for one in those}, role=Role.GRID_WORKER, is_primary=True
    )
    primary: dict[int, int] = dict(posts.values_list("node_id", "user_id"))
    houses = [one.house for one in those if one.house is not None]
    duties = ContactDuty.objects.present()
    own: dict[int | None, int] = dict(duties.filter(house__in=houses).values_list("house_id", "worker_id"))
    buildings = {house.building_id for house in houses if house.building_id is not None}
    whole: dict[int | None, int] = dict(
        duties.filter(building_id__in=buildings).values_list("building_id", "worker_id")
    )
    found: dict[int, list[int]] = {}
    for one in those:
        contact = own.get(one.house_id) or (whole.get(one.house.building_id) if one.house is not None else None)
        found[one.pk] = list(dict.fromkeys(pk for pk in (primary.get(one.grid_id), contact) if pk is not None))
    return found


def deciders(grant: TierGrant, now: dt.datetime) -> list[int]:
    """Return who may fill a place that is still open, without the proposer and who has approved already.

    The level nearest to the resident that has anybody is told of the level's approval, not those who stand in for it.
    """
    ladder, path = LADDERS[grant.tier], grant.resident.path_ids
    kinds: dict[str, int] = dict(
        Grid.objects.filter(pk__in=[pk for pk in path if pk is not None]).values_list("kind", "pk")
    )
    there = people.at_nodes(list(kinds.values()), Permission.APPROVE_TIER, now)
    done = {grant.proposed_by_id, grant.approved_by_id, grant.seconded_by_id}
    found: list[int] = []
    for wanted, given in ((ladder.approves, grant.approved_by_id), (ladder.seconds, grant.seconded_by_id)):
        levels = [kind for kind in ("community", "street", "district") if kind in wanted and given is None]
        able = [[pk for pk in there.get(kinds.get(kind, 0), []) if pk not in done] for kind in levels]
        found += next((some for some in able if some), [])
    return list(dict.fromkeys(found))


def role_of(grant: TierGrant, user_id: int, permission: Permission, now: dt.datetime) -> str:
    """Return the role by which somebody acts on a grant: the post nearest to the resident that gives the permission."""
    path = [pk for pk in grant.resident.path_ids if pk is not None]
    posts = Post.objects.in_force(people.today(now)).filter(
        user_id=user_id, node_id__in=path, unit=None, role__in=people.giving(permission)
    )
    role: str = posts.order_by("-node__lft").values_list("role", flat=True).first() or ""
    return role
