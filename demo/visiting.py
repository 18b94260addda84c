"""The visits of the last half-year: most homes were reached in time, some not, and what people said at the door."""

import datetime as dt
import random
import uuid

from django.db import connection
from django.utils import timezone

from accounts.models import User
from demo.bulk import unhindered
from grids.models import Grid
from residents.models import House
from visits import actions, nightly, summaries
from visits.models import Due, Visit, VisitedPerson
from visits.states import EntryKind, Outcome, Period

_SOON = 27
"""Days in which most homes with somebody in care, tenants or a contact worker were visited."""
_REGULAR = 165
_MISSED = 0.03
"""Share of homes that nobody visited."""

_VISITS = """
WITH homes AS (
  SELECT h.*, p.user_id AS visitor, (hashint8extended(h.id, 17) & 1048575) / 1048576.0 AS one,
         (hashint8extended(h.id, 23) & 1048575) / 1048576.0 AS two,
         CASE WHEN h.use <> 'owned' OR EXISTS (
                SELECT FROM residents_resident r JOIN care_caremembership m ON m.resident_id = r.id
                 WHERE r.house_id = h.id AND m.ended_on IS NULL)
                OR EXISTS (SELECT FROM care_contactduty d WHERE d.building_id = h.building_id AND d.ended_on IS NULL)
              THEN %(soon)s ELSE %(regular)s END AS days
    FROM residents_house h
    JOIN LATERAL (SELECT user_id FROM grids_post
                   WHERE node_id = h.grid_id AND role = 'grid_worker' ORDER BY is_primary DESC, id LIMIT 1) p ON TRUE
   WHERE h.use <> 'vacant'
), made AS (
  INSERT INTO visits_visit (district_id, street_id, community_id, grid_id, micro_id, house_id, visitor_id, client_uuid,
                            outcome, note, next_try, checks, visited_at, recorded_at)
  SELECT district_id, street_id, community_id, grid_id, micro_id, id, visitor, gen_random_uuid(),
         CASE WHEN two < 0.08 THEN 'phone' WHEN two < 0.13 THEN 'nobody' WHEN two < 0.14 THEN 'refused' ELSE 'met' END,
         '', CASE WHEN two >= 0.08 AND two < 0.13 THEN 'evening' ELSE '' END, '[]', at, at + interval '9 minutes'
    FROM (SELECT *, date_trunc('day', %(now)s::timestamptz) - ((1 + one * days)::int || ' days')::interval
                 + ((30 + two * 540)::int || ' minutes')::interval AS at FROM homes) dated
   WHERE (hashint8extended(id, 29) & 1048575) / 1048576.0 > %(missed)s
  RETURNING id, house_id
)
INSERT INTO visits_visitedperson (visit_id, resident_id)
SELECT made.id, r.id FROM made JOIN residents_resident r ON r.house_id = made.house_id WHERE r.gone = ''
"""

_SAID = (
    (EntryKind.HARDSHIP, "老人腿脚不便，希望有人帮忙取药。"),
    (EntryKind.DISPUTE, "楼上漏水，两家说不到一起，想请社区调解。"),
    (EntryKind.DEMAND, "楼道灯坏了几天，晚上上下楼看不见。"),
    (EntryKind.OPINION, "广场舞结束得晚，孩子写作业受影响。"),
    (EntryKind.SAFETY, "有人在楼道里给电动车充电。"),
    (EntryKind.DEMAND, "小区门口停车太乱，出入不方便。"),
    (EntryKind.OPINION, "希望周末多办几次便民服务。"),
    (EntryKind.OTHER, "询问医保缴费在哪里办。"),
)
ENTRIES = 24
TRIED_TWICE = 5
"""Doors of the home grid behind which nobody was, twice."""


def visit(home: Grid, worker: User, rng: random.Random, now: dt.datetime) -> None:
    """Write the visits of a district whose registers and duties are there, and the home grid's log."""
    with unhindered(Visit, VisitedPerson), connection.cursor() as cursor:
        cursor.execute(_VISITS, {"soon": _SOON, "regular": _REGULAR, "missed": _MISSED, "now": now})
    with unhindered(Due):
        nightly.renew(now)
    _knock_again(home, worker, now)
    _listen(home, worker, rng, now)
    _report(home, worker, now)


def _knock_again(home: Grid, worker: User, now: dt.datetime) -> None:
    """Try once more where nobody was home."""
    doors = Visit.objects.filter(grid=home, outcome=Outcome.NOBODY).order_by("pk")[:TRIED_TWICE]
    for number, door in enumerate(doors.select_related("house")):
        if door.house is not None:
            at = now - dt.timedelta(days=1, hours=number)
            outcome = Outcome.NOBODY
            actions.record(door.house, actor=worker, outcome=outcome, client_uuid=uuid.uuid4(), visited_at=at, now=now)


def _listen(home: Grid, worker: User, rng: random.Random, now: dt.datetime) -> None:
    houses = list(House.objects.filter(grid=home).order_by("pk")[: 2 * ENTRIES])
    for number in range(min(ENTRIES, len(houses))):
        kind, text = _SAID[number % len(_SAID)]
        heard_at = now - dt.timedelta(days=number // 3, hours=rng.randrange(1, 5))
        actions.write_entry(
            houses[2 * number % len(houses)],
            actor=worker,
            kind=kind,
            text=text,
            client_uuid=uuid.uuid4(),
            heard_at=heard_at,
            now=now,
        )


def _report(home: Grid, worker: User, now: dt.datetime) -> None:
    """Submit the report of yesterday as it was proposed."""
    day = timezone.localdate(now) - dt.timedelta(days=1)
    text = summaries.compose(home, Period.DAY, day, day, summaries.count(home, day, day, now))
    actions.submit_report(home, actor=worker, period=Period.DAY, day=day, text=text, now=now)
