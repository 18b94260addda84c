"""The district's dashboard with three years of days, against the one statement that reads the same rollup rows, and
against a tenth of the data.

Runs come each minute and change today, now and then an earlier day: `dashboard` is the page after such a run,
`dashboard_first` the page of which nothing is kept.
"""

import datetime as dt
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench import servers
from bench.build import NOW
from bench.pages import FULL, TENTH, build_both, signed_in
from bench.remote import Remote
from bench.results import Result
from bench.timing import medians, seconds
from grids.models import Grid
from hotline.periods import Length, around
from insights.access import CHILD_KINDS
from insights.board import orders, people
from insights.catalogue import HEADLINE_MEASURES
from insights.measures import Measure
from insights.models import Mark
from insights.stretches import stretch

ROUNDS = 15
MOST_QUERIES = 20
YEARS_BACK = (1, 2)
A_YEAR = 364
_REPEAT = """
INSERT INTO insights_tally (node_id, day, measure, key, count, total)
SELECT node_id, day - %s, measure, key, count, total FROM insights_tally WHERE day > %s
    ON CONFLICT DO NOTHING
"""
_CHANGED = """
INSERT INTO insights_changedday (district_id, day, at)
SELECT g.id, d.day, clock_timestamp() FROM unnest(%s::date[]) AS d(day) JOIN grids_grid g ON g.parent_id IS NULL
    ON CONFLICT (district_id, day) DO UPDATE SET at = excluded.at
"""
_SUMS = """
SELECT %s, node_id, measure, key, sum(count), sum(total) FROM insights_tally
 WHERE node_id = ANY(%s) AND day BETWEEN %s AND %s AND measure = ANY(%s) GROUP BY node_id, measure, key
"""
_DAYS = """
SELECT day::text, node_id, measure, key, sum(count), sum(total) FROM insights_tally
 WHERE node_id = %s AND day BETWEEN %s AND %s AND measure = ANY(%s) GROUP BY day, node_id, measure, key
"""
_HOURS = """
SELECT extract(isodow FROM day)::text, node_id, measure, key, sum(count), sum(total) FROM insights_tally
 WHERE node_id = %s AND day BETWEEN %s AND %s AND measure = %s GROUP BY 1, node_id, measure, key
"""


def measure() -> list[Result]:
    """Measure the page of this month, of the district's duty chief."""
    build_both()
    with Remote(servers.address(FULL)) as full, Remote(servers.address(TENTH)) as tenth:
        rows = full.call("bench.dashboard:repeat")
        tenth.call("bench.dashboard:repeat")
        ours, small, first, again, statement = medians(
            [
                lambda: full.call("bench.dashboard:drawn_s"),
                lambda: tenth.call("bench.dashboard:drawn_s"),
                lambda: full.call("bench.dashboard:first_s"),
                lambda: full.call("bench.dashboard:page_s"),
                lambda: full.call("bench.dashboard:statement_s"),
            ],
            ROUNDS,
        )
        queries = full.call("bench.dashboard:queries")
    note = f"{queries} queries (wanted: {MOST_QUERIES}); {rows} rollup rows of three years"
    anew = "the first page after earlier days of every period changed: no sum of days that are over is kept"
    known = "as drawn for somebody else since the figures were last counted"
    return [
        Result("dashboard", ours, statement, ours / statement, f"{note}; the reference is one statement", at_most=3.0),
        Result("dashboard_first", first, statement, first / statement, anew, at_most=3.0),
        Result("dashboard_again", again, statement, again / statement, known, at_most=3.0),
        Result("dashboard_growth", ours, small, ours / small, "against a tenth of the data", at_most=1.3),
    ]


# From here on: called in the other process, with Django set up. What it writes goes with its transaction.


def repeat() -> int:
    """Set the clock to the district's last day, and repeat the last year's rows for the two years before; returns how
    many rows there are."""
    time_machine.travel(NOW, tick=True).start()
    transaction.set_autocommit(False)
    with connection.cursor() as cursor:
        for year in YEARS_BACK:
            cursor.execute(_REPEAT, [A_YEAR * year, NOW.date() - dt.timedelta(days=A_YEAR)])
        _change(NOW.date() - dt.timedelta(days=number) for number in range(A_YEAR * 3))
        cursor.execute("ANALYZE insights_tally")
        cursor.execute("SELECT count(*) FROM insights_tally")
        found: int = cursor.fetchone()[0]
        return found


def _change(days: Iterable[dt.date]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [list(days)])


def drawn_s() -> float:
    """Return the seconds of a page that nobody has asked for since the last run, which changed today alone."""
    count_anew()
    return seconds(_page)


def first_s() -> float:
    """Return the seconds of a page for which nothing is kept."""
    _change_past()
    return drawn_s()


def _change_past() -> None:
    """Have no sum of a day that is over stand, of any of the periods."""
    shown = stretch(around(NOW.date(), Length.MONTH), NOW.date())
    _change((shown.now.first, shown.before.last, shown.year_before.last))


def page_s() -> float:
    return seconds(_page)


def queries() -> int:
    """Count the queries of a page for which nothing is kept: it has the most."""
    _change_past()
    count_anew()
    with CaptureQueriesContext(connection) as captured:
        _page()
    return len(captured)


def count_anew() -> None:
    """Have the figures counted once more, so that no board that is kept is of the last run; both districts share the
    cache, so the run gets a key that neither had."""
    key = time.time_ns() // 1000
    Mark.objects.create(pk=key, district=Grid.objects.get(parent=None), history="orders", last_id=0, at=NOW)


def statement_s() -> float:
    """Return the seconds of one statement that reads every row the page adds up."""
    sql, given = _statement()
    with connection.cursor() as cursor:
        return seconds(lambda: (cursor.execute(sql, given), cursor.fetchall()))


@cache
def _statement() -> tuple[str, list[Any]]:
    district = Grid.objects.get(parent=None)
    below = list(Grid.objects.filter(parent=district, kind__in=CHILD_KINDS).values_list("pk", flat=True))
    shown = stretch(around(NOW.date(), Length.MONTH), NOW.date())
    own = [str(name) for name in {*HEADLINE_MEASURES, *orders.OWN_MEASURES, *people.OWN_MEASURES}]
    trend = orders.trend_period(shown.now)
    parts: list[tuple[str, list[Any]]] = [
        *(
            (_SUMS, [name, [district.pk], period.first, period.last, own])
            for name, period in (("now", shown.now), ("before", shown.before), ("year", shown.year_before))
        ),
        (_SUMS, ["below", below, shown.now.first, shown.now.last, [str(name) for name in HEADLINE_MEASURES]]),
        (_DAYS, [district.pk, trend.first, trend.last, [str(name) for name in orders.TREND]]),
        (_HOURS, [district.pk, shown.now.first, shown.now.last, str(Measure.FOUND_BY_HOUR)]),
    ]
    return " UNION ALL ".join(sql for sql, _given in parts), [value for _sql, given in parts for value in given]


def _page() -> None:
    open_board(NOW.date())


def open_board(day: dt.date) -> None:
    """Open the district's dashboard of the month in which a day lies."""
    answer = browser().get(f"/insights/?length=month&on={day.isoformat()}")
    assert answer.status_code == 200, answer.status_code


@cache
def browser() -> Any:
    """Sign the district's duty chief in, in a test client that passes every middleware."""
    return signed_in("district")
