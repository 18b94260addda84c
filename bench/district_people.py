"""The registers of a whole district in a few statements, for benches of what reads them whole: no names, no numbers.

Shares are those of DOMAIN.md §7.2-7.3. Columns hold text as wide as the real one; indexes that only searches use are
left out, since nothing here searches.
"""

import datetime as dt
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from demo import load
from demo.profiles import PROFILES
from grids.models import Grid

NOW = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)
PEOPLE, FLOATING, HOUSES = 1_162_189, 99_664, 481_599
PER_BUILDING = 60

_UNUSED = """
SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index
 WHERE indrelid = ANY(ARRAY['residents_resident', 'residents_house']::regclass[]) AND NOT indisprimary
   AND indexrelid::regclass::text NOT IN ('resident_of_house')
   AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = indexrelid)
"""
_FILL = """
CREATE TEMP TABLE cell ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY g.id) - 1 AS n, g.id AS grid_id, c.id AS community_id, c.parent_id AS street_id,
       s.parent_id AS district_id
  FROM grids_grid g JOIN grids_grid c ON c.id = g.parent_id JOIN grids_grid s ON s.id = c.parent_id
 WHERE g.kind = 'base';

INSERT INTO residents_estate (id, district_id, street_id, community_id, name, road, property_company, property_phone)
SELECT n + 1, district_id, street_id, community_id, 'E' || n, '', '', '' FROM cell;

INSERT INTO residents_building (id, district_id, street_id, community_id, grid_id, estate_id, number)
SELECT b, district_id, street_id, community_id, grid_id, n + 1, b::text
  FROM generate_series(1, %(houses)s / %(per_building)s + 1) b
  JOIN cell ON cell.n = b %% (SELECT count(*) FROM cell);

INSERT INTO residents_house (id, district_id, street_id, community_id, grid_id, estate_id, building_id, unit_no, floor,
       room_no, address, address_key, use, nature, owner_name, owner_phone, version, updated_at)
SELECT h, b.district_id, b.street_id, b.community_id, b.grid_id, b.estate_id, b.id, '1', 1, h::text,
       'E' || b.estate_id || ' ' || b.number || '-1-' || h, 'E' || b.estate_id || '|' || b.number || '|1|' || h,
       CASE WHEN h %% 100 < 9 THEN 'rented' WHEN h %% 100 < 17 THEN 'vacant' ELSE 'owned' END, '', '', '', 1, %(now)s
  FROM generate_series(1, %(houses)s) h JOIN residents_building b ON b.id = h / %(per_building)s + 1;

INSERT INTO residents_resident (id, district_id, street_id, community_id, grid_id, kind, name, initials, sex, born_on,
       certificate, identity_number, identity_last4, phone, phone_last4, ethnicity, marital, education, political,
       occupation, employer, house_id, registered_address, note, gone, created_at, updated_at, version)
SELECT r, h.district_id, h.street_id, h.community_id, h.grid_id,
       CASE WHEN r <= %(floating)s THEN 'floating' ELSE 'registered' END, 'N' || r, 'n', (r %% 2 + 1)::text,
       DATE '1930-01-01' + (r::bigint * 7919 %% 34000)::int, '111', '', '', repeat('x', 90), '0000', '01', '20', '70',
       '13', '', '', h.id, '', '', '', %(now)s - make_interval(days => r %% 700), %(now)s, 1
  FROM generate_series(1, %(people)s) r JOIN residents_house h ON h.id = r::bigint * 7 %% %(houses)s + 1;

INSERT INTO care_caremembership (district_id, resident_id, "group", source, started_on, entered_at)
SELECT district_id, id, (ARRAY['hardship', 'living_alone', 'disabled', 'unemployed', 'veteran'])[id %% 5 + 1], 'roster',
       DATE '2026-01-01' + (id %% 300)::int, %(now)s
  FROM residents_resident WHERE id %% 13 = 0;

INSERT INTO care_contactduty (district_id, post_id, worker_id, building_id, started_on, assigned_at)
SELECT b.district_id, p.id, p.user_id, b.id, DATE '2026-03-01', %(now)s
  FROM residents_building b
  JOIN LATERAL (SELECT id, user_id FROM grids_post WHERE node_id = b.grid_id AND role = 'grid_worker' LIMIT 1) p ON true
 WHERE b.id %% 5 = 0;

INSERT INTO care_tiergrant (district_id, resident_id, tier, reason_code, fact, basis, days, is_minor, state,
       proposed_by_id, proposed_at, approved_by_id, approved_at, seconded_by_id, seconded_at, starts_on, ends_on,
       ended_because, version)
SELECT r.district_id, r.id, t.tier, t.tier || '-x', 'x', 'x', 1, false, 'in_force', u.a, %(now)s, u.b, %(now)s, u.c,
       %(now)s, DATE '2026-11-01', DATE '2026-12-01', '', 1
  FROM residents_resident r
  JOIN LATERAL (SELECT CASE WHEN r.id %% 5000 = 1 THEN 'red' WHEN r.id %% 330 = 1 THEN 'orange'
                            WHEN r.id %% 20 = 1 THEN 'yellow' END AS tier) t ON t.tier IS NOT NULL
 CROSS JOIN (SELECT min(id) AS a, min(id) + 1 AS b, min(id) + 2 AS c FROM accounts_user) u;
"""
_REACHED = """
UPDATE visits_due SET reached_on = DATE '2026-11-19' - (resident_id %% 170)::int, last_outcome = 'met'
 WHERE resident_id %% 5 < 3
"""


def fill() -> None:
    """Make the district with everybody in it, and three in five of them reached within the last half-year."""
    from visits import planning

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        load.prepare(PROFILES["rencheng"], 42, NOW)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNUSED)
        for (drop,) in cursor.fetchall():
            cursor.execute(drop)
        given: dict[str, Any] = {
            "now": NOW,
            "people": PEOPLE,
            "floating": FLOATING,
            "houses": HOUSES,
            "per_building": PER_BUILDING,
        }
        cursor.execute(_FILL, given)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    district_id = Grid.objects.get(parent=None).pk
    planning.renew_district(district_id, NOW.date())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REACHED % ())
    planning.renew_district(district_id, NOW.date())
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
