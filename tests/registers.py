"""Makers of rows of the registers: places, people, organisations; all synthetic (DOMAIN.md §7.1)."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from care.models import CareMembership, ContactDuty, TierGrant
from care.tiers import reasons_of
from grids.models import Grid, Post
from residents import fingerprints
from residents.identity_numbers import check_character
from residents.models import (
    Building,
    Estate,
    Handover,
    House,
    Household,
    Membership,
    Organisation,
    OrganisationKind,
    Resident,
)
from residents.models.placed import PATH
from residents.querysets import path_of
from tests.factories import LONG_AGO, make_user

_count = itertools.count(1)


def identity_number(
    born_on: dt.date = dt.date(1985, 7, 12), sequence: int | None = None, *, is_male: bool = True
) -> str:
    """Return an identity number that can belong to nobody, with its check digit right; another one at each call.

    The sequence is odd for men (GB 11643).
    """
    sequence = next(_count) % 500 * 2 + is_male if sequence is None else sequence
    digits = f"370899{born_on:%Y%m%d}{sequence:03d}"
    return digits + check_character(digits)


def phone_number() -> str:
    """Return a telephone number that nobody can dial."""
    return f"12{next(_count):09d}"


def make_estate(community: Grid, **fields: Any) -> Estate:
    path = {"district_id": community.get_root().pk, "street_id": community.parent_id, "community": community}
    return Estate.objects.create(**{"name": f"小区{next(_count)}"} | path | fields)


def make_building(grid: Grid, estate: Estate | None = None, **fields: Any) -> Building:
    estate = estate or make_estate(grid.parent)
    return Building.objects.create(**{"estate": estate, "number": str(next(_count))} | path_of(grid) | fields)


def make_house(grid: Grid, building: Building | None = None, **fields: Any) -> House:
    """Make a house of a building, or of a new one, in the grid."""
    building = building or make_building(grid)
    number = next(_count)
    usual = {
        "building": building,
        "estate": building.estate,
        "unit_no": "1",
        "floor": 1,
        "room_no": f"{number}",
        "address": f"{building.estate.name}{building.number}号楼1单元{number}",
        "address_key": f"{building.estate.name}|{building.number}|1|{number}",
    }
    return House.objects.create(**usual | path_of(grid) | fields)


def make_resident(house: House, **fields: Any) -> Resident:
    """Make somebody who lives in the house and is registered there, with a number and a telephone."""
    born_on = fields.get("born_on", dt.date(1985, 7, 12))
    usual: dict[str, Any] = {
        "name": f"王测试{next(_count)}",
        "initials": "wcs",
        "sex": "1",
        "born_on": born_on,
        "identity_number": identity_number(born_on, is_male=fields.get("sex") != "2") if born_on else "",
        "phone": phone_number(),
        "house": house,
        "registered_house": house,
        **{name: getattr(house, name) for name in ("district_id", "street_id", "community_id", "grid_id", "micro_id")},
    }
    row = usual | fields
    if row["identity_number"]:
        row["identity_hash"] = fingerprints.of_identity(row["identity_number"])[0]
        row["identity_last4"] = row["identity_number"][-4:]
    if row["phone"]:
        row["phone_hash"], row["phone_last4"] = fingerprints.of_phone(row["phone"])[0], row["phone"][-4:]
    return Resident.objects.create(**row)


def make_household(head: Resident, *others: Resident, **fields: Any) -> Household:
    """Make a household of the head and others in the head's house."""
    household = Household.objects.create(**{"house": head.house, "head": head, "started_on": LONG_AGO} | fields)
    for resident, kinship in [(head, "02"), *((other, "99") for other in others)]:
        Membership.objects.create(household=household, resident=resident, kinship=kinship, started_on=LONG_AGO)
    return household


def make_handover(resident: Resident, house: House, **fields: Any) -> Handover:
    """Ask for somebody's registration, as it is, by a new person or whoever is given."""
    path = {name: getattr(resident, name) for name in PATH}
    usual = {"resident": resident, "house": house, "to_community_id": house.community_id, "asked_at": timezone.now()}
    fields.setdefault("asked_by", None)
    fields["asked_by"] = fields["asked_by"] or make_user()
    return Handover.objects.create(**path | usual | fields)


def make_organisation(grid: Grid, **fields: Any) -> Organisation:
    usual = {"kind": OrganisationKind.TRADER, "name": f"商户{next(_count)}"}
    return Organisation.objects.create(**usual | path_of(grid) | fields)


def make_grant(resident: Resident, tier: str = "yellow", **fields: Any) -> TierGrant:
    """Put a tier in force as it is, approved by whoever is given or by new people; for sight and reads."""
    today = timezone.localdate()
    usual: dict[str, Any] = {
        "district_id": resident.district_id,
        "tier": tier,
        "reason_code": reasons_of(tier)[0].code,
        "fact": "SecretFact",
        "basis": "SecretBasis",
        "days": 30,
        "state": "in_force",
        "proposed_by": fields.pop("proposed_by", None) or make_user(),
        "proposed_at": timezone.now(),
    }
    if fields.get("state", "in_force") == "in_force":
        usual |= {
            "approved_by": make_user(),
            "approved_at": timezone.now(),
            "starts_on": today,
            "ends_on": today + dt.timedelta(days=29),
        }
        if tier != "yellow":
            usual |= {"seconded_by": make_user(), "seconded_at": timezone.now()}
    return TierGrant.objects.create(resident=resident, **usual | fields)


def make_care_membership(resident: Resident, group: str = "hardship", **fields: Any) -> CareMembership:
    usual = {"district_id": resident.district_id, "group": group, "source": "visit", "started_on": LONG_AGO}
    return CareMembership.objects.create(resident=resident, **usual | fields)


def make_contact_duty(post: Post, place: Building | House, **fields: Any) -> ContactDuty:
    """Make the holder of the post keep in touch with a building or a house."""
    which = {"house": place} if isinstance(place, House) else {"building": place}
    usual = {"district_id": place.district_id, "post": post, "worker_id": post.user_id, "started_on": LONG_AGO}
    return ContactDuty.objects.create(**usual | which | fields)
