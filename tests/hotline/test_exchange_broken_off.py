"""A process that dies in the middle of an exchange: whoever goes on finds it as it was left; nothing is in twice."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.utils import timezone

from hotline.exchange import actions, running
from hotline.models import ExchangeRow, ExchangeRun, Request, RequestEvent
from tests.factories import make_ruled_line
from tests.hotline.platform import USUAL, csv_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
COUNT = 600

PROGRAM = """
import sys
import django
django.setup()
from hotline.exchange import running
running.CHUNK = 50
running.run(int(sys.argv[1]), watch=lambda run: print(run.rows_done, flush=True))
"""


def _killed_after(run_id, rows):
    """Let another process work on the exchange, and kill it -9 when it has done so many rows."""
    facts = connection.settings_dict
    host = facts["OPTIONS"].get("host") or facts["HOST"]
    url = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={host}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", PROGRAM, str(run_id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout:
            if int(line) >= rows:
                break
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def _goes_on(run_id):
    """Run it as soon as the server has noticed that the dead process's connection is gone."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return running.run(run_id)
        except running.Taken:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_it_goes_on_where_a_killed_process_stopped():
    line = make_ruled_line()
    rows = [USUAL | {"工单编号": f"JN{number:05d}", "诉求标题": f"第{number}件"} for number in range(COUNT)]
    item = actions.bring_in(
        line.district,
        actor=None,
        file_name="平台.csv",
        content=csv_of(rows),
        now=timezone.now(),
        in_background=False,
    )
    _killed_after(item.pk, 150)
    left = ExchangeRun.objects.get(pk=item.pk)
    assert left.is_running
    assert 150 <= left.rows_done < COUNT
    assert Request.objects.count() == left.rows_done, "a chunk and how far it came are one transaction"
    done = _goes_on(item.pk)
    assert (done.state, done.rows_done, done.counts) == ("done", COUNT, {"accepted": COUNT})
    assert Request.objects.values("platform_no").distinct().count() == COUNT
    assert RequestEvent.objects.count() == ExchangeRow.objects.filter(run=item).count() == COUNT
