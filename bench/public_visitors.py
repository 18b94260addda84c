"""200 residents at once at the public's pages, against 20: they look up, report with a proof of work, and track.

Locust drives the product's own server over loopback, headless, in a process of its own. Every visitor has an address of
its own by X-Forwarded-For, which the server believes as from one proxy, so that the limits per address are on. What the
desk may get in an hour is raised: it would hold most of these reports, which no district gets in a minute.
A report is lost when a number was shown that no row has.
"""

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2
from django.core.management import call_command

from bench import servers
from bench.build import district
from bench.memory import _answers, _running, _wait_until
from bench.results import Result

TEMPLATE, RUN = "bench_events", "bench_run"
SCALE = 0.02
FEW, MANY = 20, 200
SECONDS = 60
ARRIVE_S = 20
"""They come one after another; figures begin when all are there."""
AT_MOST = 3.0
SCENARIO = Path(__file__).with_name("public_visitors_locust.py")


def measure() -> list[Result]:
    servers.built(TEMPLATE, f"{district.__module__}:{district.__name__}", SCALE)
    call_command("collectstatic", interactive=False, verbosity=0)
    p95: dict[int, float] = {}
    notes = []
    for visitors in (FEW, MANY):
        servers.copied(RUN, TEMPLATE)
        p95[visitors], note = _run(visitors)
        notes.append(note)
    servers.dropped(RUN)
    return [
        Result(
            "public_visitors",
            p95[MANY] / 1000,
            p95[FEW] / 1000,
            p95[MANY] / p95[FEW],
            f"p95 of {MANY} visitors against {FEW}; " + "; ".join(notes),
            at_most=AT_MOST,
        )
    ]


def _run(visitors: int) -> tuple[float, str]:
    """Return the p95 in milliseconds and a note; raises AssertionError on an error or a lost report."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    more = {
        "WANGGE_BIND": f"127.0.0.1:{port}",
        "TRUSTED_PROXY_COUNT": "1",
        "PUBLIC_REPORTS_PER_HOUR": "1000000",
        "ALLOW_SYNTHETIC_IDS": "1",
    }
    command = ["gunicorn", "--config", "python:governance.gunicorn", "governance.wsgi"]
    with _running(command, RUN, more), tempfile.TemporaryDirectory() as folder:
        _wait_until(lambda: _answers(port), "the web server")
        numbers = Path(folder) / "numbers.json"
        began = time.monotonic()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "locust", "--headless", "--only-summary", "--loglevel", "WARNING"),
                *("--locustfile", str(SCENARIO), "--host", f"http://127.0.0.1:{port}"),
                *("--users", str(visitors), "--spawn-rate", str(visitors / ARRIVE_S), "--run-time", f"{SECONDS}s"),
                *("--stop-timeout", "20", "--csv", f"{folder}/found", "--reset-stats"),
            ],
            env=os.environ | {"BENCH_NUMBERS": str(numbers)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        with (Path(folder) / "found_stats.csv").open() as file:
            total = next(row for row in csv.DictReader(file) if row["Name"] == "Aggregated")
        shown = json.loads(numbers.read_text())
    assert total["Failure Count"] == "0", total
    lost = _lost(shown)
    assert not lost, f"{len(lost)} reports are lost"
    rate = int(total["Request Count"]) / (time.monotonic() - began)
    note = f"{visitors}: {total['Request Count']} requests, {rate:.0f} a second, {len(shown)} reports, none lost"
    return float(total["95%"]), note


def _lost(shown: list[str]) -> set[str]:
    with closing(psycopg2.connect(servers.address(RUN))) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT number FROM hotline_request WHERE source IN ('web', 'qr')")
        return set(shown) - {number for (number,) in cursor.fetchall()}
