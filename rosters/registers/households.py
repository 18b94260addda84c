"""Households from a list of residents: by household number, or where the list has none, by house.

A group of rows is a household where exactly one of them is the head (户主; where nobody is, one "oneself", 本人).
Nobody is torn out of a household that they lead while others live in it: such rows are left as they are.
"""

from typing import Any

from residents import actions
from rosters.models import Batch
from rosters.registers import writing

_MEMBERS = """
CREATE TEMP TABLE roster_member ON COMMIT DROP AS
SELECT g.*, count(*) FILTER (WHERE g.kinship = '02') OVER w AS heads,
       count(*) FILTER (WHERE g.kinship = '01') OVER w AS selves
  FROM (SELECT x.id AS row_id, r.id AS resident_id, r.house_id, coalesce(s.household_no, '') AS number,
               CASE WHEN s.household_no IS NULL THEN r.house_id::text
                    ELSE r.community_id || '|' || s.household_no END AS family,
               coalesce(s.kinship, '99') AS kinship
          FROM rosters_row x
          JOIN rosters_stagedresident s ON s.row_id = x.id
          JOIN residents_resident r ON r.id = x.target_id
         WHERE x.id BETWEEN %(first)s AND %(last)s AND x.result = '' AND r.gone = '' AND r.house_id IS NOT NULL
           AND (s.household_no IS NOT NULL OR s.kinship IS NOT NULL)
           AND (x.outcome = 'unchanged'
                OR ({decided} AND (x.is_addition OR {effective} @> ARRAY['household']::varchar[])))) g
WINDOW w AS (PARTITION BY g.family)
"""
_LED = """
CREATE TEMP TABLE roster_led ON COMMIT DROP AS
SELECT m.family, m.resident_id AS head_id, m.house_id, m.number, hh.id AS household_id, hh.number AS old_number
  FROM roster_member m
  LEFT JOIN residents_household hh ON hh.head_id = m.resident_id AND hh.ended_on IS NULL
 WHERE (m.heads = 1 AND m.kinship = '02') OR (m.heads = 0 AND m.selves = 1 AND m.kinship = '01')
"""
_BOUND = """
DELETE FROM roster_member m USING residents_household hh
 WHERE hh.head_id = m.resident_id AND hh.ended_on IS NULL
   AND NOT EXISTS (SELECT FROM roster_led l WHERE l.head_id = m.resident_id)
   AND EXISTS (SELECT FROM residents_membership o
                WHERE o.household_id = hh.id AND o.ended_on IS NULL AND o.resident_id <> m.resident_id)
"""
_LEAVING = """
CREATE TEMP TABLE roster_leaving ON COMMIT DROP AS
SELECT o.id, o.household_id, o.resident_id
  FROM roster_member m JOIN roster_led l ON l.family = m.family
  JOIN residents_membership o ON o.resident_id = m.resident_id AND o.ended_on IS NULL
 WHERE o.household_id IS DISTINCT FROM l.household_id
"""
_END = """
WITH gone AS (
    UPDATE residents_membership o SET ended_on = greatest(%(today)s, o.started_on)
      FROM roster_leaving g WHERE g.id = o.id RETURNING o.id)
INSERT INTO rosters_made (batch_id, what, target_id) SELECT %(batch)s, 'ended', id FROM gone
"""
_END_EMPTY = """
UPDATE residents_household hh SET ended_on = greatest(%(today)s, hh.started_on)
  FROM roster_leaving g
 WHERE hh.id = g.household_id AND hh.head_id = g.resident_id AND hh.ended_on IS NULL
   AND NOT EXISTS (SELECT FROM residents_membership o WHERE o.household_id = hh.id AND o.ended_on IS NULL)
"""
_FOUND_HOUSEHOLDS = """
WITH made AS (
    INSERT INTO residents_household (house_id, head_id, number, started_on, version)
    SELECT l.house_id, l.head_id, l.number, %(today)s, 1 FROM roster_led l WHERE l.household_id IS NULL
     ORDER BY l.house_id
    ON CONFLICT DO NOTHING
    RETURNING id, head_id),
noted AS (INSERT INTO rosters_made (batch_id, what, target_id) SELECT %(batch)s, 'household', id FROM made)
UPDATE roster_led l SET household_id = made.id FROM made WHERE made.head_id = l.head_id
"""
_NUMBER = """
UPDATE residents_household hh SET number = l.number
  FROM roster_led l WHERE l.household_id = hh.id AND l.number <> '' AND l.old_number IS NOT NULL
   AND l.old_number <> l.number
"""
_JOIN = """
WITH made AS (
    INSERT INTO residents_membership (household_id, resident_id, kinship, started_on)
    SELECT l.household_id, m.resident_id, CASE WHEN m.resident_id = l.head_id THEN '02' ELSE m.kinship END, %(today)s
      FROM roster_member m JOIN roster_led l ON l.family = m.family
     WHERE l.household_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM residents_membership o WHERE o.resident_id = m.resident_id AND o.ended_on IS NULL)
     ORDER BY l.household_id
    ON CONFLICT DO NOTHING
    RETURNING id)
INSERT INTO rosters_made (batch_id, what, target_id) SELECT %(batch)s, 'membership', id FROM made
"""
_KINSHIP = """
UPDATE residents_membership o SET kinship = m.kinship
  FROM roster_member m JOIN roster_led l ON l.family = m.family
 WHERE o.resident_id = m.resident_id AND o.ended_on IS NULL AND o.household_id = l.household_id
   AND m.resident_id <> l.head_id AND o.kinship <> m.kinship
"""
_TROUBLES = """
INSERT INTO rosters_problem (batch_id, number, field, code, refuses, sample, is_compared)
SELECT %(batch)s, min(row_id) - %(first)s, 'kinship', CASE WHEN heads = 0 THEN 'head_none' ELSE 'head_several' END,
       false, '', true
  FROM (SELECT s.row_id,
               coalesce(s.community_id || '|' || s.household_no, s.community_id || '/' || s.address_key) AS family,
               count(*) FILTER (WHERE s.kinship = '02') OVER w AS heads,
               count(*) FILTER (WHERE s.kinship = '01') OVER w AS selves
          FROM rosters_stagedresident s
         WHERE s.row_id BETWEEN %(first)s AND %(last)s AND (s.household_no IS NOT NULL OR s.kinship IS NOT NULL)
           AND s.community_id IS NOT NULL AND (s.household_no IS NOT NULL OR s.address_key IS NOT NULL)
        WINDOW w AS (PARTITION BY coalesce(s.community_id || '|' || s.household_no,
                                           s.community_id || '/' || s.address_key))) f
 WHERE heads > 1 OR (heads = 0 AND selves <> 1)
 GROUP BY family, heads
"""


