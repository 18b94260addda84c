"""Two workers sweep 10,000 due orders while people move the same orders: nothing is doubled, nothing is lost.

Real processes on the test's database; what they leave is judged by the rows alone.
"""

import datetime as dt
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from tests.factories import make_ruled_line, report
from workorders import sweeps
from workorders.models import Event, StageClock, WorkOrder
from workorders.states import Move, State

MONDAY = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
LATE = dt.datetime(2026, 3, 6, 3, 0, tzinfo=dt.UTC)
"""The first handling limit and its grace are over, the next step's are not."""
ORDERS = 10_000
MOVES_EACH = 300

SWEEPER = """
import json, sys, django
django.setup()
from django.utils.dateparse import parse_datetime
from workorders import sweeps
print("ready", flush=True)
moment = parse_datetime(sys.stdin.readline().strip())
run = sweeps.run(moment, batch=250)
print(json.dumps({"climbed": run.escalated}))
"""

PERSON = """
import collections, json, os, random, sys, django
django.setup()
from django.core.exceptions import PermissionDenied
from django.utils.dateparse import parse_datetime
from accounts.models import User
from workorders import actions
from workorders.models import WorkOrder
from workorders.workflow import InvalidMove
worker, leader = (User.objects.get(pk=pk) for pk in json.loads(os.environ["PEOPLE"]))
rng = random.Random(int(os.environ["SEED"]))
ids = list(WorkOrder.objects.values_list("pk", flat=True))
rng.shuffle(ids)
print("ready", flush=True)
now = parse_datetime(sys.stdin.readline().strip())
ways = {
    "sign": lambda pk: actions.sign(pk, actor=worker, now=now),
    "return": lambda pk: actions.return_order(pk, actor=worker, reason="not_our_area", note="不在本网格", now=now),
    "escalate": lambda pk: actions.escalate(pk, actor=worker, note="需要上级协调", now=now),
    "submit": lambda pk: actions.submit_result(
        actions.sign(pk, actor=worker, now=now), actor=worker, result="已修好", now=now
    ),
    "dispatch": lambda pk: actions.dispatch(pk, actor=leader, assignee=worker, now=now),
}
done = collections.Counter()
for pk in ids[: int(os.environ["MOVES"])]:
    name = rng.choice(sorted(ways))
    try:
        ways[name](pk)
        done[name] += 1
    except (InvalidMove, PermissionDenied):
        done["refused"] += 1
print(json.dumps(done))
"""


def many_like(order: WorkOrder, count: int) -> None:
    """Multiply an order with its clocks and history until there are `count`; only keys and numbers differ."""
    orders = f"""
        INSERT INTO workorders_workorder ({names(WorkOrder)}, number, client_uuid)
        SELECT {names(WorkOrder, "o.")}, 'L' || n, gen_random_uuid()
        FROM workorders_workorder o, generate_series(1, %s) AS n WHERE o.id = %s"""  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(orders, [count - 1, order.pk])
        for model in (StageClock, Event):
            table = model._meta.db_table
            theirs = f"""
                INSERT INTO {table} ({names(model)}, order_id) SELECT {names(model, "r.")}, o.id
                FROM {table} r, workorders_workorder o WHERE r.order_id = %s AND o.id <> %s"""  # noqa: S608 - as above
            cursor.execute(theirs, [order.pk, order.pk])
        cursor.execute("ANALYZE")


def names(model: Any, prefix: str = "") -> str:
    own = {"id", "number", "client_uuid", "order_id"}
    return ", ".join(f"{prefix}{f.column}" for f in model._meta.concrete_fields if f.column not in own)


