"""A month's briefing of the district as .docx, against the district's dashboard of the same month, at scale 1."""

import datetime as dt
from typing import Any

from django.db import transaction

from bench import servers
from bench.build import NOW
from bench.dashboard import browser, count_anew, open_board
from bench.pages import FULL, build_both
from bench.remote import Remote
from bench.results import Result
from bench.timing import medians, seconds
from bulletins import document, word
from bulletins.composing import kinds
from bulletins.composing.facts import facts
from bulletins.gathering import gather
from bulletins.models import Bulletin
from bulletins.rules import Rules
from grids.models import Grid
from hotline.periods import Length, around

ROUNDS = 7
MONTH = dt.date(2026, 10, 1)


def measure() -> list[Result]:
    """Measure reading the figures, composing and writing the file, and the page that shows the same month."""
    build_both()
    with Remote(servers.address(FULL)) as full:
        full.call("bench.briefing_month:briefing_s")
        ours, page = medians(
            [lambda: full.call("bench.briefing_month:briefing_s"), lambda: full.call("bench.briefing_month:page")],
            ROUNDS,
        )
    note = "figures, text and .docx of October; the reference is the district's dashboard of October"
    return [Result("briefing_month", ours, page, ours / page, note, at_most=10.0)]


# From here on: called in the other process, with Django set up.


def briefing_s() -> float:
    """Return the seconds that the month's briefing takes from the rollups to the file."""
    district = Grid.objects.get(parent=None)
    return seconds(lambda: write(district))


def write(district: Grid) -> Any:
    month = around(MONTH, Length.MONTH)
    item = Bulletin(node=district, kind="monthly", starts_on=month.first, ends_on=month.last, composed_at=NOW)
    item.figures = gather(district, month, Rules())
    item.sections = kinds.compose(item.kind, facts(item.figures, month))
    item.title = kinds.title(item.kind, district.name, month)
    return word.write(document.of(item))


def page() -> float:
    """Return the seconds that the dashboard takes whoever leads the district, drawn anew."""
    browser()  # signs in, which stays
    with transaction.atomic():
        count_anew()
        taken = seconds(lambda: open_board(MONTH))
        transaction.set_rollback(True)
    return taken
