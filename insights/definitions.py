"""By which definitions the kept figures were counted, and which days are still to be counted by the present ones.

A new version of the product may count something otherwise: round differently, judge another state. Days that were
counted before would keep their old figures until something touches them, and the nightly check would find them wrong
one after the other. So a change of what is counted raises `VERSION`; each run then counts a stretch of the older days
anew, the newest first, until the first day is reached (docs/adr/0016-figures.md).
"""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from grids.models import Grid
from insights.counting import DAY, STRETCH
from insights.models import Mark

VERSION = 2
"""1: seconds of each place and unit rounded before they were added up. 2: rounded once."""
_NAME = "definitions"
_PER_VERSION = 10_000_000
"""Above every ordinal of a day: a mark's number is version × this + the first day counted so, 0 where all are."""


def due(district: Grid, first_day: Callable[[], dt.date], today: dt.date) -> set[dt.date]:
    """Return the next days to count by the present definitions, and note that they are: none where all were."""
    mark = Mark.objects.filter(district=district, history=_NAME).first()
    known, reached = divmod(mark.last_id, _PER_VERSION) if mark is not None else (0, 0)
    if known == VERSION and not reached:
        return set()
    end = min(dt.date.fromordinal(reached), today + DAY) if known == VERSION else today + DAY
    first = first_day()
    begin = max(first, end - STRETCH * DAY)
    _note(district, begin.toordinal() if begin > first else 0)
    return {begin + DAY * number for number in range((end - begin).days)}


def all_are_counted(district: Grid) -> None:
    """Note that every day is counted by the present definitions."""
    _note(district, 0)


def is_counted(district: Grid) -> bool:
    """Say whether every day is counted by the present definitions."""
    return Mark.objects.filter(district=district, history=_NAME, last_id=VERSION * _PER_VERSION).exists()


def _note(district: Grid, reached: int) -> None:
    number = VERSION * _PER_VERSION + reached
    Mark.objects.update_or_create(district=district, history=_NAME, defaults={"last_id": number, "at": timezone.now()})
