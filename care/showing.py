"""What this app puts on other pages: tier and groups on a person's, the contact worker on a house's, a tile."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from care import facts, looks, sight, switches
from care.groups import Group
from care.intervals import years_before
from care.models import ContactDuty, TierGrant
from care.tiers import GRANTED, HEIGHTENED, Tier
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from residents import sight as places
from residents.models import House, HouseUse, Resident, ResidentKind
from workorders import tiles

RENTED = frozenset({HouseUse.RENTED, HouseUse.GROUP_LET})


def register() -> None:
    panels.register(panels.Panel("care", Resident, "care/_person.html", of_person, place=20))
    panels.register(panels.Panel("care", House, "care/_house.html", of_house, place=20))
    tiles.register("care", bench_tiles)


def of_person(resident: Resident, who: Standing, now: dt.datetime) -> dict[str, Any]:
    """Show care groups to whoever sees the person, the tier only to those who are to know; two queries at most."""
    known = facts.of(resident)
    contact_id = known.contact.worker_id if known.contact is not None else None
    grants = [grant for grant in known.grants if sight.knows_of(grant, who, contact_id)]
    looks.note(who.user_id, grants)
    tier = next((grant for grant in grants if grant.is_in_force), None)
    knows_all = sight.knows_all_of(resident, who, contact_id)
    return {
        "contact": known.contact,
        "groups": list(groups_of(resident, known, timezone.localdate(now))),
        "may_edit": resident.is_here and places.may(who, Permission.EDIT_REGISTERS, resident.path_ids),
        "grant": tier,
        "default_tier": default_tier(resident) if tier is None and knows_all else None,
        "proposals": [grant for grant in grants if not grant.is_in_force],
        "may_propose": resident.is_here and may_propose(resident, who),
    }


def of_house(house: House, who: Standing, now: dt.datetime) -> dict[str, Any]:
    """Show who keeps in touch with the house, and that a rental house is visited each month; one query."""
    duties = ContactDuty.objects.of_house(house).select_related("worker", "post")
    return {"contact": duties.first(), "is_rental": house.use in RENTED}


def default_tier(resident: Resident) -> Tier:
    """Say what somebody is without a grant (DOMAIN.md §4.4): blue for tenants and who is floating, else green."""
    rented = resident.house is not None and resident.house.use in RENTED
    return Tier.BLUE if rented or resident.kind == ResidentKind.FLOATING else Tier.GREEN


def proposable(resident: Resident, who: Standing) -> list[str]:
    """List the tiers that this person may propose for the resident in this district; at most one query."""
    mine = [tier.value for tier in GRANTED if sight.may_propose(resident, who, tier)]
    if not any(tier in HEIGHTENED for tier in mine):
        return mine
    on = switches.turned_on(resident.district_id)
    return [tier for tier in mine if tier not in HEIGHTENED or tier in on]


def may_propose(resident: Resident, who: Standing) -> bool:
    """Say whether there is a tier that this person may propose; a query only where yellow is not."""
    return sight.may_propose(resident, who, Tier.YELLOW) or bool(proposable(resident, who))


def groups_of(resident: Resident, known: facts.Facts, day: dt.date) -> Iterator[facts.InGroup]:
    """Yield the groups that a resident is in: those that somebody entered, then those the registers tell."""
    yield from known.entered
    if resident.house is not None and resident.house.use in RENTED:
        yield facts.InGroup(Group.RENTAL_HOUSE)
    if known.is_left_behind_child:
        yield facts.InGroup(Group.LEFT_BEHIND)
    if resident.born_on is not None and resident.born_on <= years_before(day, 80):
        yield facts.InGroup(Group.AGED_80)


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count the proposals that wait for this person, for whoever decides on tiers."""
    if who.has(Permission.APPROVE_TIER):
        url = f"{reverse('care:grants')}?tab=decide"
        rows = TierGrant.objects.to_decide(who)
        yield tiles.Tile(_("Service tiers to decide on"), "heart-handshake", "brand", url, rows)
