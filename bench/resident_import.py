"""A district's roster through the whole pipeline, against PostgreSQL's COPY of the same finished rows.

`resident_import` begins with empty registers: read, check, encrypt, hash, compare, make houses, write people and
households, audit. `resident_import_again` brings a list in over the full register, in which every 20th telephone
differs. The reference copies the rows of every table that the first one wrote, as they came out, into the same tables
with the same indexes and foreign keys. The files are made before anything is timed.
"""

import csv
import os
import resource
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from bench import register_rows, servers
from bench.build import NOW
from bench.remote import Remote
from bench.results import Result
from demo import load
from demo.profiles import PROFILES
from grids.models import Grid, Kind
from rosters import actions, running
from rosters.models import Batch

TEMPLATE, RUN, REFERENCE = "bench_grids", "bench_run", "bench_reference"
LIMIT_MB = 600
TABLES = (
    *("residents_estate", "residents_building", "residents_house", "residents_resident", "residents_floatingfacts"),
    *("residents_household", "residents_membership", "residents_event"),
)
FOLDER = servers.VAR_DIR / "rosters"


def measure(scale: float = 1.0) -> list[Result]:
    os.environ["ALLOW_SYNTHETIC_IDS"] = "1"  # for the processes that this one starts
    servers.built(TEMPLATE, f"{grids.__module__}:{grids.__name__}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    first, again = FOLDER / "first.csv", FOLDER / "again.csv"
    servers.copied(RUN, TEMPLATE)
    with Remote(servers.address(RUN)) as remote:
        count = remote.call("bench.resident_import:write_lists", str(first), str(again), scale)
    with Remote(servers.address(RUN)) as remote:  # a fresh process: its memory is measured
        ours = remote.call("bench.resident_import:bring_in", str(first))
        full = remote.call("bench.resident_import:bring_in", str(again))
    _dump()
    reference = min(_copy() for _ in range(2))
    servers.dropped(RUN)
    servers.dropped(REFERENCE)
    assert ours["added"] == count, ours
    assert full["unchanged"] + full["changed"] == count, full
    memory = max(ours["memory_mb"], full["memory_mb"])
    return [
        Result("resident_import", ours["seconds"], reference, ours["seconds"] / reference, _note(count, ours), 3.0),
        Result(
            "resident_import_again", full["seconds"], reference, full["seconds"] / reference, _note(count, full), 3.0
        ),
        Result(
            "resident_import_memory",
            None,
            None,
            memory / LIMIT_MB,
            f"{memory:.0f} MB at the most of {LIMIT_MB} MB, {count:,} rows; ratio of the limit",
            1.0,
        ),
    ]


def _note(count: int, found: dict[str, float]) -> str:
    parts = ", ".join(f"{name} {found[name]:.0f} s" for name in ("reading", "comparing", "writing"))
    return f"{count:,} rows, {count / found['seconds']:,.0f} a second: {parts}; changed {found['changed']:,.0f}"


def _dump() -> None:
    """Write out what the first run made, as the reference reads it."""
    with closing(psycopg2.connect(servers.address(RUN))) as connection, connection.cursor() as cursor:
        for table in TABLES:
            with (FOLDER / f"{table}.copy").open("wb") as out:
                cursor.copy_expert(f"COPY {table} TO STDOUT", out)


def _copy() -> float:
    """Return the seconds that COPY takes for the same rows, all tables in one transaction."""
    servers.copied(REFERENCE, TEMPLATE)
    with closing(psycopg2.connect(servers.address(REFERENCE))) as connection:
        began = time.perf_counter()
        with connection, connection.cursor() as cursor:
            for table in TABLES:
                with (FOLDER / f"{table}.copy").open("rb") as rows:
                    cursor.copy_expert(f"COPY {table} FROM STDIN", rows)
        return time.perf_counter() - began


# From here on: called in the other process.


def grids() -> None:
    """Make the district's tree, with empty registers."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        load.prepare(PROFILES["rencheng"], 42, NOW)


def people(scale: float) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the district's roster."""
    bases = Grid.objects.filter(kind=Kind.BASE).order_by("lft")
    nodes = [(node.code, node.name, node.settlement != "rural", node.population or 500) for node in bases]
    for home in register_rows.homes(register_rows.cells(nodes, scale)):
        yield from register_rows.roster(home)


def write_lists(first: str, again: str, scale: float) -> int:
    """Write the two lists; returns how many people are on each."""
    phone, count = register_rows.HEADERS.index("联系电话"), 0
    with Path(first).open("w", newline="", encoding="utf-8") as one, Path(again).open("w", newline="") as two:
        writers = csv.writer(one), csv.writer(two)
        for writer in writers:
            writer.writerow(register_rows.HEADERS)
        for count, line in enumerate(people(scale), 1):
            writers[0].writerow(line)
            if count % 20 == 0:
                line = (*line[:phone], f"129{count:08d}", *line[phone + 1 :])
            writers[1].writerow(line)
    return count


def bring_in(path: str) -> dict[str, float]:
    """Bring a list in as `manage.py import_residents --decide-all` does; returns seconds and counts."""
    node = Grid.objects.get(kind=Kind.DISTRICT)
    marks = [time.perf_counter()]
    with Path(path).open("rb") as content:
        batch = actions.upload(
            actor=None, node=node, kind="residents", file_name=Path(path).name, content=content, now=timezone.now()
        )
    actions.check(batch, actor=None, in_background=False)

    def watch(now: Batch) -> None:
        if now.phase == "compare" and len(marks) == 1:
            marks.append(time.perf_counter())

    batch = running.run(batch.pk, watch=watch)
    marks.append(time.perf_counter())
    assert batch.state == "ready", batch.failure
    if batch.counts.get("new") or batch.counts.get("changed"):
        batch = actions.decide(batch, actor=None, rules={"new": "apply", "changed": "apply"})
        actions.apply(batch, actor=None, in_background=False)
        batch = running.run(batch.pk)
        assert batch.state == "applied", batch.failure
    marks.append(time.perf_counter())
    used = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return {
        "seconds": marks[3] - marks[0],
        "reading": marks[1] - marks[0],
        "comparing": marks[2] - marks[1],
        "writing": marks[3] - marks[2],
        "added": batch.done.get("added", 0),
        "changed": batch.done.get("changed", 0),
        "unchanged": batch.counts.get("unchanged", 0),
        "memory_mb": used,
    }
