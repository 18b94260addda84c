"""The day's due visits of a whole district, against one SQL statement written by hand.

`tier_due` is a night as most are: yesterday 3,000 households were visited. `tier_due_first` is the first night, which
writes a row for everybody, against the same rows inserted by hand into the same table.
"""

import datetime as dt
import statistics
from pathlib import Path

from django.db import connection, transaction

from bench import servers
from bench.district_people import NOW, PEOPLE, fill
from bench.remote import Remote
from bench.results import Result
from bench.timing import seconds
from grids.models import Grid
from visits import planning
from visits.models import Due

TEMPLATE, RUN = "bench_people", "bench_run"
ROUNDS = 3
TODAY = NOW.date() + dt.timedelta(days=1)
SQL = Path(__file__).with_name("tier_due.sql")
COLUMNS = "resident_id, reached_on, opens_on, due_on, basis, discreet_opens_on, discreet_due_on"
_OPEN = "SELECT count(*) FROM ({}) x WHERE least(opens_on, discreet_opens_on) <= %(today)s"
_INSERT = f"INSERT INTO visits_due ({COLUMNS}, tries, last_outcome, next_try) SELECT x.*, 0, '', '' FROM ({{}}) x"  # noqa: S608 - our own words
_YESTERDAY = """
UPDATE visits_due SET reached_on = %s FROM residents_resident r WHERE r.id = resident_id AND r.house_id %% 160 = 0
"""
DIGEST = f"SELECT count(*), md5(string_agg(md5(({COLUMNS})::text), '' ORDER BY resident_id)) FROM visits_due"  # noqa: S608


def measure() -> list[Result]:
    servers.built(TEMPLATE, f"{fill.__module__}:{fill.__name__}")
    taken: dict[str, list[float]] = {}
    made: dict[str, str] = {}
    for number in range(ROUNDS):
        for side in sorted(("night", "night_by_hand", "first", "first_by_hand"), reverse=bool(number % 2)):
            servers.copied(RUN, TEMPLATE)
            with Remote(servers.address(RUN)) as remote:
                taken.setdefault(side, []).append(remote.call(f"bench.tier_due:{side}"))
                if side.startswith("first"):
                    made[side] = remote.call("bench.tier_due:digest")
    servers.dropped(RUN)
    half = {side: statistics.median(spans) for side, spans in taken.items()}
    same = "both sides made the same rows" if made["first"] == made["first_by_hand"] else "NOT THE SAME ROWS"
    return [
        _result("tier_due", half["night"], half["night_by_hand"], "a night after 3,000 homes were visited"),
        # Once in a district's life; its statement can also be run again, which a plain INSERT cannot.
        _result("tier_due_first", half["first"], half["first_by_hand"], f"the first night; {same}", 4.0),
    ]


def _result(name: str, ours: float, reference: float, note: str, at_most: float = 2.0) -> Result:
    return Result(name, ours, reference, ours / reference, f"{PEOPLE:,} residents; {note}", at_most=at_most)


# From here on: called in the other process, on the copy.


def night() -> float:
    """Return the seconds of the product's run after a day of visits, with who is due then."""
    district_id = _visited()
    return seconds(lambda: (planning.renew_district(district_id, TODAY), Due.objects.open(TODAY, knowing=True).count()))


def night_by_hand() -> float:
    """Return the seconds of the statement that finds who is due on that day."""
    _visited()
    return seconds(lambda: _run(_OPEN.format(SQL.read_text())))


def first() -> float:
    """Return the seconds of the product's first night, which writes everybody."""
    district_id = _emptied()
    return seconds(lambda: planning.renew_district(district_id, TODAY))


def first_by_hand() -> float:
    """Return the seconds of the same rows inserted by hand."""
    _emptied()
    return seconds(lambda: _run(_INSERT.format(SQL.read_text())))


def digest() -> str:
    with connection.cursor() as cursor:
        cursor.execute(DIGEST)
        return str(cursor.fetchone())


def _visited() -> int:
    """Have everybody of 3,000 houses reached yesterday, as visits do it, and warm up."""
    with connection.cursor() as cursor:
        cursor.execute(_YESTERDAY, [TODAY - dt.timedelta(days=1)])
        cursor.execute("SELECT count(*) FROM residents_resident r JOIN visits_due d ON d.resident_id = r.id")
    district: int = Grid.objects.values_list("pk", flat=True).get(parent=None)
    return district


def _emptied() -> int:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE visits_due")
        cursor.execute("SELECT count(*) FROM residents_resident")
    district: int = Grid.objects.values_list("pk", flat=True).get(parent=None)
    return district


@transaction.atomic
def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"today": TODAY, "district": Grid.objects.get(parent=None).pk})
