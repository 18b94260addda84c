"""The heartbeat: beat sends it, a worker runs it, and each leaves the time (governance/health.py).

Celery's own signals tell when a process starts, so that a fresh one is known before its first heartbeat is due.
"""

import os
import signal
from typing import Any

from celery import shared_task, signals

from governance import health, keeper


@shared_task
def heartbeat() -> None:
    health.record_quietly("worker")


@signals.worker_ready.connect
def worker_is_up(**_facts: Any) -> None:
    health.record_quietly("worker")


@signals.beat_init.connect
@signals.before_task_publish.connect(sender="governance.tasks.heartbeat")
def beat_is_up(**_facts: Any) -> None:
    health.record_quietly("beat")


@signals.worker_process_init.connect
def die_with_the_worker(**_facts: Any) -> None:
    """Let no pool process outlive a worker that was killed."""
    keeper.die_with_parent(signal.SIGTERM, os.getppid())