_OUT = """
CREATE TEMP TABLE roster_out ON COMMIT DROP AS
SELECT o.id, o.household_id, o.resident_id, hh.head_id = o.resident_id AS is_head
  FROM rosters_row x
  JOIN residents_resident r ON r.id = x.target_id
  JOIN residents_membership o ON o.resident_id = r.id AND o.ended_on IS NULL
  JOIN residents_household hh ON hh.id = o.household_id
 WHERE x.id BETWEEN %(first)s AND %(last)s AND NOT x.is_addition AND x.before IS NOT NULL AND x.result = ''
   AND (r.gone <> '' OR r.house_id IS DISTINCT FROM hh.house_id)
"""
_MOVE_WHOLE = """
UPDATE residents_household hh SET house_id = t.house_id, version = hh.version + 1
  FROM (SELECT o.household_id, min(r.house_id) AS house_id
          FROM residents_membership o JOIN residents_resident r ON r.id = o.resident_id
         WHERE o.ended_on IS NULL AND o.household_id IN (SELECT household_id FROM roster_out WHERE is_head)
         GROUP BY o.household_id
        HAVING count(DISTINCT r.house_id) = 1 AND count(*) = count(r.house_id) AND bool_and(r.gone = '')) t
 WHERE hh.id = t.household_id
"""
_STAYED = """
DELETE FROM roster_out g USING residents_household hh, residents_resident r
 WHERE hh.id = g.household_id AND r.id = g.resident_id AND r.gone = ''
   AND hh.house_id IN (r.house_id, r.registered_house_id)
"""
_HEADLESS = """
SELECT g.household_id, g.resident_id,
       (SELECT o.resident_id FROM residents_membership o JOIN residents_resident r ON r.id = o.resident_id
         WHERE o.household_id = g.household_id AND o.ended_on IS NULL
           AND NOT EXISTS (SELECT FROM roster_out q WHERE q.id = o.id)
         ORDER BY o.kinship IN ('10', '11', '12') DESC, r.born_on NULLS LAST, r.id LIMIT 1) AS heir
  FROM roster_out g WHERE g.is_head ORDER BY g.household_id
"""
_END_OUT = """
WITH gone AS (
    UPDATE residents_membership o SET ended_on = greatest(%(today)s, o.started_on)
      FROM roster_out g WHERE g.id = o.id AND o.ended_on IS NULL RETURNING o.id)
INSERT INTO rosters_made (batch_id, what, target_id) SELECT %(batch)s, 'ended', id FROM gone
"""
_END_LEFT = """
UPDATE residents_household hh SET ended_on = greatest(%(today)s, hh.started_on), version = hh.version + 1
  FROM roster_out g
 WHERE hh.id = g.household_id AND hh.ended_on IS NULL
   AND NOT EXISTS (SELECT FROM residents_membership o WHERE o.household_id = hh.id AND o.ended_on IS NULL)
"""


