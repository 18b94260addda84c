"""How long to wait after a failure, and when to give up: pure functions and their numbers."""

import datetime as dt
import random

from gateway.states import ANSWERED, Failure

CIRCUIT = 5
"""After so many failures on end a receiver counts as failing: it gets single tries at growing intervals, no more."""
MOST_ATTEMPTS = 12
"""A delivery that a living receiver refused so often is given up (with `DELIVERY` that takes about 15 hours)."""
PAUSE_AFTER = dt.timedelta(days=3)
"""A receiver that took nothing for so long is paused, and its administrators are told."""
LONGEST_ASKED = dt.timedelta(hours=1)
"""A receiver may ask for a pause (Retry-After) of at most this."""

RECEIVER = (dt.timedelta(seconds=5), dt.timedelta(minutes=15))
DELIVERY = (dt.timedelta(seconds=30), dt.timedelta(hours=6))
"""First and longest delay; each is about twice the one before."""

_random = random.SystemRandom()


def delay(failures: int, bounds: tuple[dt.timedelta, dt.timedelta], jitter: float | None = None) -> dt.timedelta:
    """Return the wait after the n-th failure on end, n from 1.

    `jitter` from 0 to 1 moves it between three quarters and five quarters, so that what failed together does not
    come back together; drawn when it is not given.
    """
    first, longest = bounds
    doubled: dt.timedelta = first * 2 ** min(max(failures, 1) - 1, 20)
    spread = 0.75 + 0.5 * (_random.random() if jitter is None else jitter)
    return min(doubled, longest) * spread


def is_failing(failures: int) -> bool:
    """Say whether the circuit is open: only probes go to this receiver."""
    return failures >= CIRCUIT


def rests(failure: Failure, failures: int) -> bool:
    """Say whether the receiver as a whole is let alone for a while, and not just the one delivery put off."""
    return failure not in ANSWERED or is_failing(failures)


def is_given_up(attempts: int) -> bool:
    return attempts >= MOST_ATTEMPTS
