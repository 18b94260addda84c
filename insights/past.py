"""Sums of days that are over, kept until one of these days is counted otherwise.

Whoever opens this month has it compared with the month before and the month a year before. With the days of this month
until yesterday those are nearly all that a dashboard adds up, and seldom other sums than a minute ago. They are kept by
when each of their days last changed (`ChangedDay`), so that they never hide a late move or a rebuild; a backup that is
brought back has the sums that it had then.
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.core.cache import cache
from django.db import connection

from accounts import prepared
from insights.asks import Ask
from insights.sums import Numbers, Sums

KEPT_SECONDS = 600
"""Long for a page that is drawn each minute, short for one that was opened once."""
Found = dict[int, Sums]

_STATES = """
SELECT md5(string_agg(c.day || ' ' || c.at, ',' ORDER BY c.day))
  FROM unnest(%s::bigint[], %s::date[], %s::date[]) WITH ORDINALITY AS p(node, first, last, number)
  LEFT JOIN grids_grid n ON n.id = p.node
  LEFT JOIN grids_grid d ON d.tree_id = n.tree_id AND d.parent_id IS NULL
  LEFT JOIN insights_changedday c ON c.district_id = d.id AND c.day BETWEEN p.first AND p.last
 GROUP BY p.number ORDER BY p.number
"""


_NODES, _FIRST, _LAST = object(), object(), object()
"""Stand for the parameters of `_STATES`."""


class Over:
    """Asks of days that are over; the nodes of each lie in one district."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        self._keys = dict(zip((ask.name for ask in asks), _keys(asks), strict=True))

    def known(self) -> dict[str, Found]:
        """Return by name what is kept."""
        kept = cache.get_many(self._keys.values()) if self._keys else {}
        return {name: _unpacked(kept[key]) for name, key in self._keys.items() if key in kept}

    def keep(self, found: Mapping[str, Found]) -> None:
        """Keep those of the sums that are of these asks. They were added up after the keys were made: should a day
        have changed between, nobody asks for them by these keys any more."""
        kept = {self._keys[name]: _packed(sums) for name, sums in found.items() if name in self._keys}
        if kept:
            cache.set_many(kept, KEPT_SECONDS)


def _packed(found: Found) -> dict[int, tuple[Numbers, Numbers]]:
    """Return what is kept: nothing that another version of the product could not read."""
    return {at: (sums.counts, sums.totals) for at, sums in found.items()}


def _unpacked(kept: Mapping[int, tuple[Numbers, Numbers]]) -> Found:
    return {at: Sums(*numbers) for at, numbers in kept.items()}


def _keys(asks: Sequence[Ask]) -> list[str]:
    """Name each ask and the state of its days: one query."""
    if not asks:
        return []
    given = {
        _NODES: [ask.nodes[0] for ask in asks],
        _FIRST: [ask.period.first for ask in asks],
        _LAST: [ask.period.last for ask in asks],
    }
    with prepared.repeated(_STATES, (_NODES, _FIRST, _LAST), given) as (sql, values), connection.cursor() as cursor:
        cursor.execute(sql, values)
        states = [state for (state,) in cursor.fetchall()]
    return [_key(ask, state) for ask, state in zip(asks, states, strict=True)]


def _key(ask: Ask, state: str | None) -> str:
    asked = repr((list(ask.nodes), ask.period, [str(one) for one in ask.measures], ask.by.value, state))
    return f"sums:{hashlib.sha256(asked.encode()).hexdigest()}"
