"""A year of the city platform's export through the whole pipeline, against PostgreSQL's COPY of the same rows.

Ours reads the file, checks and cleans each row, looks for its number among what is there, finds the grid of its
address among the names of a real district, encrypts, hashes, numbers and writes request, history and answer. The
reference copies the finished rows of the same tables, with their indexes and foreign keys, into another database.
"""

import csv
import random
import resource
import time
from contextlib import closing
from pathlib import Path

import psycopg2
from django.utils import timezone

from bench import locate_address, servers
from bench.build import places
from bench.remote import Remote
from bench.results import Result
from grids.models import Grid, Kind
from hotline.exchange import actions, running
from hotline.models import Request
from workorders.rules_data import load_rules

TEMPLATE, RUN, REFERENCE = locate_address.DATABASE, "bench_hotline", "bench_hotline_copy"
TABLES = ("hotline_request", "hotline_requestevent", "hotline_exchangerow")
FOLDER = servers.VAR_DIR / "hotline"
KINDS = ("咨询", "求助", "投诉", "举报", "建议", "感谢")
HEADINGS = (
    *("工单编号", "诉求标题", "诉求内容", "诉求类型", "联系人", "联系电话", "诉求地址"),
    *("受理时间", "工单状态", "更新时间"),
)


def measure() -> list[Result]:
    """Measure one import into an empty hotline and the COPY of what it wrote."""
    servers.built(TEMPLATE, f"{places.__module__}:{places.__name__}", locate_address.GRIDS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / "platform.csv"
    servers.copied(RUN, TEMPLATE)
    with Remote(servers.address(RUN)) as remote:
        remote.call(f"{__name__}:{write_export.__name__}", str(file))
    with Remote(servers.address(RUN)) as remote:  # a fresh process: its memory is measured
        ours = remote.call(f"{__name__}:{bring_in.__name__}", str(file))
    with closing(psycopg2.connect(servers.address(RUN))) as connection, connection.cursor() as cursor:
        for table in TABLES:
            columns = _columns(cursor, table)
            with (FOLDER / f"{table}.copy").open("wb") as out:
                cursor.copy_expert(f"COPY {table} ({columns}) TO STDOUT", out)
    servers.copied(REFERENCE, RUN)
    reference = _copied()
    servers.dropped(REFERENCE)
    servers.dropped(RUN)
    note = (
        f"{ours['rows']:,.0f} rows, {ours['rows'] / ours['seconds']:,.0f} a second; grid found for "
        f"{ours['located'] / ours['rows']:.0%}, sure for {ours['sure'] / ours['rows']:.0%}; {ours['mb']:.0f} MB"
    )
    return [Result("hotline_import", ours["seconds"], reference, ours["seconds"] / reference, note, at_most=10.0)]


def _columns(cursor: "psycopg2.extensions.cursor", table: str) -> str:
    """Name a table's columns that are written, not generated."""
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    [[names]] = cursor.fetchall()
    return str(names)


def _copied() -> float:
    """Return the seconds that COPY takes for the same rows in the emptied tables, all in one transaction."""
    with closing(psycopg2.connect(servers.address(REFERENCE))) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
            names = {table: _columns(cursor, table) for table in TABLES}
        began = time.perf_counter()
        with connection, connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in TABLES:
                with (FOLDER / f"{table}.copy").open("rb") as rows:
                    cursor.copy_expert(f"COPY {table} ({names[table]}) FROM STDIN", rows)
        return time.perf_counter() - began


# From here on: called in the other process, with Django set up.


def write_export(path: str) -> None:
    """Write a year's export of invented people, each about a home of the district, and give it its rules."""
    load_rules(Grid.objects.get(kind=Kind.DISTRICT))
    rng = random.Random(17)
    with Path(path).open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        for number, (address, _grid) in enumerate(locate_address.written(rng)):
            day = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"
            text = f"反映{address}附近路灯不亮，晚上出行不便，已经{number % 9 + 2}天，请安排维修。"
            row = (f"JN{number:08d}", "路灯不亮", text, KINDS[number % 6], "测试人", f"120{number:08d}", address)
            writer.writerow((*row, day, "待受理", day))


def bring_in(path: str) -> dict[str, float]:
    """Bring the export in as the page does; returns seconds, counts and the process's memory."""
    district = Grid.objects.get(kind=Kind.DISTRICT)
    began = time.perf_counter()
    with Path(path).open("rb") as content:
        item = actions.bring_in(
            district,
            actor=None,
            file_name=Path(path).name,
            content=content,
            now=timezone.now(),
            in_background=False,
        )
    done = running.run(item.pk)
    spent = time.perf_counter() - began
    matters = Request.objects.filter(district=district)
    assert done.counts == {"accepted": done.rows_done}, done.counts
    return {
        "seconds": spent,
        "rows": float(done.rows_done),
        "located": float(matters.exclude(grid=None).count()),
        "sure": float(matters.filter(is_located=True).count()),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
