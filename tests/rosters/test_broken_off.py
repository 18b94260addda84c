"""A process that dies in the middle: whoever goes on finds the list as it was left, and nothing is written twice."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection, connections
from django.utils import timezone

from residents.models import Household, Resident
from rosters import actions, running, tasks
from rosters.models import Batch, Problem, StagedResident
from rosters.registers import writing
from tests.factories import make_grid
from tests.registers import identity_number
from tests.rosters.lists import HEADINGS, csv_of, outcomes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
COUNT = 1_200
HEADS = [*HEADINGS, "与户主关系"]
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")

PROGRAM = """
import os, sys
import django
django.setup()
from rosters import running, staging
from rosters.registers import writing
staging.CHUNK = writing.CHUNK = 100
staging._SLICE = 50
print("ready", flush=True)
running.run(int(sys.argv[1]), watch=lambda batch: print(batch.phase, batch.cursor, batch.rows_read, flush=True))
"""


@pytest.fixture
def grid():
    return make_grid(make_grid(make_grid(make_grid())))


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(writing, "CHUNK", 100)


def uploaded(grid):
    import datetime as dt

    rows = [
        [
            "王" + str(index).translate(_DIGITS),
            identity_number(dt.date(1950, 1, 1) + dt.timedelta(days=index), 1),
            "",
            grid.code,
            f"颂运水庭{index // 30 + 1}号楼1单元{index % 30 // 5 + 1}{index % 5 + 1:02d}室",
            "户主",
        ]
        for index in range(COUNT)
    ]
    batch = actions.upload(
        actor=None,
        node=grid.parent,
        kind="residents",
        file_name="名单.csv",
        content=csv_of(rows, HEADS),
        now=timezone.now(),
    )
    return actions.check(batch, actor=None, in_background=False)


def killed_at(batch, is_time):
    """Let another process work on the batch, and kill it -9 when a line of its progress says so."""
    facts = connection.settings_dict
    host = facts["OPTIONS"].get("host") or facts["HOST"]
    url = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={host}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(batch.pk)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        for line in process.stdout:
            if is_time(line.split()):
                break
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def test_it_goes_on_reading_where_a_killed_process_stopped(grid):
    batch = uploaded(grid)
    killed_at(batch, lambda words: words[0] == "read" and int(words[2]) >= 300)
    staged = StagedResident.objects.count()
    assert 300 <= staged < COUNT
    assert staged == Batch.objects.get(pk=batch.pk).rows_read
    batch = running.run(batch.pk)
    assert outcomes(batch) == {"new": COUNT}
    assert (StagedResident.objects.count(), Problem.objects.count()) == (COUNT, 0)


def test_it_goes_on_writing_where_a_killed_process_stopped(grid, small_chunks):
    batch = running.run(uploaded(grid).pk)
    batch = actions.decide(batch, actor=None, rules={"new": "apply"})
    batch = actions.apply(batch, actor=None, in_background=False)
    killed_at(batch, lambda words: words[0] == "rows" and int(words[1]) >= 400)
    batch.refresh_from_db()
    assert batch.state == "applying"
    assert Resident.objects.count() == batch.done["added"] == batch.cursor - 1  # the first line holds the headings
    assert 0 < Resident.objects.count() < COUNT
    _wait_for_lock(batch)
    batch = running.run(batch.pk)
    assert (batch.state, batch.done["added"], batch.done["stale"]) == ("applied", COUNT, 0)
    assert Resident.objects.count() == COUNT
    assert Resident.objects.values("identity_hash").distinct().count() == COUNT
    assert Household.objects.count() == COUNT


def test_it_goes_on_when_the_database_is_back(grid, small_chunks):
    batch = running.run(uploaded(grid).pk)
    batch = actions.decide(batch, actor=None, rules={"new": "apply"})
    batch = actions.apply(batch, actor=None, in_background=False)

    def cut(now):
        if now.phase == "rows" and now.cursor >= 300:
            cut_off()

    with pytest.raises(running.Interrupted):
        running.run(batch.pk, watch=cut)
    connection.close()
    batch.refresh_from_db()
    assert batch.state == "applying"
    assert Resident.objects.count() == batch.done["added"] < COUNT
    batch = running.run(batch.pk)
    assert (batch.state, Resident.objects.count()) == ("applied", COUNT)


def cut_off():
    """End this connection from another one, as a restart of the server does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()

    def end():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        connection.close()

    other = threading.Thread(target=end)
    other.start()
    other.join()


def test_two_at_once_write_every_row_once(grid, small_chunks):
    batch = running.run(uploaded(grid).pk)
    batch = actions.decide(batch, actor=None, rules={"new": "apply"})
    actions.apply(batch, actor=None, in_background=False)
    said = []

    def work():
        said.append(tasks.run_batch(batch.pk))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("applied") >= 1
    assert set(said) <= {"applied", "taken"}
    assert Resident.objects.count() == COUNT
    assert Batch.objects.get(pk=batch.pk).done["added"] == COUNT


def test_a_batch_that_lost_its_job_is_picked_up(grid):
    batch = uploaded(grid)
    conf = tasks.run_batch.app.conf
    conf.task_always_eager = True  # the job runs here, not in a worker
    try:
        assert tasks.pick_up() == 1
    finally:
        conf.task_always_eager = False
    batch.refresh_from_db()
    assert batch.state == "ready"
    assert tasks.pick_up() == 0


def test_two_lists_of_one_person_written_at_once_make_one_person(grid, small_chunks):
    batches = []
    for _ in range(2):
        batch = running.run(uploaded(grid).pk)
        batch = actions.decide(batch, actor=None, rules={"new": "apply"})
        batches.append(actions.apply(batch, actor=None, in_background=False))

    def work(batch):
        running.run(batch.pk)
        connections.close_all()

    threads = [threading.Thread(target=work, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [Batch.objects.get(pk=batch.pk) for batch in batches]
    assert [batch.state for batch in found] == ["applied", "applied"]
    assert sum(batch.done["added"] for batch in found) == Resident.objects.count() == COUNT
    assert sum(batch.done["stale"] for batch in found) == COUNT


def _wait_for_lock(batch):
    """Wait until PostgreSQL has noticed that the killed process is gone."""
    from rosters.progress import Taken, lock

    for _ in range(100):
        try:
            with lock(batch.pk):
                return
        except Taken:
            time.sleep(0.1)
