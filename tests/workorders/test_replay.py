"""The replay: an order reckoned anew from its history agrees with what is stored, and says so where it does not."""

import copy
import datetime as dt
import logging
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from grids.calendar import load_calendar
from grids.models import CalendarDay, DayKind
from tests.factories import Line, make_category, make_grid, make_order, make_ruled_line, report
from workorders import actions, arithmetic, auditing, sweeps, tasks
from workorders.models import Event, StageClock, WorkOrder
from workorders.replay import Replayed, Rules, differences, paused_time, replay, stage_time
from workorders.spans import joined, total, without
from workorders.states import Stage, State

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


@pytest.fixture
def order(line: Line) -> WorkOrder:
    order = report(line, line.worker, category=make_category(needs_photo=False, difficulty="hard"), now=MONDAY)
    return actions.sign(order, actor=line.worker, now=MONDAY + HOUR)


def replayed(order: WorkOrder) -> Replayed:
    return replay(order.events.order_by("id"), Rules.load(load_calendar()))


def found(now: dt.datetime = MONDAY + 60 * DAY) -> list[str]:
    report = auditing.compare(WorkOrder.objects.all(), now)
    assert report.skipped == 0
    return [difference.what for _number, many in report.differing for difference in many]


def paused(order: WorkOrder, line: Line) -> WorkOrder:
    """Extend the order, suspend it for two days, and let it resume."""
    until = MONDAY + 9 * DAY
    actions.request_extension(order, actor=line.worker, reason="material", note="等", until=until, now=MONDAY + HOUR)
    actions.grant_extension(order, actor=line.secretary, now=MONDAY + 2 * HOUR)
    actions.request_suspension(order, actor=line.worker, reason="season", note="雨", until=until, now=MONDAY + 3 * HOUR)
    actions.grant_suspension(order, actor=line.secretary, now=MONDAY + 4 * HOUR)
    return actions.resume(order, actor=line.worker, now=MONDAY + 4 * HOUR + 2 * DAY)


def test_the_straight_path_agrees(line, order):
    actions.submit_result(order, actor=line.worker, result="修好了", now=MONDAY + DAY)
    actions.verify_fail(order, actor=line.leader, note="不牢", now=MONDAY + DAY + HOUR)
    actions.submit_result(order, actor=line.worker, result="加固了", now=MONDAY + 2 * DAY)
    actions.verify_pass(order, actor=line.leader, now=MONDAY + 3 * DAY)
    actions.close(order, actor=line.worker, now=MONDAY + 3 * DAY + HOUR)
    assert found() == []


def test_a_return_a_climb_by_the_timers_and_one_by_hand_agree(line, order):
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note="不属本岗", now=MONDAY + 2 * HOUR)
    assert found() == []
    actions.dispatch(order, actor=line.secretary, unit=line.dept, now=MONDAY + 3 * HOUR)
    for _ in range(2):
        sweeps.run(MONDAY + 30 * DAY)
    assert WorkOrder.objects.get(pk=order.pk).step == 2
    actions.escalate(order, actor=line.secretary, note="要上级", now=MONDAY + 31 * DAY)
    assert found() == []


def test_a_report_that_waits_and_one_solved_on_the_spot_agree(line):
    report(line, line.handler, source="department", now=MONDAY)
    report(line, line.worker, self_handled=True, result="当场清理", now=MONDAY)
    assert found() == []


def test_extension_and_suspension_come_out_of_the_history(line, order):
    resumed = paused(order, line)
    assert found(MONDAY + 3 * DAY) == []
    by_history = replayed(order)
    assert by_history.last(Stage.HANDLE).clock.due_at == resumed.due_at
    assert by_history.last(Stage.WHOLE).clock.due_at == resumed.whole_due_at


def test_stage_times_and_pauses_make_up_the_whole_time(line, order):
    paused(order, line)
    until = MONDAY + 5 * DAY
    by_history = replayed(order)
    assert total(paused_time(by_history, until)) == 2 * DAY
    assert total(stage_time(by_history, until)) == 3 * DAY


@pytest.mark.parametrize(
    ("stage", "column", "value"),
    [
        (Stage.HANDLE, "due_at", MONDAY + 99 * DAY),
        (Stage.HANDLE, "warn_at", MONDAY + 99 * DAY),
        (Stage.HANDLE, "climb_at", None),
        (Stage.WHOLE, "started_at", MONDAY + HOUR),
        (Stage.WHOLE, "paused_seconds", 0),
    ],
)
def test_a_clock_that_was_tampered_with_is_named(line, order, stage, column, value):
    paused(order, line)
    StageClock.objects.filter(order=order, stage=stage).update(**{column: value})
    assert found(MONDAY + 3 * DAY) == [f"{stage} {column}"]


