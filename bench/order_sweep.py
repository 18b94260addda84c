"""10,000 due orders go up one step, with clocks, history, lasting sight and notices, against SQL written by hand.

Each run has a fresh copy of the database and ends with its commit; afterwards both sides' rows are compared, so that
the reference does the same writes and not merely as many.
"""

import statistics
from pathlib import Path

from django.db import connection, transaction

from bench import servers
from bench.build import NOW, due_orders
from bench.remote import Remote
from bench.results import Result
from bench.timing import seconds
from workorders import sweeps
from workorders.models import StageClock

TEMPLATE, RUN = "bench_due", "bench_run"
ORDERS = 10_000
ROUNDS = 5
SQL = Path(__file__).with_name("sweep.sql")

WRITTEN = {
    "orders": """SELECT id, state, stage, step, holder_id, assignee_id, lead_unit_id, version, warn_at, due_at,
                        accepted_at FROM workorders_workorder""",
    "clocks": """SELECT order_id, stage, step_id, value, unit, started_at, warn_at, due_at, climb_at, next_at,
                        stopped_at FROM workorders_stageclock""",
    "climbs": """SELECT order_id, position, from_node_id, to_node_id, passed_user_id, at, by_timer
                 FROM workorders_escalation""",
    "events": """SELECT order_id, at, move, from_state, to_state, node_id, to_user_id, elapsed_seconds
                 FROM workorders_event""",
    "sight": "SELECT order_id, user_id, unit_id FROM workorders_involvement",
    "notices": """SELECT recipient_id, kind, params, url, deliver_at, email_due_at FROM accounts_notification""",
}
"""What is compared of each table."""


def measure() -> list[Result]:
    servers.built(TEMPLATE, f"{due_orders.__module__}:{due_orders.__name__}", ORDERS)
    taken: dict[str, list[float]] = {"by_product": [], "by_hand": []}
    written: dict[str, dict[str, str]] = {}
    for number in range(ROUNDS):
        for side in sorted(taken, reverse=bool(number % 2)):
            servers.copied(RUN, TEMPLATE)
            with Remote(servers.address(RUN)) as remote:
                taken[side].append(remote.call(f"bench.order_sweep:{side}"))
                written[side] = remote.call("bench.order_sweep:digests")
    servers.dropped(RUN)
    ours, reference = (statistics.median(taken[side]) for side in ("by_product", "by_hand"))
    unlike = sorted(table for table in WRITTEN if written["by_product"][table] != written["by_hand"][table])
    note = f"{ORDERS:,} orders, {ORDERS / ours:,.0f} a second; " + (
        f"NOT THE SAME WRITES in {', '.join(unlike)}" if unlike else "both sides wrote the same rows"
    )
    return [Result("order_sweep", ours, reference, ours / reference, note, at_most=4.0)]


# From here on: called in the other process, on the copy.


def by_product() -> float:
    """Return the seconds that the product's own sweep takes."""
    _warm_up()
    taken = seconds(lambda: sweeps.run(NOW))
    climbed = StageClock.objects.filter(stopped_at=NOW, stage="handle").count()
    assert climbed == ORDERS, climbed
    return taken


def by_hand() -> float:
    """Return the seconds that the statements of sweep.sql take."""
    _warm_up()
    return seconds(_run_by_hand)


@transaction.atomic
def _run_by_hand() -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL.read_text(), {"now": NOW})


def digests() -> dict[str, str]:
    """Return a digest of each table's written rows, whatever their order."""
    return digests_of(WRITTEN)


def digests_of(written: dict[str, str]) -> dict[str, str]:
    """Return a digest of what each of these queries finds, whatever its order."""
    found = {}
    with connection.cursor() as cursor:
        for name, rows in written.items():
            digest = "count(*) || ' ' || md5(string_agg(r::text, '|' ORDER BY r::text))"
            cursor.execute(f"SELECT {digest} FROM ({rows}) AS r")  # noqa: S608 - our own text
            found[name] = str(cursor.fetchone()[0])
    return found


def _warm_up() -> None:
    """Have the connection open and the copied pages in memory."""
    with connection.cursor() as cursor:
        for rows in WRITTEN.values():
            cursor.execute(f"SELECT count(*) FROM ({rows}) AS r")  # noqa: S608 - our own text
