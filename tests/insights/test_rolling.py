"""The figures of a day are those of its own rows and its own tree, however often and in whichever way they are made."""

import datetime as dt
import hashlib
import uuid

import pytest
import time_machine
from django.utils import timezone

from grids import actions as tree
from grids.models import Grid, Kind
from grids.roles import Role
from hotline.periods import Period
from insights import counting, definitions, figures, rolling
from insights.measures import Measure
from insights.models import Mark, Tally
from insights.sources import Span
from tests.factories import make_grid, make_line, make_order, make_post, make_ruled_line, make_unit, make_user, report
from workorders import actions
from workorders.states import State

pytestmark = pytest.mark.django_db
JUNE = Period(dt.date(2026, 6, 1), dt.date(2026, 6, 30))
NOON = dt.datetime(2026, 6, 10, 4, 0, tzinfo=dt.UTC)


def sums(node: Grid, period: Period = JUNE) -> figures.Sums:
    return figures.of_nodes([node.pk], period)[node.pk]


def test_each_level_counts_what_happened_below_it() -> None:
    line = make_line("worker")
    other = make_grid(line.community)
    make_order(line, reported_at=NOON)
    make_order(line, State.CLOSED, grid=other, reported_at=NOON, finished_at=NOON + dt.timedelta(hours=2))
    rolling.rebuild(line.district, now=NOON + dt.timedelta(days=1))
    assert sums(line.base).count(Measure.FOUND) == 1
    for node in (line.community, line.street, line.district):
        assert sums(node).count(Measure.FOUND) == 2
        assert sums(node).total(Measure.ENDED, "solved") == 2 * 3600
    assert sums(line.base).by_key(Measure.FOUND_BY_HOUR) == {"12": 1}


def test_what_fell_due_is_judged_once_it_is_due_and_exclusions_are_left_out() -> None:
    line = make_line("worker")
    due = {"reported_at": NOON, "whole_due_at": NOON + dt.timedelta(days=2)}
    make_order(line, State.CLOSED, finished_at=NOON + dt.timedelta(days=1), **due)
    make_order(line, State.CLOSED, finished_at=NOON + dt.timedelta(days=3), **due)
    make_order(line, State.CLOSED, finished_at=NOON + dt.timedelta(days=3), is_excluded=True, **due)
    make_order(line, State.VOIDED, finished_at=NOON + dt.timedelta(days=1), **due)
    rolling.rebuild(line.district, now=NOON + dt.timedelta(days=1))
    assert sums(line.base).count(Measure.FELL_DUE) == 0
    rolling.rebuild(line.district, now=NOON + dt.timedelta(days=4))
    assert sums(line.base).by_key(Measure.FELL_DUE) == {"on_time": 1, "late": 1}
    assert figures.rate(figures.Rate.ON_TIME, sums(line.base)).value == 50


def test_a_move_is_in_the_figures_after_the_next_run_and_a_second_run_changes_nothing() -> None:
    with time_machine.travel(NOON, tick=False):
        line = make_ruled_line("worker", "leader", "secretary")
        report(line, line.worker)
        rolling.refresh()
        assert sums(line.district).count(Measure.FOUND) == 1
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        report(line, line.worker, client_uuid=uuid.uuid4())
        rolling.refresh()
        assert sums(line.district).count(Measure.FOUND) == 2
        before = list(Tally.objects.order_by("node_id", "day", "measure", "key").values())
        rolling.refresh()
        assert list(Tally.objects.order_by("node_id", "day", "measure", "key").values()) == before


