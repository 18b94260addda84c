"""1,000 orders dispatched as the page does it, each checked alone, against SQL written by hand.

Each run has a fresh copy of the database and ends with its commit; afterwards both sides' rows are compared, so that
the reference does the same writes and not merely as many.
"""

import statistics
from pathlib import Path

from django.db import connection, transaction

from accounts.models import User
from bench import servers
from bench.build import NOW, filed_orders
from bench.order_sweep import digests_of
from bench.remote import Remote
from bench.results import Result
from bench.timing import seconds
from grids.models import Unit, UnitKind
from workorders import actions
from workorders.actions import bulk
from workorders.models import WorkOrder
from workorders.states import Move, State

TEMPLATE, RUN = "bench_filed", "bench_run"
ORDERS = 1_000
ROUNDS = 7
SQL = Path(__file__).with_name("bulk_dispatch.sql")
USERNAME = "dispatcher"

WRITTEN = {
    "orders": """SELECT id, state, stage, holder_id, assignee_id, lead_unit_id, accountable_unit_id,
                        accountable_node_id, dispatched_from_id, dispatched_at, signed_at, is_dispatch_final, version,
                        warn_at, due_at FROM workorders_workorder""",
    "clocks": """SELECT order_id, stage, limit_id, step_id, value, unit, started_at, warn_at, due_at, climb_at, next_at,
                        stopped_at, paused_seconds, is_given FROM workorders_stageclock""",
    "events": """SELECT order_id, at, actor_id, actor_role, move, from_state, to_state, node_id, unit_id, to_user_id,
                        reason, note, details, elapsed_seconds FROM workorders_event""",
    "sight": "SELECT order_id, user_id, unit_id FROM workorders_involvement",
    "notices": """SELECT recipient_id, kind, params, url, created_at, deliver_at, email_due_at
                  FROM accounts_notification""",
}
"""What is compared of each table."""


def measure() -> list[Result]:
    servers.built(TEMPLATE, f"{filed_orders.__module__}:{filed_orders.__name__}", ORDERS)
    taken: dict[str, list[float]] = {"by_product": [], "by_hand": []}
    written: dict[str, dict[str, str]] = {}
    for number in range(ROUNDS):
        for side in sorted(taken, reverse=bool(number % 2)):
            servers.copied(RUN, TEMPLATE)
            with Remote(servers.address(RUN)) as remote:
                taken[side].append(remote.call(f"bench.bulk_dispatch:{side}"))
                written[side] = remote.call("bench.bulk_dispatch:digests")
    servers.dropped(RUN)
    ours, reference = (statistics.median(taken[side]) for side in ("by_product", "by_hand"))
    unlike = sorted(table for table in WRITTEN if written["by_product"][table] != written["by_hand"][table])
    note = f"{ORDERS:,} orders, {ORDERS / ours:,.0f} a second; " + (
        f"NOT THE SAME WRITES in {', '.join(unlike)}" if unlike else "both sides wrote the same rows"
    )
    return [Result("bulk_dispatch", ours, reference, ours / reference, note, at_most=3.0)]


# From here on: called in the other process, on the copy.


def _unit() -> Unit:
    return Unit.objects.active().filter(kind=UnitKind.DEPARTMENT, node__kind="district").order_by("pk")[0]


def by_product() -> float:
    """Return the seconds that the product takes: it finds, locks, checks and moves each order, and keeps the list."""
    digests()
    actor, unit = User.objects.get(username=USERNAME), _unit()
    chosen = dict(WorkOrder.objects.filter(state=State.FILED).values_list("pk", "version"))
    given = {"unit": unit, "assignee": None, "note": "bench"}
    done: list[bulk.Outcome] = []
    taken = seconds(
        lambda: done.append(
            bulk.move_each(Move.DISPATCH, actions.dispatch, chosen, actor=actor, arguments=given, now=NOW)
        )
    )
    assert len(done[0].moved) == ORDERS, done[0].refused[:3]
    return taken


def by_hand() -> float:
    """Return the seconds that the statements of bulk_dispatch.sql take."""
    digests()
    actor, unit = User.objects.get(username=USERNAME), _unit()
    return seconds(lambda: _run_by_hand(actor.pk, unit.pk))


@transaction.atomic
def _run_by_hand(actor_id: int, unit_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL.read_text(), {"now": NOW, "actor": actor_id, "unit": unit_id, "note": "bench"})


def digests() -> dict[str, str]:
    """Return a digest of each table's rows; also warms up the connection, the copied pages and the addresses."""
    WorkOrder(pk=1).get_absolute_url()
    return digests_of(WRITTEN)
