"""Beat stops when it is told to, wherever it is at that moment."""

import subprocess
import sys

from tests.governance.processes import ROOT

TOLD_IN_A_CALLBACK = """
import os, signal, sys, weakref
from celery import Celery, signals
from celery.apps.beat import Beat
import governance

class Thing: pass

@signals.before_task_publish.connect
def publish(**_facts):
    thing = Thing()
    kept = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGTERM))  # Python swallows what it raises
    del thing

app = Celery(broker="memory://")
app.conf.update(beat_schedule={"often": {"task": "often", "schedule": 0.1}}, beat_max_loop_interval=0.1)
Beat(app=app, schedule=sys.argv[1], quiet=True).run()
"""


def test_a_signal_that_python_swallows_still_ends_it(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", TOLD_IN_A_CALLBACK, str(tmp_path / "schedule")],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
