"""What a person's page shows of care, in one query: contact worker, open grants, groups. Encrypted texts stay shut."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse

from care.groups import Group, GroupSource
from care.tiers import GrantState, Reason, Tier, reasons
from grids.roles import Role
from residents.models import Resident

_SQL = """
SELECT (SELECT json_build_object('worker_id', d.worker_id, 'name', coalesce(nullif(u.display_name, ''), u.username),
                                 'role', p.role, 'since', d.started_on, 'is_whole', d.building_id IS NOT NULL)
          FROM care_contactduty d JOIN accounts_user u ON u.id = d.worker_id JOIN grids_post p ON p.id = d.post_id
         WHERE d.ended_on IS NULL AND (d.house_id = %(house)s OR d.building_id = %(building)s)
         ORDER BY d.house_id NULLS LAST LIMIT 1),
       (SELECT json_agg(json_build_object('pk', g.id, 'tier', g.tier, 'reason_code', g.reason_code, 'state', g.state,
                        'ends_on', g.ends_on, 'proposed_by_id', g.proposed_by_id, 'district_id', g.district_id)
                        ORDER BY g.id)
          FROM care_tiergrant g WHERE g.resident_id = %(resident)s AND g.closed_at IS NULL),
       (SELECT json_agg(json_build_object('pk', m.id, 'group', m."group", 'source', m.source, 'since', m.started_on,
                        'by', coalesce(nullif(u.display_name, ''), u.username)) ORDER BY m.id)
          FROM care_caremembership m LEFT JOIN accounts_user u ON u.id = m.entered_by_id
         WHERE m.resident_id = %(resident)s AND m.ended_on IS NULL),
       EXISTS (SELECT 1 FROM residents_leftbehindfacts l
                WHERE l.resident_id = %(resident)s AND l."group" = 'child')
"""


@dataclass(frozen=True)
class Contact:
    worker_id: int
    name: str
    role: str
    since: dt.date
    is_whole: bool
    """Of the whole building, not of this house alone."""

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)


@dataclass(frozen=True)
class OpenGrant:
    """A grant that is proposed or in force, without its texts."""

    pk: int
    tier: str
    reason_code: str
    state: str
    ends_on: dt.date | None
    proposed_by_id: int
    district_id: int
    resident: Resident

    @property
    def label(self) -> str:
        return str(Tier(self.tier).label)

    @property
    def reason(self) -> Reason:
        return reasons()[self.reason_code]

    @property
    def is_in_force(self) -> bool:
        return self.state == GrantState.IN_FORCE

    @property
    def url(self) -> str:
        return reverse("care:grant", args=[self.pk])


@dataclass(frozen=True)
class InGroup:
    """A care group of a resident; `pk` of the membership, None where it follows from the registers."""

    group: Group
    pk: int | None = None
    source: str = ""
    since: dt.date | None = None
    by: str = ""

    @property
    def label(self) -> str:
        return str(self.group.label)

    @property
    def source_label(self) -> str:
        return str(GroupSource(self.source).label)


@dataclass(frozen=True)
class Facts:
    contact: Contact | None
    grants: list[OpenGrant]
    entered: list[InGroup]
    is_left_behind_child: bool


def of(resident: Resident) -> Facts:
    """Read what is kept of a resident, with the house at hand; what a viewer may know of it, others decide."""
    building_id = resident.house.building_id if resident.house is not None else None
    with connection.cursor() as cursor:
        given = {"resident": resident.pk, "house": resident.house_id, "building": building_id}
        cursor.execute(_SQL, given)
        row: list[Any] = [_read(value) for value in cursor.fetchone()]
    contact, grants, groups, is_left_behind = row
    return Facts(
        _contact(contact) if contact else None,
        [OpenGrant(**row | {"ends_on": _day(row["ends_on"]), "resident": resident}) for row in grants or []],
        [_group(row) for row in groups or []],
        bool(is_left_behind),
    )


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _contact(row: dict[str, Any]) -> Contact:
    return Contact(**row | {"since": _day(row["since"])})


def _group(row: dict[str, Any]) -> InGroup:
    given = row | {"since": _day(row["since"]), "group": Group(row["group"]), "by": row["by"] or ""}
    return InGroup(**given)


def _day(text: object) -> dt.date | None:
    return dt.date.fromisoformat(str(text)) if text else None
