"""The straight path of an order, and the climb and the way back down, through the actions."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Notification, User
from grids.standing import load_standing
from tests.factories import Line, make_category, make_ruled_line, report
from workorders import actions, sweeps
from workorders.models import Escalation, Event, StageClock, WorkOrder
from workorders.states import Move, Stage, State
from workorders.workflow import InvalidMove, StaleOrder

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


def reload(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def inbox(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


def moves(order: WorkOrder) -> list[str]:
    return list(order.events.order_by("id").values_list("move", flat=True))


def climb(order: WorkOrder, times: int) -> WorkOrder:
    """Let so many runs of the timers pass, each long after what was due."""
    for _ in range(times):
        latest = max(StageClock.objects.running().filter(order=order).values_list("due_at", flat=True))
        sweeps.run(latest + dt.timedelta(days=60))
    return reload(order)


def test_a_workers_report_in_their_own_grid_is_accepted_and_given_to_the_grids_worker(line):
    order = report(line, line.worker, now=MONDAY)
    assert moves(order) == [Move.REPORT, Move.ACCEPT, Move.DISPATCH]
    assert (order.state, order.assignee, order.holder) == (State.DISPATCHED, line.worker, line.base)
    assert order.routing["rule"] == "primary_worker"
    assert order.routing["skipped"] == [
        {"rule": "precedent", "why": "no_precedent"},
        {"rule": "category", "why": "not_straight"},
    ]
    assert order.number == f"{line.district.code[:6]}20261116G00001"


def test_a_report_by_somebody_who_may_not_accept_waits_for_those_who_may(line):
    other = make_ruled_line()
    order = report(line, other.worker)
    assert order.state == State.REPORTED
    assert inbox(line.worker) == ["order_to_accept"]
    accepted = actions.accept(order, actor=line.worker)
    assert accepted.state == State.DISPATCHED


def test_handled_verified_closed_and_rated(line):
    order = report(line, line.clerk, source="hotline", now=MONDAY)
    actions.sign(order, actor=line.worker)
    actions.submit_result(order, actor=line.worker, result="换了灯泡")
    assert reload(order).holder == line.base
    assert "order_to_verify" in inbox(line.leader)
    actions.verify_pass(order, actor=line.leader)
    actions.close(order, actor=line.worker)
    done = actions.evaluate(order, actor=line.clerk, rating=5)
    assert (done.state, done.rating, done.closing_kind) == (State.EVALUATED, 5, "solved")
    assert not StageClock.objects.running().filter(order=order).exists()
    assert "order_closed" in inbox(line.clerk)


def test_nobody_verifies_their_own_result(line):
    order = report(line, line.worker)
    actions.sign(order, actor=line.worker)
    actions.submit_result(order, actor=line.worker, result="换了灯泡")
    with pytest.raises(PermissionDenied):
        actions.verify_pass(order, actor=line.worker)


def test_an_order_not_done_in_time_climbs_level_by_level_and_stops_at_the_district(line):
    order = report(line, line.worker, now=MONDAY)
    holders = []
    for _ in range(6):
        order = climb(order, 1)
        holders.append((order.holder, order.assignee))
    assert holders == [
        (line.base, line.leader),
        (line.community, line.secretary),
        (line.street, line.operator),
        (line.district, line.chief),
        (line.district, line.chief),
        (line.district, line.chief),
    ]
    assert Escalation.objects.filter(order=order).count() == 4
    assert moves(order).count(Move.ESCALATE) == 4
    assert inbox(line.secretary).count("order_escalated") == 1
    assert inbox(line.worker).count("order_passed_up") == 1


def test_what_climbed_comes_back_struck_off_level_by_level(line):
    order = climb(report(line, line.worker, now=MONDAY), 3)
    assert order.holder == line.street
    actions.dispatch(order, actor=line.operator, unit=line.dept)
    actions.sign(order, actor=line.handler)
    actions.submit_result(order, actor=line.handler, result="已修复")
    actions.verify_pass(order, actor=line.operator)
    assert (reload(order).state, reload(order).holder) == (State.PENDING_STRIKE_OFF, line.street)
    with pytest.raises(PermissionDenied):
        actions.strike_off(order, actor=line.secretary)
    actions.strike_off(order, actor=line.operator)
    assert reload(order).holder == line.community
    actions.strike_off(order, actor=line.secretary)
    assert (reload(order).state, reload(order).holder) == (State.PENDING_CLOSURE, line.base)
    assert actions.close(order, actor=line.worker).state == State.CLOSED


def test_a_level_may_refuse_to_strike_off_and_then_every_level_confirms_anew(line):
    order = climb(report(line, line.worker, now=MONDAY), 3)
    actions.dispatch(order, actor=line.operator, unit=line.dept)
    actions.sign(order, actor=line.handler)
    actions.submit_result(order, actor=line.handler, result="已修复")
    actions.verify_pass(order, actor=line.operator)
    actions.strike_off(order, actor=line.operator)
    back = actions.refuse_strike_off(order, actor=line.secretary, note="仍不亮")
    assert (back.state, back.assignee, back.holder) == (State.IN_PROGRESS, line.handler, line.street)
    assert not Escalation.objects.filter(order=order, struck_off_at__isnull=False).exists()
    assert "strike_off_refused" in inbox(line.handler)


def test_the_handling_clock_runs_from_dispatch_not_from_signing(line):
    order = report(line, line.worker, now=MONDAY)
    before = StageClock.objects.get(order=order, stage=Stage.HANDLE)
    actions.sign(order, actor=line.worker, now=MONDAY + dt.timedelta(hours=5))
    after = StageClock.objects.get(order=order, stage=Stage.HANDLE)
    assert (after.started_at, after.due_at) == (before.started_at, before.due_at) == (MONDAY, before.due_at)


def test_rework_lets_the_clock_run_on_without_counting_the_verification(line):
    order = report(line, line.worker, now=MONDAY)
    actions.sign(order, actor=line.worker, now=MONDAY)
    due = reload(order).due_at
    actions.submit_result(order, actor=line.worker, result="换了灯泡", now=MONDAY + dt.timedelta(hours=2))
    back = actions.verify_fail(order, actor=line.leader, note="仍不亮", now=MONDAY + dt.timedelta(days=1, hours=2))
    assert back.due_at == due + dt.timedelta(days=1)
    assert back.rework_count == 1


def test_an_order_is_returned_once_and_the_second_time_the_level_above_decides_for_good(line):
    order = report(line, line.worker, now=MONDAY)
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note="", now=MONDAY)
    assert (reload(order).state, reload(order).holder) == (State.FILED, line.base)
    actions.dispatch(order, actor=line.leader, assignee=line.worker, now=MONDAY)
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note="", now=MONDAY)
    assert reload(order).holder == line.community
    actions.dispatch(order, actor=line.secretary, assignee=line.worker, now=MONDAY)
    with pytest.raises(InvalidMove, match=r"终局|final"):
        actions.return_order(order, actor=line.worker, reason="not_our_duty", note="", now=MONDAY)


def test_a_return_does_not_reset_the_handling_clock(line):
    order = report(line, line.worker, now=MONDAY)
    due = order.due_at
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note="", now=MONDAY + dt.timedelta(hours=1))
    again = actions.dispatch(order, actor=line.leader, unit=line.dept, now=MONDAY + dt.timedelta(hours=2))
    assert again.due_at == due


def test_an_order_may_not_be_returned_after_its_window(line):
    order = report(line, line.worker, now=MONDAY)
    with pytest.raises(InvalidMove, match=r"时间|over"):
        actions.return_order(
            order, actor=line.worker, reason="not_our_duty", note="", now=MONDAY + dt.timedelta(days=9)
        )


def test_a_form_opened_on_an_older_version_is_refused(line):
    order = report(line, line.worker)
    version = order.version
    actions.sign(order, actor=line.worker, version=version)
    with pytest.raises(StaleOrder):
        actions.submit_result(order, actor=line.worker, result="换了灯泡", version=version)


def test_the_same_client_uuid_makes_one_order(line):
    first = report(line, line.worker)
    again = report(line, line.worker, client_uuid=first.client_uuid)
    assert again.pk == first.pk
    assert Event.objects.filter(order=first, move=Move.REPORT).count() == 1


def test_a_category_that_goes_straight_reaches_its_unit_without_a_step_between(line):
    category = make_category(needs_photo=False, lead_function="urban_management", goes_straight_to_unit=True)
    order = report(line, line.worker, category=category)
    assert (order.lead_unit, order.assignee, order.routing["rule"]) == (line.dept, None, "category")
    assert "order_assigned" in inbox(line.handler)


def test_without_anybody_in_the_grid_the_order_waits_with_the_nearest_default_unit(line):
    line.base.posts.update(ends_on=dt.date(2026, 1, 1), starts_on=dt.date(2025, 1, 1))
    order = report(line, line.clerk, source="hotline")
    assert (order.state, order.holder, order.lead_unit) == (State.FILED, line.street, line.street.default_unit)
    assert inbox(line.operator) == ["order_to_dispatch"]


def test_solving_on_the_spot_is_closed_by_somebody_else(line):
    order = report(line, line.worker, self_handled=True, result="当场清理")
    assert order.state == State.PENDING_CLOSURE
    with pytest.raises(PermissionDenied):
        actions.close(order, actor=line.worker)
    assert actions.close(order, actor=line.leader).state == State.CLOSED


def test_one_may_pass_an_order_up_by_hand(line):
    order = report(line, line.worker)
    up = actions.escalate(order, actor=line.worker, note="需要吊车")
    assert (up.assignee, up.state, up.step) == (line.leader, State.FILED, 1)


def test_each_event_begins_where_the_one_before_ended(line):
    order = climb(report(line, line.worker, now=MONDAY), 4)
    actions.void(order, actor=line.chief, note="误报")
    events = list(order.events.order_by("id"))
    assert events[0].from_state == ""
    assert [e.to_state for e in events[:-1]] == [e.from_state for e in events[1:]]


def vacate(node) -> None:
    node.posts.update(starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2026, 1, 1))


def to_do(user: User) -> list[WorkOrder]:
    return list(WorkOrder.objects.tab("todo", load_standing(user.pk, MONDAY.date())))


def test_a_report_in_a_grid_without_people_waits_for_the_next_level_that_has_some(line):
    vacate(line.base)
    order = report(line, make_ruled_line().worker, now=MONDAY)
    assert (order.state, order.holder) == (State.REPORTED, line.community)
    assert inbox(line.secretary) == ["order_to_accept"]
    assert to_do(line.secretary) == [order]


def test_an_order_waits_to_be_dispatched_where_somebody_dispatches(line):
    vacate(line.base)
    vacate(line.street)
    order = report(line, line.clerk, source="hotline", now=MONDAY)
    assert (order.state, order.holder, order.lead_unit) == (State.FILED, line.district, line.street.default_unit)
    assert to_do(line.dispatcher) == [order]


def test_for_a_level_without_people_the_one_above_strikes_off(line):
    order = climb(report(line, line.worker, now=MONDAY), 3)
    vacate(line.community)
    actions.dispatch(order, actor=line.operator, unit=line.dept)
    actions.sign(order, actor=line.handler)
    actions.submit_result(order, actor=line.handler, result="已修复")
    actions.verify_pass(order, actor=line.operator)
    actions.strike_off(order, actor=line.operator)
    assert (reload(order).state, reload(order).holder) == (State.PENDING_STRIKE_OFF, line.street)
    actions.strike_off(order, actor=line.operator)
    assert (reload(order).state, reload(order).holder) == (State.PENDING_CLOSURE, line.base)
    assert not Escalation.objects.filter(order=order, struck_off_at=None).exclude(to_node=line.base).exists()


@pytest.mark.parametrize(("given", "field"), [({"reason": "mood"}, "reason"), ({"note": "  "}, "note")])
def test_a_report_is_rejected_only_for_a_reason_from_the_list_and_with_words(line, given, field):
    order = report(line, make_ruled_line().worker)
    with pytest.raises(ValidationError) as refusal:
        actions.reject(order, actor=line.clerk, **{"reason": "no_facts", "note": "无法核实"} | given)
    assert list(refusal.value.message_dict) == [field]
    assert reload(order).state == State.REPORTED
