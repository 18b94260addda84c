"""Keep in step when each resident is due: one statement for a district at night, the same for a few at each visit.

The rule is `rules.due_on`, written once more as SQL over all rules that apply; the shortest wins. Rows that do not
change are not written, so that a night without news reads the register once and writes nothing.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from care import intervals
from grids.models import Grid
from residents.models import Resident
from visits import rules
from visits.models import Due

_LOCK = 20_817
"""First key of our advisory locks, beside those of the other apps' nightly runs."""

_PACK = "({days} * 100000::bigint + coalesce({since} - DATE '2000-01-01', 0))"
"""An interval and the day from which it holds in one number: the least of several is the shortest, then the oldest."""

_DUE = """CASE WHEN d.reached_on IS NOT NULL THEN greatest(d.reached_on + {days}, {since})
          ELSE greatest(f.known_on, {since}) + (f.key %% {days})::int END"""

_CHANGED = """
WITH days AS (SELECT key, value::int AS days FROM jsonb_each_text(%(days)s::jsonb)),
grouped AS (
  SELECT m.resident_id, min({member}) AS care
    FROM care_caremembership m JOIN days ON days.key = m."group"
   WHERE {members} AND m.ended_on IS NULL GROUP BY m.resident_id
),
changed AS (
  SELECT r.id, r.gone <> '' AS is_gone, d.reached_on, w.due_on - w.open_days AS opens_on, w.due_on, w.basis,
         CASE WHEN u.discreet < w.due_on
              THEN u.discreet - least({longest}, n.discreet / {share}) END AS discreet_opens_on,
         CASE WHEN u.discreet < w.due_on THEN u.discreet END AS discreet_due_on
    FROM residents_resident r
    LEFT JOIN visits_due d ON d.resident_id = r.id
    LEFT JOIN residents_house h ON h.id = r.house_id
    LEFT JOIN care_tiergrant t ON t.resident_id = r.id AND t.state = 'in_force' AND t.ends_on >= %(today)s
    LEFT JOIN grouped g ON g.resident_id = r.id
    LEFT JOIN residents_leftbehindfacts l ON l.resident_id = r.id AND l."group" = 'child'
    LEFT JOIN care_contactduty own ON own.house_id = r.house_id AND own.ended_on IS NULL
    LEFT JOIN care_contactduty whole ON whole.building_id = h.building_id AND whole.ended_on IS NULL
   CROSS JOIN LATERAL (
     SELECT (r.created_at AT TIME ZONE %(zone)s)::date AS known_on, coalesce(r.house_id, r.id) AS key,
            coalesce(h.use IN ('rented', 'group_let'), false) AS is_let) f
   CROSS JOIN LATERAL (
     SELECT CASE WHEN r.kind = 'floating' OR f.is_let THEN %(blue)s ELSE %(green)s END AS regular,
            least(g.care, CASE WHEN t.tier = 'yellow' THEN {yellow} END,
                  CASE WHEN f.is_let THEN %(rental_house)s::int * 100000::bigint END,
                  CASE WHEN l.resident_id IS NOT NULL THEN %(left_behind)s::int * 100000::bigint END,
                  CASE WHEN r.born_on <= %(aged)s THEN %(aged_80)s::int * 100000::bigint END) AS care,
            CASE WHEN own.id IS NOT NULL OR whole.id IS NOT NULL THEN %(contact)s::int END AS contact,
            coalesce(own.started_on, whole.started_on) AS contact_since,
            CASE t.tier WHEN 'orange' THEN %(orange)s WHEN 'red' THEN %(red)s END AS discreet,
            t.starts_on AS discreet_since) p
   CROSS JOIN LATERAL (
     SELECT p.regular, NULL::date AS regular_since, (p.care / 100000)::int AS care,
            DATE '2000-01-01' + (p.care %% 100000)::int AS care_since,
            p.contact, p.contact_since, p.discreet, p.discreet_since) n
   CROSS JOIN LATERAL (SELECT {regular} AS regular, {care} AS care, {contact} AS contact, {discreet} AS discreet) u
   CROSS JOIN LATERAL (
     SELECT least(u.regular, u.care, u.contact) AS due_on,
            CASE least(u.regular, u.care, u.contact) WHEN u.contact THEN 'contact' WHEN u.care THEN 'care'
                 ELSE 'regular' END AS basis,
            least({longest}, CASE least(u.regular, u.care, u.contact) WHEN u.contact THEN n.contact
                 WHEN u.care THEN n.care ELSE n.regular END / {share}) AS open_days) w
   WHERE {which}
     AND CASE WHEN r.gone <> '' THEN d.resident_id IS NOT NULL
              ELSE d.resident_id IS NULL
                OR (d.due_on, d.opens_on, d.basis) IS DISTINCT FROM (w.due_on, w.due_on - w.open_days, w.basis)
                OR d.discreet_due_on IS DISTINCT FROM CASE WHEN u.discreet < w.due_on THEN u.discreet END
                OR d.discreet_opens_on IS DISTINCT FROM CASE WHEN u.discreet < w.due_on
                   THEN u.discreet - least({longest}, n.discreet / {share}) END END
),
"""

_WRITE = """
left_us AS (DELETE FROM visits_due d USING changed c WHERE c.is_gone AND d.resident_id = c.id)
INSERT INTO visits_due AS kept (resident_id, reached_on, opens_on, due_on, basis, discreet_opens_on, discreet_due_on,
                                tries, last_outcome, next_try)
SELECT id, reached_on, opens_on, due_on, basis, discreet_opens_on, discreet_due_on, 0, '', ''
  FROM changed WHERE NOT is_gone
    ON CONFLICT (resident_id) DO UPDATE
   SET opens_on = excluded.opens_on, due_on = excluded.due_on, basis = excluded.basis,
       discreet_opens_on = excluded.discreet_opens_on, discreet_due_on = excluded.discreet_due_on
 -- Else a visit came between; it has set the row itself.
 WHERE kept.reached_on IS NOT DISTINCT FROM excluded.reached_on
"""