def test_what_a_unit_did_stays_with_it_when_another_one_gets_the_order() -> None:
    line = make_ruled_line("worker", "chief", "handler", "clerk")
    other, person = make_unit(line.district), make_user()
    make_post(person, Role.DEPT_HANDLER, line.district, other)

    def after(minutes: int) -> dict[str, dt.datetime]:
        return {"now": NOON + dt.timedelta(minutes=minutes)}

    order = report(line, line.clerk, source="hotline", **after(0))
    for unit, actor, begin in ((line.dept, line.handler, 10), (other, person, 30)):
        if order.state == State.DISPATCHED:
            order = actions.return_order(order, actor=order.assignee, reason="not_our_duty", note="属部门", **after(5))
        order = actions.dispatch(order, unit=unit, actor=line.chief, **after(begin))
        if unit == line.dept:
            words = {"reason": "not_our_duty", "note": "不属本单位职责"}
            order = actions.return_order(order, actor=actor, **words, **after(begin + 5))
    order = actions.sign(order, actor=person, **after(35))
    actions.submit_result(order, actor=person, result="已修复", **after(60))
    rolling.rebuild(line.district, now=NOON + dt.timedelta(days=1))
    mine, theirs = figures.of_units([line.dept.pk, other.pk], JUNE).values()
    assert mine.count(Measure.RETURNED) == 1
    assert theirs.count(Measure.RETURNED) == 0
    assert mine.count(Measure.STAGE, "sign") == theirs.count(Measure.STAGE, "sign") == 1
    assert (mine.count(Measure.STAGE, "handle"), theirs.count(Measure.STAGE, "handle")) == (0, 1)
    assert sums(line.district).count(Measure.RETURNED) == 2


def test_a_grid_that_moves_in_july_does_not_rewrite_june() -> None:
    line = make_line("worker", "admin")
    neighbour = make_grid(line.street, Kind.COMMUNITY)
    make_order(line, reported_at=NOON)
    rolling.rebuild(line.district, now=NOON)
    july = dt.datetime(2026, 7, 15, 4, 0, tzinfo=dt.UTC)
    with time_machine.travel(july, tick=False):
        tree.move_node(line.base, neighbour, actor=None)
        make_order(line, reported_at=july, community=neighbour)
        rolling.rebuild(line.district)
    month = Period(dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    assert sums(line.community).count(Measure.FOUND) == 1
    assert sums(neighbour).count(Measure.FOUND) == 0
    assert sums(line.community, month).count(Measure.FOUND) == 0
    assert sums(neighbour, month).count(Measure.FOUND) == 1
    assert sums(line.base).count(Measure.FOUND) == 1


def test_the_check_finds_a_figure_that_somebody_changed() -> None:
    line = make_line("worker")
    make_order(line, reported_at=NOON)
    rolling.rebuild(line.district, now=NOON)
    day = timezone.localdate(NOON)
    assert counting.differing(line.district, day, day, NOON) == 0
    Tally.objects.filter(node=line.street, measure=Measure.FOUND).update(count=7)
    assert counting.differing(line.district, day, day, NOON) == 1
    rolling.rebuild(line.district, now=NOON)
    assert counting.differing(line.district, day, day, NOON) == 0


def test_what_another_version_counted_otherwise_is_counted_anew_newest_first() -> None:
    line = make_line("worker")
    now = NOON + dt.timedelta(days=200)
    for days in (0, 150, 199):
        make_order(line, reported_at=NOON + dt.timedelta(days=days))
    rolling.refresh(now)
    assert definitions.is_counted(line.district), "a first run counts everything"
    Tally.objects.filter(measure="found").update(total=7)
    Mark.objects.get(history="definitions").delete()  # as before marks told the version
    right = []
    for _ in range(3):
        assert not definitions.is_counted(line.district)
        rolling.refresh(now)
        found = Tally.objects.filter(node=line.base, measure="found").order_by("day")
        right.append([total == 0 for total in found.values_list("total", flat=True)])
    assert right == [[False, True, True], [False, True, True], [True, True, True]]
    assert definitions.is_counted(line.district)
    assert counting.differing(line.district, JUNE.first, timezone.localdate(now), now) == 0


def test_a_change_of_what_is_counted_raises_the_version() -> None:
    """Where this fails, figures of earlier days may be counted otherwise than new ones: raise the version and note the
    new digest. Where only the wording of a statement changed, note the digest alone."""
    span = Span(Grid(pk=1, tree_id=1), JUNE.first, JUNE.last, NOON)
    said = [(facts.measure, *facts.statement()) for source in counting.SOURCES for facts in source.facts(span)]
    told = [(measure, sql, sorted(str(value) for value in given)) for measure, sql, given in said]
    digest = hashlib.sha256(repr((told, counting._OF_NODES, counting._OF_UNITS)).encode()).hexdigest()
    assert (definitions.VERSION, digest[:16]) == (2, "d3181f3e7a54b8a4")
