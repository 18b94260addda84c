"""Are the registers whole? Heads against members, paths against the tree, fingerprints against the numbers themselves.

By sets in SQL, but for the numbers, which only the program can open: those are read in one stream, whatever the size.
A fault names a row by its key and never by a person.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext_lazy as _

from residents import fingerprints, pinyin
from residents.models import Resident

FAULTS = {
    "head": _("the head is no member of the household"),
    "two_heads": _("a member beside the head is called head"),
    "ended": _("a household has ended and a member has not left"),
    "gone": _("somebody who is gone is a member of a household"),
    "home": _("the path is not that of the house"),
    "path": _("the path is not that of the grid"),
    "number": _("the fingerprint or the end is not that of the identity number"),
    "phone": _("the fingerprint or the end is not that of the telephone number"),
    "initials": _("the initials are not those of the name"),
}
AT_MOST = 1000
"""Faults of one kind that are listed; the rest is the same again."""
_STREAM = 2000

_HOUSEHOLDS = """
SELECT 'household', household.id, 'head' FROM residents_household household
 WHERE household.ended_on IS NULL AND NOT EXISTS (
       SELECT FROM residents_membership member
        WHERE member.household_id = household.id AND member.resident_id = household.head_id
          AND member.ended_on IS NULL AND member.kinship = '02')
UNION ALL
SELECT 'household', household.id, 'two_heads'
  FROM residents_membership member JOIN residents_household household ON household.id = member.household_id
 WHERE member.ended_on IS NULL AND member.kinship = '02' AND member.resident_id <> household.head_id
UNION ALL
SELECT 'household', household.id, 'ended'
  FROM residents_membership member JOIN residents_household household ON household.id = member.household_id
 WHERE member.ended_on IS NULL AND household.ended_on IS NOT NULL
UNION ALL
SELECT 'resident', resident.id, 'gone'
  FROM residents_membership member JOIN residents_resident resident ON resident.id = member.resident_id
 WHERE member.ended_on IS NULL AND resident.gone <> ''
LIMIT %s
"""
_HOMES = """
SELECT 'resident', resident.id, 'home' FROM residents_resident resident
  JOIN residents_house house ON house.id = coalesce(resident.house_id, resident.registered_house_id)
 WHERE resident.gone = ''
   AND (resident.district_id, resident.street_id, resident.community_id, resident.grid_id, resident.micro_id)
       IS DISTINCT FROM (house.district_id, house.street_id, house.community_id, house.grid_id, house.micro_id)
LIMIT %s
"""
_PATHS = """
SELECT '{word}', placed.id, 'path' FROM {table} placed
  LEFT JOIN path ON path.grid_id = placed.grid_id
  LEFT JOIN grids_grid micro ON micro.id = placed.micro_id
 WHERE (placed.district_id, placed.street_id, placed.community_id)
       IS DISTINCT FROM (path.district_id, path.street_id, path.community_id)
    OR (placed.micro_id IS NOT NULL AND (micro.kind <> 'micro' OR micro.parent_id <> placed.grid_id))
LIMIT %s
"""
_TREE = """
WITH path AS MATERIALIZED (
    SELECT grid.id AS grid_id, community.id AS community_id, street.id AS street_id, street.parent_id AS district_id
      FROM grids_grid grid
      JOIN grids_grid community ON community.id = grid.parent_id AND community.kind = 'community'
      JOIN grids_grid street ON street.id = community.parent_id AND street.kind = 'street'
     WHERE grid.kind IN ('base', 'dedicated'))
"""
_PLACED = {
    "building": "residents_building",
    "house": "residents_house",
    "resident": "residents_resident",
    "organisation": "residents_organisation",
}


@dataclass(frozen=True)
class Fault:
    """One row that does not stand as it should; `name` is a key of FAULTS."""

    table: str
    pk: int
    name: str

    def __str__(self) -> str:
        return f"{self.table} {self.pk}: {FAULTS[self.name]}"


@dataclass
class Report:
    """What was looked at, by table, and what is wrong."""

    looked: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def find(progress: Callable[[int], None] = lambda _count: None) -> Report:
    """Check every row; `progress` is told now and then how many people's numbers were opened."""
    report = Report({word: _count(table) for word, table in _COUNTED.items()})
    report.faults += _rows(_HOUSEHOLDS)
    report.faults += _rows(_HOMES)
    for word, table in _PLACED.items():
        report.faults += _rows(_TREE + _PATHS.format(word=word, table=table))
    report.faults += _numbers(report, progress)
    return report


def _numbers(report: Report, progress: Callable[[int], None]) -> Iterator[Fault]:
    """Open each number once and compare what was made of it."""
    opened, found = 0, dict.fromkeys(("number", "phone", "initials"), 0)
    rows = Resident.objects.filter(anonymised_at=None).values_list(*_NUMBERS)
    for pk, *values in rows.iterator(chunk_size=_STREAM):
        for name in _wrong(*values):
            found[name] += 1
            if found[name] <= AT_MOST:
                yield Fault("resident", pk, name)
        opened += 1
        if opened % (_STREAM * 25) == 0:
            progress(opened)
    report.looked["numbers opened"] = opened


_NUMBERS = (
    *("pk", "name", "initials", "identity_number", "identity_hash", "identity_last4"),
    *("phone", "phone_hash", "phone_last4"),
)


def _wrong(
    name: str,
    initials: str,
    number: str,
    number_hash: uuid.UUID | None,
    number_end: str,
    phone: str,
    phone_hash: uuid.UUID | None,
    phone_end: str,
) -> Iterator[str]:
    """Name what does not follow from the entry's own words."""
    if number_hash not in (fingerprints.of_identity(number) if number else [None]) or number_end != number[-4:]:
        yield "number"
    if phone_hash not in (fingerprints.of_phone(phone) if phone else [None]) or phone_end != phone[-4:]:
        yield "phone"
    if initials != pinyin.initials(name):
        yield "initials"


def _rows(sql: str) -> list[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [AT_MOST])
        return [Fault(*row) for row in cursor.fetchall()]


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of this file
        return int(cursor.fetchone()[0])


_COUNTED = {**_PLACED, "household": "residents_household", "membership": "residents_membership"}
