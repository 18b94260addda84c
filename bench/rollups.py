"""The figures brought in step after 10,000 moves, and all of them counted anew, against aggregates written by hand.

`rollup_refresh`: 10,000 orders have climbed by the product's own timers; the reference adds what the changed rows come
to, which only somebody can write who knows what changed. `rebuild_rollups`: three years of the whole district; the
reference fills the emptied tables with one aggregate of everything. Both sides must write the same rows.
"""

import datetime as dt
import statistics
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bench import servers
from bench.build import NOW, district, due_orders
from bench.order_sweep import ORDERS, digests_of
from bench.pages import FULL
from bench.remote import Remote
from bench.results import Result
from bench.timing import seconds
from grids.models import Grid
from hotline import rules
from insights import counting, rolling
from insights.models import Tally
from workorders import sweeps
from workorders.models import Event

DUE, MOVED, RUN = "bench_due", "bench_moved", "bench_run"
ROUNDS = {"refresh": 5, "rebuild": 3}
LAST_RUN = NOW - dt.timedelta(minutes=20)
HERE = Path(__file__)
WRITTEN = {
    "nodes": "SELECT node_id, day, measure, key, count, total FROM insights_tally",
    "units": "SELECT unit_id, day, measure, key, count, total FROM insights_unittally",
}
OF_CLIMBS = "WHERE measure IN ('went_overdue', 'stage', 'escalated')"
"""What a refresh is compared by: limits that ran out meanwhile are no change of a row, so the reference has none."""

OF_REFERENCE = "WHERE measure NOT IN ('solved_level', 'overdue_level', 'told')"
"""What a rebuild is compared by: these the product counts besides, in its own time; the reference does not."""


def refresh() -> list[Result]:
    servers.built(DUE, f"{due_orders.__module__}:{due_orders.__name__}", ORDERS)
    servers.copied(MOVED, DUE)
    with Remote(servers.address(MOVED)) as remote:
        remote.call(f"{__name__}:move")
    found = _compared("refresh", MOVED)
    servers.dropped(MOVED)
    return [_result("rollup_refresh", *found, f"{ORDERS:,} climbs", 3.0)]


def rebuild() -> list[Result]:
    servers.built(FULL, f"{district.__module__}:{district.__name__}", 1.0)
    found = _compared("rebuild", FULL)
    return [_result("rebuild_rollups", *found, "three years at scale 1", 2.0)]


def _compared(what: str, template: str) -> tuple[float, float, list[str], int]:
    """Let both sides do it in turns, each on a fresh copy; returns medians, tables that differ, and rows written."""
    taken: dict[str, list[float]] = {"by_product": [], "by_hand": []}
    written: dict[str, dict[str, str]] = {}
    rows = 0
    for number in range(ROUNDS[what]):
        for side in sorted(taken, reverse=bool(number % 2)):
            servers.copied(RUN, template)
            with Remote(servers.address(RUN)) as remote:
                taken[side].append(remote.call(f"{__name__}:{what}_{side}"))
                written[side] = remote.call(f"{__name__}:digests", what)
                rows = remote.call(f"{__name__}:rows")
    servers.dropped(RUN)
    ours, reference = (statistics.median(taken[side]) for side in ("by_product", "by_hand"))
    unlike = sorted(table for table in WRITTEN if written["by_product"][table] != written["by_hand"][table])
    return ours, reference, unlike, rows


def _result(name: str, ours: float, reference: float, unlike: list[str], rows: int, what: str, most: float) -> Result:
    same = f"NOT THE SAME ROWS in {', '.join(unlike)}" if unlike else "both sides wrote the same rows"
    return Result(name, ours, reference, ours / reference, f"{what}, {rows:,} rows kept; {same}", at_most=most)


# From here on: called in the other process, on the copy.


def move() -> None:
    """Count everything, then let every order climb."""
    rolling.rebuild(_district(), now=LAST_RUN - dt.timedelta(hours=1))
    rolling.refresh(LAST_RUN)
    sweeps.run(NOW)
    assert Event.objects.filter(at=NOW, move="escalate").count() == ORDERS
    _analyze()


def refresh_by_product() -> float:
    _warm_up()
    return seconds(lambda: rolling.refresh(NOW))


def refresh_by_hand() -> float:
    _warm_up()
    given = {"district": _district().pk, "zone": settings.TIME_ZONE, "since": NOW}
    return seconds(lambda: _run("rollups_refresh.sql", given))


def rebuild_by_product() -> float:
    _empty()
    return seconds(lambda: rolling.rebuild(_district(), now=NOW))


def rebuild_by_hand() -> float:
    _empty()
    key = _district().pk
    weights = rules.weights(rules.measures(key))
    given = {"district": key, "zone": settings.TIME_ZONE, "now": NOW}
    given |= {f"w{grade}": weight for grade, weight in weights.items()}
    return seconds(lambda: _run("rollups.sql", given))


def digests(what: str) -> dict[str, str]:
    only = OF_CLIMBS if what == "refresh" else OF_REFERENCE
    return digests_of({name: f"{rows} {only}" for name, rows in WRITTEN.items()})


def rows() -> int:
    return Tally.objects.count()


def _district() -> Grid:
    found: Grid = Grid.objects.defer("boundary").get(parent=None)
    return found


@transaction.atomic
def _run(name: str, given: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HERE.with_name(name).read_text(), given)


def _empty() -> None:
    """Keep the tree of each day, which both sides need, and nothing that was counted; have the pages in memory."""
    rolling.refresh(NOW)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE insights_tally, insights_unittally, insights_mark")
    _analyze()


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _warm_up() -> None:
    """Have the connection open, the copied pages in memory, and all at hand that a worker has from its last run."""
    long_ago = NOW.date() - dt.timedelta(days=300)
    counting.differing(_district(), long_ago, long_ago, NOW)
    with connection.cursor() as cursor:
        tables = ("workorder", "event", "stageclock", "escalation")
        for table in (*(f"workorders_{name}" for name in tables), "insights_tally", "insights_lineage"):
            cursor.execute(f"SELECT count(t::text) FROM {table} t")  # noqa: S608 - our own words
