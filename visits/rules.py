"""Rules of visiting: when the window opens, how to try next, what is urgent. No database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from visits.states import Basis, NextTry, Outcome

MANY_TRIES = 3
"""From so many tries without reaching anybody on, coverage names the person as not reachable."""
LONGEST_WINDOW = 30
WINDOW_SHARE = 4
"""A visit may be made in the last quarter of its interval, at most a month before it is due."""
EVENING = dt.time(18)
OUTSIDE_HOURS = (dt.time(7), dt.time(21))
"""Nobody is visited outside these hours (LESSONS.md §3.5); later and earlier visits are asked for their reason."""


def window(interval_days: int) -> int:
    """Return how many days before the due day the window opens: none for daily and weekly visits but the last."""
    return min(LONGEST_WINDOW, interval_days // WINDOW_SHARE)


def due_on(
    reached_on: dt.date | None, known_on: dt.date, interval_days: int, since_on: dt.date | None, key: int
) -> dt.date:
    """Return the day by which a visit is due under one rule; what `visits/planning.py` computes for a whole district.

    `since_on` is when the rule began to hold for the person: nobody is overdue from before that. Somebody never
    reached falls due within one interval from the day they became known, spread by `key` (the house), so that a
    roster of a district does not fall due on one day and a household falls due together.
    """
    if reached_on is not None:
        day = reached_on + dt.timedelta(days=interval_days)
        return day if since_on is None else max(day, since_on)
    start = known_on if since_on is None else max(known_on, since_on)
    return start + dt.timedelta(days=key % interval_days)


def next_try(failed: Sequence[dt.datetime]) -> NextTry:
    """Suggest how to try after these tries in vain: the first of evening, weekend and telephone not tried yet."""
    local = [timezone.localtime(moment) for moment in failed]
    if not any(moment.time() >= EVENING for moment in local):
        return NextTry.EVENING
    if not any(moment.weekday() >= 5 for moment in local):
        return NextTry.WEEKEND
    return NextTry.PHONE if len(local) < MANY_TRIES else NextTry.NEIGHBOUR


@dataclass(frozen=True)
class Pressing:
    """What a visit's place in the day plan comes from."""

    due_on: dt.date
    basis: str
    is_discreet: bool = False
    """Due by a rule that only the responsible people may know (an orange or red tier)."""
    tries: int = 0
    last_outcome: str = ""


def score(visit: Pressing, today: dt.date) -> int:
    """Return how urgent a visit is, the higher the sooner: contact duties and care before the rest, then by delay.

    A refusal waits a week before it is pressed again by its delay alone: nobody is helped by a second knock.
    """
    late = (today - visit.due_on).days
    base = {Basis.CONTACT: 300, Basis.CARE: 200}.get(Basis(visit.basis), 0)
    if visit.is_discreet:
        base = 1000
    points = base + (100 if late > 0 else 50 if late == 0 else 0) + max(min(late, 180), -30) // 2
    if visit.last_outcome == Outcome.REFUSED:
        points -= 150
    return points + min(visit.tries, MANY_TRIES) * 10
