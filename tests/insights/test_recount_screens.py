"""Every number on the cockpit and in the rankings equals an independent count in plain SQL."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from grids.models import Grid
from hotline.periods import Length, Period, around
from insights import ranking_pages
from insights.cockpit import board
from insights.cockpit.colours import Colour
from insights.cockpit.ticker import RECENT
from insights.figures import FORMULAS, Figure
from insights.ranking_pages import Level, SizeBy, Wanted
from tests.factories import Line
from tests.insights.recounts import Number, counted
from tests.insights.test_recount import DAY, HOUR, NOW, line
from workorders.models import Event
from workorders.states import Source

__all__ = ["line"]
pytestmark = pytest.mark.django_db
TODAY = NOW.date()
Days = tuple[dt.date, dt.date]
JUNE, MAY = (dt.date(2026, 6, 1), TODAY), (dt.date(2026, 5, 1), dt.date(2026, 5, 30))
COUNTED = {"found": "found", "ended": "solved", "went_overdue": "overdue", "escalated": "escalated"}


def again(node: int, figure: str, days: Days, key: str = "") -> tuple[float | None, float | None]:
    return counted(Number(node, figure, key, "now", "", ""), days, NOW)


def parts(figure: Figure) -> tuple[float, float]:
    return float(figure.numerator), float(figure.denominator or 0)


@pytest.mark.parametrize("level", ["district", "community", "base"])
def test_every_number_on_the_cockpit_equals_a_count_in_plain_sql(line: Line, level: str, client: Client) -> None:
    node = Grid.objects.get(pk=getattr(line, level).pk)
    cache.clear()
    with time_machine.travel(NOW + HOUR, tick=False):
        found = board.read(node, Colour.FOUND, aggregates_only=False, has_ticker=True)
        client.force_login(line.supervisor)
        page = client.get(f"/insights/cockpit/{node.pk}/").text
    for number in found.counted:
        name = COUNTED.get(number.measure, "request_kind")
        keys = [""] if number.measure in COUNTED else ["help", "complaint"]
        shown = (number.today, number.month, number.before)
        for value, days in zip(shown, ((TODAY, TODAY), JUNE, MAY), strict=True):
            assert value == sum(again(node.pk, name, days, key)[0] or 0 for key in keys), (number, days)
        assert f"<b>{number.today}</b>" in page
    assert dict(found.sources) == {
        str(source.label): n for source in Source if (n := again(node.pk, "source", JUNE, source.value)[0])
    }
    climbs = [again(node.pk, "level_escalated", JUNE, kind)[0] for kind in ("base", "community", "street", "district")]
    assert [number for _words, number in found.escalated] == climbs
    assert parts(found.on_time) == again(node.pk, "orders_on_time", JUNE)
    names = ("closing", "on_time", "response", "resolution", "satisfaction", "key")
    rates = [again(node.pk, name, JUNE) for name in names]
    assert sorted(parts(figure) for _label, _meaning, figure in found.hotline) == sorted(rates)
    held = ("residents", "houses", "organisations", "key_sites", "workers")
    assert found.held == {name: again(node.pk, name, (TODAY, TODAY))[0] for name in held}
    assert found.visited == again(node.pk, "coverage", (TODAY, TODAY), "reached")
    for bar in found.trend.bars:
        day = (bar.day, bar.day)
        assert (bar.found, bar.solved) == (again(node.pk, "found", day)[0], again(node.pk, "solved", day)[0])
    for region in found.regions:
        assert region.value == again(region.key, "found", JUNE)[0]
    ninety = (TODAY - 89 * DAY, TODAY)
    for place in found.places:
        assert parts(place.figure) == again(place.key, "orders_on_time", ninety)
    mine = Event.objects.filter(order__grid__lft__gte=node.lft, order__grid__rght__lte=node.rght)
    assert len(found.moves) == min(12, mine.filter(at__gt=NOW + HOUR - RECENT, at__lte=NOW + HOUR).count())


@pytest.mark.parametrize(
    ("level", "at"), [("district", Level.STREET), ("street", Level.COMMUNITY), ("community", Level.GRID)]
)
def test_every_number_of_the_rankings_equals_a_count_in_plain_sql(line: Line, level: str, at: str) -> None:
    seen = 0
    for period in (around(TODAY, Length.MONTH), Period(dt.date(2026, 6, 8), dt.date(2026, 6, 14), Length.WEEK)):
        for name in FORMULAS:
            wanted = Wanted(getattr(line, level), at, name, period, SizeBy.ORDERS, TODAY)
            for group in ranking_pages.groups(wanted):
                mean = group.ranking.mean
                for row in group.rows:
                    seen += 1
                    top, bottom = parts(row.placed.figure)
                    assert (top, bottom) == pytest.approx(again(row.member.key, name, (period.first, period.last)))
                    if row.placed.place is not None and row.placed.shrunk is not None and mean is not None:
                        assert float(row.placed.shrunk) == pytest.approx((top + 20 * float(mean)) / (bottom + 20))
    assert seen >= 24
