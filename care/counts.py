"""How many residents are in which tier, by street and community; small cells hidden, the same on every page."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection

from care import switches
from care.suppression import hidden
from care.tiers import Tier
from grids.models import Grid

ALWAYS = (Tier.GREEN.value, Tier.BLUE.value, Tier.YELLOW.value)
KEPT_SECONDS = 900
_SQL = """
SELECT r.street_id, r.community_id,
       coalesce(t.tier, CASE WHEN r.kind = 'floating' OR h.use IN ('rented', 'group_let') THEN 'blue'
                             ELSE 'green' END) AS tier, count(*)
  FROM residents_resident r
  LEFT JOIN residents_house h ON h.id = r.house_id
  LEFT JOIN care_tiergrant t ON t.resident_id = r.id AND t.state = 'in_force'
 WHERE r.district_id = %s AND r.gone = ''
 GROUP BY 1, 2, 3
"""
Shown = dict[str, int | None]
"""Tier → number, None where it is hidden."""


@dataclass(frozen=True)
class Counts:
    """The whole district, hidden from the top down, so that no page gives away what another hides.

    A tier that is off in the district is left out: that nobody is in it is no secret, and would hide another number.
    """

    tiers: list[str]
    district: Shown
    streets: dict[int, Shown]
    communities: dict[int, dict[int, Shown]]


def of(district: Grid) -> Counts:
    """Count a district, at most once in a quarter of an hour."""
    key = f"care:counts:{district.pk}"
    found: Counts | None = cache.get(key)
    if found is None:
        on = switches.turned_on(district.pk)
        tiers = [tier.value for tier in Tier if tier in ALWAYS or tier.value in on]
        found = _protected(_count(district.pk, tiers), tiers)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _count(district_id: int, tiers: list[str]) -> dict[int, dict[int, dict[str, int]]]:
    found: dict[int, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: dict.fromkeys(tiers, 0)))
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [district_id])
        for street_id, community_id, tier, number in cursor.fetchall():
            if tier in tiers:
                found[street_id][community_id][tier] = number
    return found


def _protected(raw: dict[int, dict[int, dict[str, int]]], tiers: list[str]) -> Counts:
    streets = {str(pk): _sum(list(below.values()), tiers) for pk, below in raw.items()}
    whole = {"all": _sum(list(streets.values()), tiers)}
    top = hidden(whole, columns_have_totals=False)
    gone = hidden(streets, [(pk, tier) for pk in streets for _all, tier in top])
    communities: dict[int, dict[int, Shown]] = {}
    for street_id, below in raw.items():
        table = {str(pk): row for pk, row in below.items()}
        dark = [(pk, tier) for pk in table for place, tier in gone if place == str(street_id)]
        communities[street_id] = {int(pk): row for pk, row in _shown(table, hidden(table, dark)).items()}
    by_street = {int(pk): row for pk, row in _shown(streets, gone).items()}
    return Counts(tiers, _shown(whole, top)["all"], by_street, communities)


def _sum(rows: list[dict[str, int]], tiers: list[str]) -> dict[str, int]:
    return {tier: sum(row[tier] for row in rows) for tier in tiers}


def _shown(table: dict[str, dict[str, int]], gone: set[tuple[str, str]]) -> dict[str, Shown]:
    return {place: {t: None if (place, t) in gone else n for t, n in row.items()} for place, row in table.items()}
