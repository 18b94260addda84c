"""The figures stay in step whatever happens meanwhile: nights, moved trees, changed boundaries, lost and wrong rows."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRecord, Notification
from grids import actions as tree
from grids.models import Grid
from hotline.periods import Period
from insights import checking, counting, figures, outlines, rolling
from insights.measures import Measure
from insights.models import Check, Lineage, Outline, Tally
from tests.factories import Line, make_category, make_grid, make_line, make_order, make_ruled_line, report, square
from workorders import actions
from workorders.models import StageClock, WorkOrder

pytestmark = pytest.mark.django_db
EVENING = dt.datetime(2026, 6, 10, 15, 59, 30, tzinfo=dt.UTC)
"""Half a minute before midnight of 10 June in the district."""
TENTH, ELEVENTH = dt.date(2026, 6, 10), dt.date(2026, 6, 11)
MINUTE = dt.timedelta(minutes=1)


def found(node: Grid, day: dt.date) -> int:
    return figures.of_nodes([node.pk], Period(day, day))[node.pk].count(Measure.FOUND)


def test_what_happens_between_the_last_run_of_a_day_and_midnight_is_of_that_day() -> None:
    with time_machine.travel(EVENING, tick=False) as clock:
        line = make_ruled_line("worker", "leader")
        rolling.refresh()
        clock.shift(dt.timedelta(seconds=20))
        report(line, line.worker)
        clock.shift(dt.timedelta(seconds=20))
        report(line, line.worker)
        rolling.refresh()
        assert (found(line.street, TENTH), found(line.street, ELEVENTH)) == (1, 1)
        assert figures.stock([line.street.pk], TENTH)[line.street.pk].count(Measure.OPEN) == 1
        assert figures.stock([line.street.pk], ELEVENTH)[line.street.pk].count(Measure.OPEN) == 2


def test_an_order_taken_up_again_counts_as_open_on_the_days_between() -> None:
    with time_machine.travel(EVENING - dt.timedelta(hours=9), tick=False) as clock:
        line = make_ruled_line()
        order = report(line, line.clerk, source="hotline")
        actions.sign(order, actor=line.worker)
        actions.submit_result(order, actor=line.worker, result="已修复")
        actions.verify_pass(order, actor=line.leader)
        actions.close(order, actor=line.worker)
        rolling.refresh()
        clock.shift(dt.timedelta(days=3))
        rolling.refresh()
        opened = {
            day: figures.stock([line.base.pk], day)[line.base.pk].count(Measure.OPEN) for day in (TENTH, ELEVENTH)
        }
        assert opened == {TENTH: 0, ELEVENTH: 0}
        actions.reopen(order, actor=line.supervisor, reason="not_solved", note="又坏了")
        clock.shift(MINUTE)
        rolling.refresh()
        today = TENTH + dt.timedelta(days=3)
        for day in (TENTH, ELEVENTH, today):
            assert figures.stock([line.base.pk], day)[line.base.pk].count(Measure.OPEN) == 1
        assert counting.differing(line.district, TENTH, today) == 0


def test_a_deadline_that_is_moved_after_it_had_passed_no_longer_counts_as_missed() -> None:
    with time_machine.travel(dt.datetime(2026, 6, 1, 1, 0, tzinfo=dt.UTC), tick=False) as clock:
        line = make_ruled_line()
        hard = make_category(needs_photo=False, difficulty="hard")
        longer, again = (report(line, line.worker, category=hard, client_uuid=uuid.uuid4()) for _ in range(2))
        for order in (longer, again):
            actions.sign(order, actor=line.worker)
        due = StageClock.objects.get(order=longer, stage="handle").due_at
        StageClock.objects.filter(stage="whole").update(due_at=due)
        WorkOrder.objects.update(whole_due_at=due)
        until = {"reason": "material", "note": "等配件", "until": due + dt.timedelta(days=10)}
        actions.request_extension(longer, actor=line.worker, **until)
        clock.move_to(due + dt.timedelta(days=7))
        actions.submit_result(again, actor=line.worker, result="已修复")
        actions.verify_pass(again, actor=line.leader)
        actions.close(again, actor=line.worker)
        rolling.refresh()
        day = Period(timezone.localdate(due), timezone.localdate(due))
        assert figures.of_nodes([line.base.pk], day)[line.base.pk].by_key(Measure.FELL_DUE) == {"late": 2}
        clock.shift(dt.timedelta(days=1))
        actions.grant_extension(longer, actor=line.secretary, opinion="同意")
        actions.reopen(again, actor=line.supervisor, reason="not_solved", note="又坏了")
        clock.shift(MINUTE)
        rolling.refresh()
        assert figures.of_nodes([line.base.pk], day)[line.base.pk].by_key(Measure.FELL_DUE) == {}
        assert counting.differing(line.district, dt.date(2026, 6, 1), timezone.localdate()) == 0


def test_a_grid_that_was_closed_keeps_what_it_counted() -> None:
    line = make_line("worker")
    make_order(line, reported_at=EVENING)
    rolling.rebuild(line.district, now=EVENING)
    Grid.objects.filter(pk=line.base.pk).update(valid_to=TENTH)
    with time_machine.travel(EVENING + dt.timedelta(days=40), tick=False):
        rolling.rebuild(line.district)
    for node in (line.base, line.community, line.district):
        assert found(node, TENTH) == 1


def test_a_grid_that_moves_between_two_runs_counts_where_it_is_at_the_days_end() -> None:
    with time_machine.travel(EVENING - dt.timedelta(hours=9), tick=False) as clock:
        line = make_ruled_line("worker", "leader")
        neighbour = make_grid(line.street, "community")
        report(line, line.worker)
        rolling.refresh()
        tree.move_node(line.base, neighbour, actor=None)
        clock.shift(MINUTE)
        rolling.refresh()
        assert (found(line.community, TENTH), found(neighbour, TENTH), found(line.street, TENTH)) == (0, 1, 1)
        clock.shift(dt.timedelta(days=1))
        tree.move_node(line.base, line.community, actor=None)
        rolling.refresh()
        assert (found(line.community, TENTH), found(neighbour, TENTH)) == (0, 1)
    spans = Lineage.objects.filter(node=line.base, above=neighbour).values_list("first_on", "last_on")
    assert list(spans) == [(TENTH, TENTH)]


def test_a_past_day_has_the_boundaries_of_its_time() -> None:
    with time_machine.travel(EVENING, tick=False) as clock:
        line = make_line("admin")
        before = Grid.objects.get(pk=line.base.pk).boundary
        rolling.refresh()
        clock.shift(dt.timedelta(days=5))
        after = square(116.502, 35.402, 0.005)
        Grid.objects.filter(pk=line.base.pk).update(boundary=after)
        tree.raise_map_version(line.district.tree_id)
        rolling.refresh()
        rolling.refresh()
    assert outlines.on([line.base.pk], dt.date(2020, 1, 1)) == {line.base.pk: before}
    assert outlines.on([line.base.pk], dt.date(2026, 6, 14))[line.base.pk] == before
    assert outlines.on([line.base.pk], dt.date(2026, 6, 15))[line.base.pk] == after
    assert Outline.objects.filter(node=line.street).count() == 1


@pytest.fixture
def wrong() -> Line:
    """Make a district with a figure that somebody changed a week ago, and one of half a year ago."""
    line = make_ruled_line("worker", "chief", "admin")
    for days in (0, 7, 200):
        make_order(line, reported_at=EVENING - dt.timedelta(days=days))
    rolling.rebuild(line.district, now=EVENING)
    for days in (7, 200):
        day = TENTH - dt.timedelta(days=days)
        Tally.objects.filter(node=line.street, measure=Measure.FOUND, day=day).update(count=9)
    return line


def test_each_night_what_differs_is_put_right_and_those_who_answer_for_it_are_told(wrong: Line) -> None:
    done = checking.check(wrong.district, EVENING + dt.timedelta(hours=4))
    assert (done.rows, done.days) == (1, 1)
    assert found(wrong.street, TENTH - dt.timedelta(days=7)) == 1
    told = Notification.objects.filter(kind="figures_put_right")
    assert {notice.recipient for notice in told} == {wrong.chief, wrong.admin}
    assert told[0].params == {"count": 1}
    assert AuditRecord.objects.get(action="insights.put_right").detail["days"] == ["2026-06-03"]
    assert checking.check(wrong.district, EVENING + dt.timedelta(hours=5)).rows == 0
    assert told.count() == 2
    assert counting.differing(wrong.district, dt.date(2025, 11, 1), TENTH, EVENING) == 1


def test_the_page_shows_the_last_run_and_the_checks(client, wrong: Line) -> None:
    client.force_login(wrong.chief)
    page = reverse("insights:keeping")
    assert "尚未核对" in client.get(page).text
    checking.check(wrong.district, EVENING)
    answer = client.get(page)
    assert list(answer.context["checks"]) == [Check.objects.get()]
    assert answer.context["run_at"] == EVENING
    client.force_login(wrong.worker)
    assert client.get(page).status_code == 403