def start(code: str, **environment: str) -> subprocess.Popen[str]:
    database = connection.settings_dict
    host = database["OPTIONS"].get("host") or database["HOST"]
    address = f"postgresql://{database['USER']}@/{database['NAME']}?host={host}"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": address} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_among_busy_people_double_and_lose_nothing():
    line = make_ruled_line()
    many_like(report(line, line.worker, now=MONDAY), ORDERS)
    people = json.dumps([line.worker.pk, line.leader.pk])
    processes = [start(SWEEPER), start(SWEEPER)]
    processes += [start(PERSON, PEOPLE=people, SEED=str(n), MOVES=str(MOVES_EACH)) for n in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready", process.communicate()[1]
    for process in processes:
        assert process.stdin
        process.stdin.write(f"{LATE.isoformat()}\n")
        process.stdin.flush()
    ends = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, [error[-2000:] for _, error in ends]
    swept = [json.loads(said)["climbed"] for said, _ in ends[:2]]
    made = [json.loads(said) for said, _ in ends[2:]]
    caught_up = sweeps.run(LATE).escalated

    assert all(swept), "both workers took their share"
    assert all(sum(person.values()) > person.get("refused", 0) > 0 for person in made), made
    by_timer = Event.objects.filter(move=Move.ESCALATE, actor=None).count()
    assert sum(swept) + caught_up == by_timer
    assert by_timer == rows("SELECT count(*) FROM workorders_escalation WHERE by_timer")[0][0]
    assert sweeps.run(LATE).escalated == 0
    still = WorkOrder.objects.filter(step=0, state__in=[State.DISPATCHED, State.IN_PROGRESS]).count()
    assert still == 0, "an order that was due and not moved on has climbed"
    assert rows(WRONG_COUNTS) == []
    assert rows(BROKEN_CHAINS) == []
    assert rows(WRONG_CLOCKS) == []
    assert rows(DOUBLED_NOTICES) == []


WRONG_COUNTS = """
SELECT o.id, o.version, o.step, e.events, c.climbs, c.highest
FROM workorders_workorder o
JOIN (SELECT order_id, count(*) AS events, count(*) FILTER (WHERE move = 'escalate') AS climbs
      FROM workorders_event GROUP BY 1) e ON e.order_id = o.id
LEFT JOIN (SELECT order_id, count(*) AS climbs, max(position) AS highest
           FROM workorders_escalation GROUP BY 1) c ON c.order_id = o.id
WHERE o.version <> e.events OR o.step <> coalesce(c.highest, 0) OR e.climbs <> coalesce(c.climbs, 0)
"""
"""Orders whose version, step or climbs are not what their history says."""

BROKEN_CHAINS = """
SELECT * FROM (
    SELECT e.order_id, e.from_state, lag(e.to_state) OVER w AS before, e.to_state,
           lead(e.id) OVER w IS NULL AS is_last, o.state
    FROM workorders_event e JOIN workorders_workorder o ON o.id = e.order_id
    WINDOW w AS (PARTITION BY e.order_id ORDER BY e.id)
) chain
WHERE coalesce(before, '') <> from_state OR (is_last AND to_state <> state)
"""
"""Events that do not begin where the one before ended, or do not end where the order is."""

WRONG_CLOCKS = """
SELECT o.id, o.state, array_agg(c.stage) FROM workorders_workorder o
LEFT JOIN workorders_stageclock c ON c.order_id = o.id AND c.stopped_at IS NULL AND c.stage NOT IN ('whole', 'sign')
GROUP BY o.id
HAVING count(*) FILTER (WHERE c.stage = 'handle') > 1
    OR count(c.id) = 0
    OR (SELECT count(*) FROM workorders_stageclock w
        WHERE w.order_id = o.id AND w.stage = 'whole' AND w.stopped_at IS NULL) <> 1
"""
"""Open orders without a running stage clock, with two that handle, or without their one whole clock."""

DOUBLED_NOTICES = """
SELECT recipient_id, params->>'number', count(*) FROM accounts_notification
WHERE kind = 'order_escalated' GROUP BY 1, 2
HAVING count(*) > (SELECT count(*) FROM workorders_escalation e JOIN workorders_workorder o ON o.id = e.order_id
                   WHERE o.number = min(params->>'number'))
"""
"""More notices of climbing than climbs."""