def test_an_order_that_was_tampered_with_is_named(line, order):
    WorkOrder.objects.filter(pk=order.pk).update(
        state=State.FILED, holder=line.street, assignee=line.leader, lead_unit=line.dept
    )
    assert found() == ["state", "unit", "assignee", "holder"]


def test_a_clock_too_many_is_named(line, order):
    clock = StageClock.objects.filter(order=order, stage=Stage.SIGN).get()
    clock.pk = None
    clock.save()
    assert found() == ["clocks"]


def test_a_gap_between_stages_and_a_move_out_of_turn_are_found(line, order):
    events = [copy.deepcopy(event) for event in order.events.order_by("id")]
    sign = events[-1]
    sign.details["clocks"] = [{"do": "stop", "stages": ["sign", "handle"]}]
    sign.from_state = State.CLOSED
    by_history = replay(events, Rules.load(load_calendar()))
    stored = list(StageClock.objects.filter(order=order).order_by("id"))
    what = {one.what for one in differences(order, stored, by_history, MONDAY + DAY)}
    assert {"history", "handle stopped_at", "sum of stages and pauses"} <= what


def test_a_calendar_that_changed_afterwards_is_found(line, order):
    CalendarDay.objects.create(date=dt.date(2026, 11, 18), kind=DayKind.HOLIDAY, name="停工日")
    assert {"handle due_at", "whole due_at"} <= set(found())


def test_a_tree_that_moved_under_an_order_is_no_difference(line, order):
    other = make_grid(line.district)
    WorkOrder.objects.filter(pk=order.pk).update(holder=other, grid=other, community=None, street=None)
    assert found() == []


def test_a_history_from_before_is_not_checked(line):
    make_order(line, State.FILED)
    assert auditing.compare(WorkOrder.objects.all(), MONDAY).skipped == 1


def test_many_orders_take_as_many_queries_as_one(line, order, django_assert_max_num_queries):
    for _ in range(3):
        report(line, line.worker, now=MONDAY)
    with django_assert_max_num_queries(8):
        assert auditing.compare(WorkOrder.objects.all(), MONDAY + DAY).checked == 4


def test_the_command_names_the_order_and_nothing_of_its_content(line, order):
    out = StringIO()
    call_command("check_orders", stdout=out)
    assert "1 orders checked, 0 differ" in out.getvalue()
    StageClock.objects.filter(order=order, stage=Stage.HANDLE).update(due_at=MONDAY)
    with pytest.raises(CommandError, match="differ"):
        call_command("check_orders", "--all", stdout=out)
    assert order.number in out.getvalue()
    assert order.description not in out.getvalue()


def test_the_nightly_check_logs_what_differs(line, order, caplog):
    with caplog.at_level(logging.ERROR):
        assert tasks.check_orders() == 0
        StageClock.objects.filter(order=order, stage=Stage.HANDLE).update(due_at=MONDAY)
        assert tasks.check_orders() == 1
    assert order.number in caplog.text
    assert order.description not in caplog.text


def test_every_history_row_says_who_had_the_order_after_it(line, order):
    assert all("clocks" in event.details and "assignee" in event.details for event in Event.objects.all())


def test_the_page_lays_open_how_a_deadline_came_about(line, order):
    paused(order, line)
    with translation.override("en"):
        said = arithmetic.of_order(order)
    handle = StageClock.objects.get(order=order, stage=Stage.HANDLE)
    assert said[handle.pk] == [
        "2026-11-16 09:00, limit 5 working days → due 2026-11-23 09:00",
        "2026-11-16 11:00, extension granted → due 2026-11-25 09:00",
        "paused from 2026-11-16 13:00 to 2026-11-18 13:00 = 2 working days → due 2026-11-27 09:00",
    ]
    whole = StageClock.objects.get(order=order, stage=Stage.WHOLE)
    assert "moved along with the extension by 2 working days" in said[whole.pk][1]
    assert set(said) == {handle.pk, whole.pk}


def test_stretches_join_and_subtract():
    a, b, c, d = (MONDAY + n * HOUR for n in range(4))
    assert joined([(b, c), (a, b), (c, c)]) == [(a, c)]
    assert without([(a, d)], [(b, c)]) == [(a, b), (c, d)]
    assert without([(a, c)], [(b, d)]) == [(a, b)]
    assert total([(a, c), (b, d)]) == 3 * HOUR