def mend(batch: Batch) -> None:
    """Let households follow their people: one that moved together moves, who went away is no member any more.

    Where a head leaves others behind, the spouse heads the household, else the eldest: somebody has to, and the
    community corrects it on the household's page. In the transaction of `write`.
    """
    given = writing.parameters(batch)
    writing.run(_OUT, given)
    writing.run(_MOVE_WHOLE, given)
    writing.run(_STAYED, given)
    for household, head, heir in writing.rows(_HEADLESS, given):
        if heir is not None:
            actions.end_membership(household, actor=None, resident=head, new_head=heir)
    writing.run(_END_OUT, given)
    writing.run(_END_LEFT, given)
    writing.run("DROP TABLE roster_out", given)


def has_columns(batch: Batch) -> bool:
    """Say whether the list speaks of households at all."""
    return bool({"household_no", "kinship"} & set(batch.fields))


def note_troubles(given: dict[str, Any]) -> None:
    """Warn of households of the file without a head, or with several: they are not made."""
    writing.run(_TROUBLES, given)


def write(batch: Batch) -> dict[str, int]:
    """Make and change the households that the written rows name; returns how many were made. In one transaction."""
    mend(batch)
    if not has_columns(batch):
        return {}
    given = writing.parameters(batch)
    writing.run(_MEMBERS.format(decided=writing.DECIDED, effective=writing.EFFECTIVE), given)
    writing.run(_LED, given)
    for table in ("roster_member", "roster_led"):
        writing.run(f"ANALYZE {table}", given)
    writing.run(_BOUND, given)
    writing.run(_LEAVING, given)
    writing.run(_END, given)
    writing.run(_END_EMPTY, given)
    writing.run(_FOUND_HOUSEHOLDS, given)
    writing.run(_NUMBER, given)
    writing.run(_JOIN, given)
    writing.run(_KINSHIP, given)
    writing.run("DROP TABLE roster_member, roster_led, roster_leaving", given)
    counts = dict(
        writing.rows("SELECT what, count(*) FROM rosters_made WHERE batch_id = %(batch)s GROUP BY what", given)
    )
    return {"households": counts.get("household", 0)}
