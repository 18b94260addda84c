"""The hotline's figures: its six rates out of the rollups are those of its own page, and every way in is counted."""

import datetime as dt

import pytest
import time_machine

from grids.models import Grid
from hotline import rules
from hotline.actions import key as key_acts
from hotline.models import Request
from hotline.periods import Length, Period, around
from hotline.rate_pages import scope_of
from hotline.rates import By, Rate, total
from insights import figures, rolling
from insights.measures import Measure
from tests.factories import make_ruled_line
from tests.hotline.test_rates import fill
from tests.hotlines import make_request

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 4, 5, 4, tzinfo=dt.UTC)
BEGIN = dt.date(2026, 1, 1)
SPRING = Period(BEGIN, dt.date(2026, 4, 30))
MARCH = around(dt.date(2026, 3, 5), Length.MONTH)


def of(node: Grid, period: Period = MARCH) -> figures.Sums:
    return figures.of_nodes([node.pk], period)[node.pk]


def agree(district: Grid, node: Grid | None, period: Period) -> int:
    """Compare the six rates of a node; returns how many had anything to divide."""
    plain = total(scope_of(None, district.pk, node, NOW).table(By.STREET, period)).now
    sums, some = of(node or district, period), 0
    for name in Rate:
        rolled = figures.rate(name, sums)
        assert (rolled.numerator, rolled.denominator) == (plain[name].numerator, plain[name].denominator), name
        assert rolled.value == plain[name].percent
        some += bool(rolled.denominator)
    return some


def test_the_six_rates_are_those_of_the_hotlines_own_page() -> None:
    line = make_ruled_line("worker", "chief", "operator")
    fill(line, count=150)
    Request.objects.exclude(street=line.street).update(community=None, grid=None)
    with time_machine.travel(NOW, tick=False):
        rolling.rebuild(line.district, BEGIN)
    other = Grid.objects.get(parent=line.district, kind="street", pk__gt=line.street.pk)
    for period in (MARCH, MARCH.before, Period(dt.date(2026, 2, 10), dt.date(2026, 2, 24))):
        assert agree(line.district, None, period) == 6
        agree(line.district, line.street, period)
        agree(line.district, line.community, period)
        agree(line.district, other, period)
    unit = figures.of_units([line.dept.pk], MARCH)[line.dept.pk]
    by_unit = {row.key: row.now for row in scope_of(None, line.district.pk, None, NOW).table(By.UNIT, MARCH)}
    for name in Rate:
        assert figures.rate(name, unit).numerator == by_unit[line.dept.pk][name].numerator


def test_another_weight_is_in_the_figures_after_the_next_run() -> None:
    line = make_ruled_line("worker", "chief", "operator", "admin")
    fill(line, count=80)
    with time_machine.travel(NOW, tick=False):
        rolling.rebuild(line.district, BEGIN)
    before = figures.rate(Rate.SATISFACTION, of(line.district)).numerator
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        rules.set_measure(line.district, "weight_3", actor=line.admin, value=10)
        rolling.refresh()
    assert figures.rate(Rate.SATISFACTION, of(line.district)).numerator < before
    assert agree(line.district, None, MARCH)


def test_requests_are_counted_by_way_kind_and_category_wherever_they_are_known_to_lie() -> None:
    line = make_ruled_line("worker", "chief", "operator")
    with time_machine.travel(NOW, tick=False):
        make_request(line, source="web", kind="complaint")
        make_request(line, grid=None, community=None, street=None)
        rolling.rebuild(line.district, BEGIN)
    assert of(line.district, SPRING).by_key(Measure.REQUESTED) == {"web": 1, "phone": 1}
    assert of(line.district, SPRING).by_key(Measure.REQUESTED_BY_KIND) == {"complaint": 1, "help": 1}
    assert of(line.district, SPRING).by_key(Measure.REQUESTED_BY_CATEGORY) == {"": 2}
    assert of(line.base, SPRING).count(Measure.REQUESTED) == 1


def test_what_fell_due_while_nothing_was_counted_is_in_the_figures_after_the_next_run() -> None:
    line = make_ruled_line("worker", "chief", "operator", "supervisor")
    with time_machine.travel(NOW - dt.timedelta(days=9), tick=False):
        matter = make_request(line, due_at=NOW - dt.timedelta(days=5))
        rolling.rebuild(line.district, BEGIN)
    with time_machine.travel(NOW, tick=False):
        key_acts.flag(matter, actor=None, reason="overdue")
        rolling.refresh()
    assert of(line.district, SPRING).by_key(Measure.REQUEST_DUE) == {"open_late": 1}
    assert of(line.district, SPRING).by_key(Measure.KEY_OPENED) == {"overdue": 1}
    assert figures.rate(Rate.KEY, of(line.district, SPRING)).denominator == 1
