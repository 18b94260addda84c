"""How beat stops: between two looks at its schedule.

Celery closes the schedule's file and raises SystemExit wherever the signal meets it. In a weak reference's callback
Python swallows that, and beat went on with a closed file until it failed.
"""

import signal
from types import FrameType
from typing import Any

ENDED_AFTER_SECONDS = 4
"""Celery's own way is taken then: beat waits for a broker that is away."""


def stop_in_between(sender: Any, **_facts: Any) -> None:
    """Heard when beat begins (`celery.signals.beat_init`). `sender` is its `celery.beat.Service`.

    Lets the signals that say stop be heard by the loop, and by Celery's handler where the loop stands still.
    """
    at_once = signal.getsignal(signal.SIGTERM)

    def stop(_number: int, _frame: FrameType | None) -> None:
        sender.stop()
        signal.alarm(ENDED_AFTER_SECONDS)

    signal.signal(signal.SIGALRM, at_once)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
