"""Earlier requests that may be about the same: by place, by words and by who asks, within a window of days.

Core PostgreSQL alone: the pairs of characters of each request stand in a column of their own (migration 0005). The
statistics that the database keeps of them say which pairs of a text are rare; only those are looked up, as many as
promise no more than a few hundred rows, so that the time hardly grows with the years of requests.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection

from grids.standing import Standing
from hotline.models import Request
from hotline.querysets import in_area
from hotline.states import RequestState
from workorders import nearby

WINDOW = dt.timedelta(days=90)
SHOWN = 6
NEAR = 120
"""So many of the same grid, or community, are compared: the newest."""
BY_WORDS = 200
"""Rare pairs are looked up as long as they promise no more rows than these."""
MOST_PAIRS = 12
SAME_WORDS, ALIKE, HINT = 0.5, 0.3, 0.15
"""Share of common pairs: from which the words alone say that it is the same, with the place, with the requester."""
SAME_SPOT_M = 200


@dataclass(frozen=True)
class Sought:
    """What is known of a request being written; the point is (lng, lat) in WGS-84 degrees."""

    district_id: int
    text: str
    grid_id: int | None = None
    community_id: int | None = None
    phone_hashes: Sequence[UUID] = ()
    point: tuple[Decimal, Decimal] | None = None
    except_id: int | None = None


@dataclass(frozen=True)
class Like:
    """An earlier request and why it may be the same. `alike` is the share of common pairs, 0 to 1."""

    matter: Request
    alike: float
    is_same_phone: bool
    is_same_place: bool
    metres: int | None

    @property
    def percent(self) -> int:
        return round(self.alike * 100)

    @property
    def choice(self) -> str:
        """How the desk's form names it."""
        return f"r{self.matter.pk}"

    @property
    def weight(self) -> float:
        return self.alike + 0.3 * self.is_same_place + 0.2 * self.is_same_phone


_PAIRS = """
WITH known AS (
    SELECT most_common_elems::text::int[] AS elems, most_common_elem_freqs AS freqs
      FROM pg_stats WHERE tablename = 'hotline_request' AND attname = 'grams' AND schemaname = current_schema()
)
SELECT g, coalesce(f.freq, (SELECT freqs[cardinality(elems) + 1] FROM known), 0)
          * (SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'hotline_request'::regclass)
  FROM unnest(hotline_grams(%s)) AS g
  LEFT JOIN (SELECT e, freq FROM known, unnest(elems, freqs) AS u(e, freq) WHERE e IS NOT NULL) AS f ON f.e = g
 ORDER BY 2, 1
"""
_CANDIDATES = """
WITH near AS (
    SELECT id FROM hotline_request WHERE {place} AND received_at >= %(since)s AND state <> 'refused'
     ORDER BY received_at DESC, id DESC LIMIT %(near)s
), words AS (
    SELECT id FROM hotline_request
     WHERE grams && %(rare)s::int[] AND district_id = %(district)s AND received_at >= %(since)s LIMIT %(most)s
), same AS (
    SELECT id FROM hotline_request WHERE phone_hash = ANY(%(hashes)s::uuid[]) AND received_at >= %(since)s
     ORDER BY received_at DESC LIMIT 20
)
SELECT id, cardinality(grams), (SELECT count(*) FROM unnest(grams) AS g WHERE g = ANY(%(pairs)s::int[]))
  FROM hotline_request
 WHERE id IN (SELECT id FROM near UNION SELECT id FROM words UNION SELECT id FROM same)
"""


def find(sought: Sought, who: Standing, now: dt.datetime, *, most: int = SHOWN) -> list[Like]:
    """Return the requests at whose desk this person works that may be the same, the likeliest first: three queries."""
    pairs, rare = _pairs(sought.text)
    shares = _shares(sought, pairs, rare, now)
    wanted = sorted(shares, key=lambda pk: -shares[pk])[: most * 8]
    rows = Request.objects.filter(in_area(who), pk__in=wanted)
    rows = (
        rows.exclude(pk=sought.except_id or 0)
        .exclude(state=RequestState.REFUSED)
        .select_related("grid", "community", "order")
        .without_private()
    )
    rows = rows.defer("grid__boundary", "community__boundary", "order__contact_name", "order__contact_phone")
    found = [_judged(sought, matter, shares[matter.pk]) for matter in rows]
    likely = [like for like in found if _is_likely(like)]
    return sorted(likely, key=lambda like: (-like.weight, -like.matter.pk))[:most]


def _pairs(text: str) -> tuple[list[int], list[int]]:
    """Return a text's pairs, and the rare ones among them."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [text])
        rows = cursor.fetchall()
    rare: list[int] = []
    promised = 0.0
    for pair, rows_of_pair in rows[:MOST_PAIRS]:
        promised += rows_of_pair
        if promised > BY_WORDS:
            break
        rare.append(pair)
    return [pair for pair, _rows in rows], rare


def _shares(sought: Sought, pairs: list[int], rare: list[int], now: dt.datetime) -> dict[int, float]:
    """Map the requests that come into question to their share of common pairs: 1 where both say the same."""
    column = "grid_id" if sought.grid_id else "community_id"
    place = f"{column} = %(place)s" if sought.grid_id or sought.community_id else "false"
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES.format(place=place),
            {
                "place": sought.grid_id or sought.community_id,
                "since": now - WINDOW,
                "near": NEAR,
                "rare": rare,
                "most": BY_WORDS,
                "district": sought.district_id,
                "hashes": list(sought.phone_hashes),
                "pairs": pairs,
            },
        )
        rows = cursor.fetchall()
    return {pk: common / math.sqrt(count * len(pairs)) if pairs and count else 0.0 for pk, count, common in rows}


def _judged(sought: Sought, matter: Request, alike: float) -> Like:
    point = (matter.lng, matter.lat) if matter.lng is not None and matter.lat is not None else None
    metres = nearby.metres(sought.point, point)
    is_there = sought.grid_id is not None and matter.grid_id == sought.grid_id
    return Like(
        matter,
        alike,
        matter.phone_hash is not None and matter.phone_hash in sought.phone_hashes,
        is_there if metres is None else metres <= SAME_SPOT_M,
        metres,
    )


def _is_likely(like: Like) -> bool:
    least = HINT if like.is_same_phone else ALIKE if like.is_same_place else SAME_WORDS
    return like.alike >= least
