"""The dashboard's numbers counted once more, in plain SQL over the business tables and without the product's code.

Parameters of every statement: the node, the first and the last day, the key of the number, and now.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

_WITHIN = """WITH RECURSIVE below(id) AS (
    SELECT %(node)s::bigint UNION ALL SELECT g.id FROM grids_grid g JOIN below b ON g.parent_id = b.id
), kinds(id) AS (
    SELECT NULLIF(%(key)s, '')::bigint WHERE %(key)s ~ '^[0-9]+$'
    UNION ALL SELECT c.id FROM workorders_category c JOIN kinds k ON c.parent_id = k.id
) """
_ORDERS = "FROM workorders_workorder o WHERE o.kind = 'incident' AND o.grid_id IN (TABLE below)"
_OF_ORDER = "JOIN workorders_workorder o ON o.id = x.order_id AND o.kind = 'incident' AND o.grid_id IN (TABLE below)"
_MATTERS = "FROM hotline_request r WHERE r.grid_id IN (TABLE below)"
_OF_MATTER = "JOIN hotline_request r ON r.id = x.matter_id AND r.grid_id IN (TABLE below) AND NOT r.is_excluded"


def _on(column: str) -> str:
    return f" AND ({column} AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s"


def _level(moment: str) -> str:
    climbs = "FROM workorders_escalation e JOIN grids_grid g ON g.id = e.to_node_id WHERE e.order_id = o.id"
    return f"COALESCE((SELECT g.kind {climbs} AND e.at <= {moment} ORDER BY e.position DESC LIMIT 1), 'base')"


FOUND = f"count(*) {_ORDERS} {_on('o.reported_at')}"
SOLVED = f"count(*) {_ORDERS} AND o.state IN ('closed', 'evaluated') {_on('o.finished_at')}"
ENDED = f"count(*) {_ORDERS} {_on('o.finished_at')}"
OVERDUE = f"count(*) FROM workorders_stageclock x {_OF_ORDER} WHERE true {_on('x.overdue_at')}"
PASSED = f"FROM workorders_stageclock x {_OF_ORDER} WHERE x.stage = %(key)s {_on('x.stopped_at')}"
CLIMBS = f"count(*) FROM workorders_escalation x {_OF_ORDER} JOIN grids_grid t ON t.id = x.to_node_id WHERE true"
MOVES = f"count(*) FROM workorders_event x {_OF_ORDER} WHERE true {_on('x.at')}"
RATED = f"""{MOVES} AND x.move = 'evaluate' AND o.rating IS NOT NULL AND NOT EXISTS (SELECT FROM workorders_event y
    WHERE y.order_id = o.id AND y.move = 'evaluate' AND y.id > x.id)"""
DUE = f"""count(*) {_ORDERS} {_on("o.whole_due_at")} AND o.whole_due_at < %(now)s AND NOT o.is_excluded
    AND o.state NOT IN ('rejected', 'voided', 'merged', 'suspended')"""
ANSWERS = f"""count(*) {_MATTERS} AND NOT r.is_excluded AND r.state NOT IN ('refused', 'merged') {_on("r.due_at")}
    AND r.due_at < %(now)s"""
SAID = f"FROM hotline_calltry x {_OF_MATTER} WHERE x.outcome IN ('reached', 'rated') {_on('x.at')}"
KEYS = f"count(*) FROM hotline_keycase x {_OF_MATTER} WHERE x.lifted_at IS NULL {_on('x.flagged_at')}"
VISITS = f"""FROM visits_visit v WHERE v.annulled_at IS NULL AND v.grid_id IN (TABLE below) {_on("v.visited_at")}"""
RESIDENTS = "count(*) FROM residents_resident r WHERE r.gone = '' AND r.grid_id IN (TABLE below)"
HERE = "count(*) FROM residents_organisation r WHERE r.closed_on IS NULL AND r.grid_id IN (TABLE below)"
TO_VISIT = """count(*) FROM visits_due d JOIN residents_resident r ON r.id = d.resident_id
    WHERE r.gone = '' AND r.grid_id IN (TABLE below)"""
SECONDS = "extract(epoch FROM o.finished_at - o.reported_at)"
STOCKS = {"residents", "houses", "organisations", "key_sites", "workers", "coverage", "contact"}
"""What nobody can count for a day that is past."""

COUNTS: dict[str, tuple[str, ...]] = {
    "found": (FOUND,),
    "day_found": (FOUND,),
    "day_solved": (SOLVED,),
    "solved": (SOLVED,),
    "overdue": (OVERDUE,),
    "escalated": (CLIMBS + _on("x.at"),),
    "source": (f"{FOUND} AND o.source = %(key)s",),
    "category": (f"{FOUND} AND o.category_id IN (TABLE kinds)",),
    "hour": (f"{FOUND} AND to_char(o.reported_at AT TIME ZONE 'Asia/Shanghai', 'ID-HH24') = %(key)s",),
    "level_overdue": (f"{OVERDUE} AND {_level('x.overdue_at')} = %(key)s",),
    "level_escalated": (f"{CLIMBS} AND t.kind = %(key)s {_on('x.at')}",),
    "level_solved": (f"{SOLVED} AND {_level('o.finished_at')} = %(key)s",),
    "stage_overdue": (f"{OVERDUE} AND x.stage = %(key)s",),
    "stage_count": (f"count(*) {PASSED}",),
    "stage_mean": (
        f"COALESCE(sum(extract(epoch FROM x.stopped_at - x.started_at) - x.paused_seconds), 0) {PASSED}",
        f"count(*) {PASSED}",
    ),
    "mean_time": (SOLVED.replace("count(*)", f"COALESCE(sum({SECONDS}), 0)", 1), SOLVED),
    "orders_on_time": (f"{DUE} AND o.finished_at <= o.whole_due_at", DUE),
    "orders_solved": (SOLVED, FOUND),
    "orders_escalated": (CLIMBS + _on("x.at"), FOUND),
    "orders_returned": (f"{MOVES} AND x.move = 'return_order'", FOUND),
    "orders_reworked": (f"{MOVES} AND x.move = 'verify_fail'", ENDED),
    "orders_rating": (f"{RATED} AND o.rating >= 4", RATED),
    "request_kind": (f"count(*) {_MATTERS} AND r.kind = %(key)s {_on('r.received_at')}",),
    "closing": (f"{ANSWERS} AND r.state IN ('answered', 'closed')", ANSWERS),
    "on_time": (f"{ANSWERS} AND r.answered_at <= r.due_at", ANSWERS),
    "response": (
        f"count(*) {SAID} AND x.outcome = 'reached' AND x.was_contacted",
        f"count(*) {SAID} AND x.outcome = 'reached'",
    ),
    "resolution": (f"count(*) {SAID} AND x.solved IN ('yes', 'basically')", f"count(*) {SAID} AND x.solved <> ''"),
    "satisfaction": (
        f"COALESCE(sum((ARRAY[0, 0, 60, 80, 100])[x.satisfaction]), 0) / 100.0 {SAID} AND x.satisfaction IS NOT NULL",
        f"count(*) {SAID} AND x.satisfaction IS NOT NULL",
    ),
    "key": (f"{KEYS} AND r.state IN ('answered', 'closed')", KEYS),
    "key_opened": (
        f"count(*) FROM hotline_keycase x JOIN hotline_request r ON r.id = x.matter_id "
        f"WHERE r.grid_id IN (TABLE below) {_on('x.flagged_at')}",
    ),
    "key_reason": (
        f"count(*) FROM hotline_keycase x JOIN hotline_request r ON r.id = x.matter_id "
        f"WHERE r.grid_id IN (TABLE below) AND x.reason = %(key)s {_on('x.flagged_at')}",
    ),
    "visits": (f"count(*) {VISITS}",),
    "visit": (f"count(*) {VISITS} AND v.outcome = %(key)s",),
    "people_reached": (
        f"count(*) FROM visits_visitedperson p WHERE p.visit_id IN "
        f"(SELECT v.id {VISITS} AND v.outcome IN ('met', 'phone'))",
    ),
    "residents": (f"{RESIDENTS} AND %(key)s IN ('', r.kind)",),
    "houses": ("count(*) FROM residents_house h WHERE h.retired_on IS NULL AND h.grid_id IN (TABLE below)",),
    "organisations": (HERE,),
    "key_sites": (f"{HERE} AND r.is_key_site",),
    "workers": (
        "count(*) FROM grids_post p WHERE p.role = 'grid_worker' AND p.node_id IN (TABLE below) "
        "AND p.starts_on <= %(last)s AND (p.ends_on IS NULL OR p.ends_on >= %(last)s)",
    ),
    "coverage": (
        f"{TO_VISIT} AND CASE %(key)s WHEN 'overdue' THEN d.due_on < %(last)s "
        "ELSE d.due_on >= %(last)s AND d.reached_on IS NOT NULL END",
        TO_VISIT,
    ),
    "contact": (
        f"{TO_VISIT} AND d.basis = 'contact' AND d.due_on >= %(last)s AND d.reached_on IS NOT NULL",
        f"{TO_VISIT} AND d.basis = 'contact'",
    ),
}


class Number(NamedTuple):
    """A number of a page: the node it is of, what it is, and what it is made of ("" where it is not shown)."""

    node: int
    figure: str
    key: str
    when: str
    numerator: str
    denominator: str


def numbers(page: str, node: int) -> Iterator[Number]:
    """Return every number that a page of figures marks; a table's row may be of another node."""
    mark = r'data-figure="(.*?)" data-key="(.*?)" data-when="(.*?)" data-value=".*?" data-n="(.*?)" data-d="(.*?)"'
    whose = node
    for found in re.finditer(rf'<tr(?: data-node="(\d+)")?>|{mark}|</table>', page):
        if found[2] is not None:
            yield Number(whose, *found.groups()[1:])
        else:
            whose = int(found[1] or node)


def counted(number: Number, days: tuple[dt.date, dt.date], now: dt.datetime) -> tuple[float | None, float | None]:
    """Count a number again; raises KeyError for one that this module does not know."""
    first, last = days
    if number.figure in {"day_found", "day_solved"}:
        first = last = dt.date.fromisoformat(number.key)
    given: dict[str, Any] = {"node": number.node, "first": first, "last": last, "key": number.key, "now": now}
    found: list[float | None] = []
    for what in COUNTS[number.figure]:
        with connection.cursor() as cursor:
            cursor.execute(f"{_WITHIN} SELECT {what}", given)
            found.append(float(cursor.fetchone()[0]))
    return found[0], found[1] if len(found) > 1 else None