_RESTATE = """
WITH made AS (
  SELECT p.resident_id, v.id, v.outcome, v.next_try, (v.visited_at AT TIME ZONE %(zone)s)::date AS day,
         v.visited_at, v.outcome IN ('met', 'phone') AS has_reached
    FROM visits_visitedperson p JOIN visits_visit v ON v.id = p.visit_id
   WHERE p.resident_id = ANY(%(residents)s) AND v.annulled_at IS NULL
),
reached AS (
  SELECT resident_id, max(day) AS day, max(visited_at) AS at FROM made WHERE has_reached GROUP BY resident_id
),
tried AS (
  SELECT m.resident_id, count(*) AS tries, max(m.day) AS day
    FROM made m LEFT JOIN reached r ON r.resident_id = m.resident_id
   WHERE NOT m.has_reached AND (r.at IS NULL OR m.visited_at > r.at) GROUP BY m.resident_id
),
latest AS (
  SELECT DISTINCT ON (resident_id) resident_id, outcome, next_try FROM made
   ORDER BY resident_id, visited_at DESC, id DESC
)
UPDATE visits_due d
   SET reached_on = r.day, tries = coalesce(t.tries, 0), last_try_on = t.day,
       last_outcome = coalesce(l.outcome, ''), next_try = coalesce(l.next_try, '')
  FROM unnest(%(residents)s) AS one(id)
  LEFT JOIN reached r ON r.resident_id = one.id
  LEFT JOIN tried t ON t.resident_id = one.id
  LEFT JOIN latest l ON l.resident_id = one.id
 WHERE d.resident_id = one.id
"""

_UNSTATED = """
SELECT DISTINCT p.resident_id FROM visits_visitedperson p
  JOIN visits_visit v ON v.id = p.visit_id AND v.annulled_at IS NULL
  JOIN visits_due d ON d.resident_id = p.resident_id
 WHERE d.last_outcome = '' AND v.district_id = %s
"""


@dataclass(frozen=True)
class Renewed:
    """What a night's run did in a district."""

    district_id: int
    written: int


def renew_district(district_id: int, today: dt.date) -> Renewed:
    """Bring every resident's due visit of a district in step, in the caller's transaction or its own; idempotent."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, district_id])
            # A district is read whole. Right after a roster of a million rows PostgreSQL has no statistics yet, and
            # would join it row by row for hours.
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute("SET LOCAL jit = off")
        written = _renew(district_id, today)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = on")
            cursor.execute(_UNSTATED, [district_id])
            returned = [pk for (pk,) in cursor.fetchall()]
        if returned:
            _restate(returned)
            written += _renew(district_id, today, returned)
    return Renewed(district_id, written)


def renew(district_id: int, resident_ids: Collection[int], today: dt.date) -> None:
    """Bring the due visits of a few residents in step with their visits and the rules that hold for them."""
    ids = sorted(resident_ids)
    if not ids:
        return
    with transaction.atomic():
        missing = set(ids) - set(Due.objects.filter(pk__in=ids).values_list("pk", flat=True))
        if missing:
            _renew(district_id, today, sorted(missing))
        _restate(ids)
        _renew(district_id, today, ids)


def renew_grid(grid: Grid, today: dt.date) -> None:
    """Bring a grid's due visits in step with what changed since last night: tiers, groups, duties, who lives there.

    Its plan asks for this first, so that no change elsewhere has to know of visits. Writes only what changed.
    """
    ids = list(Resident.objects.filter(grid=grid).values_list("pk", flat=True))
    if ids:
        district_id: int = Grid.objects.values_list("pk", flat=True).get(tree_id=grid.tree_id, parent=None)
        _renew(district_id, today, ids)


def statement(*, of_district: bool) -> str:
    """Return the whole statement: for a district, or for the residents in the parameter `residents`."""
    return changed(of_district=of_district) + _WRITE


def changed(*, of_district: bool) -> str:
    """Return the part of the statement that finds out whose due visit is not as it should be."""
    return _CHANGED.format(
        which="r.district_id = %(district)s" if of_district else "r.id = ANY(%(residents)s)",
        members="m.district_id = %(district)s" if of_district else "m.resident_id = ANY(%(residents)s)",
        longest=rules.LONGEST_WINDOW,
        share=rules.WINDOW_SHARE,
        member=_PACK.format(days="days.days", since="m.started_on"),
        yellow=_PACK.format(days="%(yellow)s", since="t.starts_on"),
        **{
            name: _DUE.format(days=f"n.{name}", since=f"n.{name}_since")
            for name in ("regular", "care", "contact", "discreet")
        },
    )


def parameters(district_id: int, today: dt.date, resident_ids: Sequence[int] = ()) -> dict[str, Any]:
    """Return what the statement is asked with: the district's frequencies as they hold now (care.frequencies)."""
    given = intervals.parameters(district_id, today)
    return given | {
        "days": given["frequencies"],
        "zone": settings.TIME_ZONE,
        "today": today,
        "residents": list(resident_ids),
    }


def _renew(district_id: int, today: dt.date, resident_ids: Sequence[int] | None = None) -> int:
    """Run the statement for a district, or for these residents; returns how many rows were written."""
    with connection.cursor() as cursor:
        sql = statement(of_district=resident_ids is None)
        cursor.execute(sql, parameters(district_id, today, resident_ids or ()))
        return int(cursor.rowcount)


def _restate(resident_ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RESTATE, {"residents": resident_ids, "zone": settings.TIME_ZONE})
