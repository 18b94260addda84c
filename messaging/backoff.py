"""How long to wait after a failure, and when to give up: pure functions and their numbers."""

import datetime as dt

from gateway.backoff import delay
from messaging.states import ABOUT_THE_MESSAGE, FINAL, Failure

MOST_ATTEMPTS = 10
"""A message that a living gateway refused so often is given up (with `MESSAGE` that takes about a day)."""
MESSAGE = (dt.timedelta(minutes=1), dt.timedelta(hours=6))
WAY = (dt.timedelta(seconds=10), dt.timedelta(minutes=10))
"""First and longest delay; each is about twice the one before."""
TELL_AFTER = dt.timedelta(minutes=30)
"""A way that took nothing for so long: its administrators are told."""
LONGEST_ASKED = dt.timedelta(hours=1)
"""A gateway may ask for a pause (Retry-After) of at most this."""


def is_about_the_way(failure: Failure) -> bool:
    """Say whether the gateway as a whole is out of reach: then no attempt counts, and nothing is ever given up."""
    return failure not in ABOUT_THE_MESSAGE


def is_given_up(failure: Failure, attempts: int) -> bool:
    return failure in FINAL or attempts >= MOST_ATTEMPTS


def message_pause(attempts: int, jitter: float | None = None) -> dt.timedelta:
    return delay(attempts, MESSAGE, jitter)


def way_pause(failures: int, asked_s: float | None, jitter: float | None = None) -> dt.timedelta:
    """Return how long nothing leaves by a way after so many failures on end; at least what the gateway asked for."""
    asked = min(dt.timedelta(seconds=asked_s or 0), LONGEST_ASKED)
    return max(delay(failures, WAY, jitter), asked)
