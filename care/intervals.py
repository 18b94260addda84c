"""For each resident of a district, after how many days they are visited again, and because of what: one statement.

`SQL` gives rows (resident_id, house_id, building_id, grid_id, community_id, street_id, tier, tier_days, group_days,
contact_days, worker_id) of those who are here: `worker_id` is the contact worker of the house, null without one. The
days to go by are the least of the three that are not null. Parameters: see `parameters`.
"""

import datetime as dt
import json
from typing import Any

from care import frequencies

SQL = """
WITH days AS (SELECT key, value::int AS days FROM jsonb_each_text(%(frequencies)s::jsonb)),
grouped AS (
    SELECT m.resident_id, min(d.days) AS days
      FROM care_caremembership m JOIN days d ON d.key = m."group"
     WHERE m.district_id = %(district)s AND m.ended_on IS NULL
     GROUP BY m.resident_id
)
SELECT r.id AS resident_id, r.house_id, h.building_id, r.grid_id, r.community_id, r.street_id,
       coalesce(t.tier, CASE WHEN r.kind = 'floating' OR h.use IN ('rented', 'group_let') THEN 'blue'
                             ELSE 'green' END) AS tier,
       CASE t.tier WHEN 'yellow' THEN %(yellow)s WHEN 'orange' THEN %(orange)s WHEN 'red' THEN %(red)s
            ELSE CASE WHEN r.kind = 'floating' OR h.use IN ('rented', 'group_let') THEN %(blue)s
                      ELSE %(green)s END END AS tier_days,
       least(g.days,
             CASE WHEN h.use IN ('rented', 'group_let') THEN %(rental_house)s::int END,
             CASE WHEN l.resident_id IS NOT NULL THEN %(left_behind)s::int END,
             CASE WHEN r.born_on <= %(aged)s THEN %(aged_80)s::int END) AS group_days,
       CASE WHEN own.worker_id IS NOT NULL OR whole.worker_id IS NOT NULL THEN %(contact)s::int END AS contact_days,
       coalesce(own.worker_id, whole.worker_id) AS worker_id
  FROM residents_resident r
  LEFT JOIN residents_house h ON h.id = r.house_id
  LEFT JOIN care_tiergrant t ON t.resident_id = r.id AND t.state = 'in_force'
  LEFT JOIN grouped g ON g.resident_id = r.id
  LEFT JOIN residents_leftbehindfacts l ON l.resident_id = r.id AND l."group" = 'child'
  LEFT JOIN care_contactduty own ON own.house_id = r.house_id AND own.ended_on IS NULL
  LEFT JOIN care_contactduty whole ON whole.building_id = h.building_id AND whole.ended_on IS NULL
 WHERE r.district_id = %(district)s AND r.gone = ''
"""


def parameters(district_id: int, day: dt.date) -> dict[str, Any]:
    """Return what `SQL` is asked with: the district, its frequencies, the birthday from which one is 80 on the day."""
    days = frequencies.of(district_id)
    given = {subject: number for subject, number in days.items() if number is not None}
    return {**days, "district": district_id, "aged": years_before(day, 80), "frequencies": json.dumps(given)}


def years_before(day: dt.date, years: int) -> dt.date:
    """Return the latest birthday of somebody who is this old on the day; 29 February counts as the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
