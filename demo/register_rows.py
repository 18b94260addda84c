"""Rows of the registers to be copied, without what a model costs to make a million times.

Columns that a row does not name take the model's default (demo/bulk.py).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from residents.models import HouseUse, ResidentKind


@dataclass(slots=True)
class Path:
    """Where a row lies: the columns of `residents.models.placed.Placed`."""

    district_id: int
    street_id: int
    community_id: int
    grid_id: int
    micro_id: int | None


@dataclass(slots=True)
class EstateRow:
    district_id: int
    street_id: int
    community_id: int
    name: str
    road: str = ""
    property_company: str = ""
    id: int | None = None


@dataclass(slots=True)
class BuildingRow(Path):
    estate_id: int
    number: str
    units: int
    floors: int
    lng: Decimal | None
    lat: Decimal | None
    id: int | None = None


@dataclass(slots=True)
class HouseRow(Path):
    estate_id: int
    building_id: int | None
    unit_no: str
    floor: int | None
    room_no: str
    address: str
    address_key: str
    nature: str
    lng: Decimal | None
    lat: Decimal | None
    use: str = HouseUse.VACANT
    area: Decimal | None = None
    owner_name: str = ""
    id: int | None = None


@dataclass(slots=True)
class ResidentRow(Path):
    name: str
    initials: str
    sex: str
    born_on: dt.date
    identity_number: str
    identity_hash: str | None
    identity_last4: str
    phone: str
    phone_hash: str | None
    phone_last4: str
    ethnicity: str
    marital: str
    education: str
    political: str
    occupation: str
    house_id: int
    registered_house_id: int | None
    registered_address: str
    since_on: dt.date
    created_at: dt.datetime
    kind: str = ResidentKind.REGISTERED
    certificate: str = "111"
    id: int | None = None


@dataclass(slots=True)
class HouseholdRow:
    house_id: int
    head_id: int
    number: str
    started_on: dt.date
    id: int | None = None


@dataclass(slots=True)
class MembershipRow:
    household_id: int
    resident_id: int
    kinship: str
    started_on: dt.date
    id: int | None = None


@dataclass(slots=True)
class FloatingRow:
    resident_id: int
    inflow_reason: str
    dwelling: str
    home_region: str
    permit_expires_on: dt.date | None


@dataclass(slots=True)
class LeftBehindRow:
    resident_id: int
    group: str
    guardian_name: str
    guardian_relation: str
    guardian_phone: str


@dataclass(slots=True)
class ForeignRow:
    resident_id: int
    country: str
    latin_name: str
    purpose: str
    arrived_on: dt.date
    certificate_expires_on: dt.date
    leaves_on: dt.date


@dataclass(slots=True)
class OrganisationRow(Path):
    kind: str
    name: str
    credit_code: str
    is_key_site: bool
    address: str
    trade: str
    employees: int
    manager_name: str
    manager_phone: str
    safety_name: str
    safety_phone: str
    fire_checked_on: dt.date | None
    electricity_checked_on: dt.date | None
    gas_checked_on: dt.date | None
    lng: Decimal | None
    lat: Decimal | None
    id: int | None = None
