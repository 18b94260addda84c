"""The demo's orders obey the rules: histories that hang together, clocks that fit them, timers with nothing missed."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Count, F, Max, Q

from coordination.models import JointReview, Whistle
from demo.live import TIMERS_EVERY
from hotline.models import Request
from supervision.models import SupervisionOrder
from tests.demo.conftest import NOW
from workorders import sweeps
from workorders.models import Escalation, Event, NumberSequence, StageClock, WorkOrder
from workorders.states import CLIMBING, FINAL, Move, Source, Stage, State
from workorders.timers import Verdict
from workorders.workflow import MOVES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

OTHER_ENDS = {
    (Move.VERIFY_PASS, State.PENDING_STRIKE_OFF),
    (Move.STRIKE_OFF, State.PENDING_STRIKE_OFF),
}
"""Where a guard chooses another state than the table's usual one."""

TOLD_FROM_ABOVE = {Move.SUPERVISE, Move.CONVENE_REVIEW, Move.DECIDE_REVIEW, Move.WHISTLE}
"""Rows that an app above writes: no move of the table, and no state changes."""


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_each_history_begins_with_the_report_and_goes_on_from_state_to_state():
    torn = rows(
        """
        SELECT order_id, move, from_state, previous FROM (
            SELECT order_id, move, from_state,
                   coalesce(lag(to_state) OVER (PARTITION BY order_id ORDER BY id), '') AS previous
            FROM workorders_event
            WHERE order_id NOT IN (SELECT id FROM workorders_workorder WHERE kind = 'task')) AS steps
        WHERE from_state <> previous OR (previous = '') <> (move = 'report')
        """
    )
    assert torn == []


def test_each_history_ends_where_its_order_stands():
    last = {e.order_id: e for e in Event.objects.order_by("order_id", "-id").distinct("order_id")}
    orders = list(WorkOrder.objects.all())
    assert [o.number for o in orders if last[o.pk].to_state != o.state] == []
    counts = dict(Event.objects.values_list("order").annotate(Count("id")))
    assert [o.number for o in orders if o.version != counts[o.pk]] == []


def test_every_move_is_in_the_table():
    moved = Event.objects.exclude(move=Move.REPORT).exclude(order__kind="task")
    made = set(moved.values_list("move", "from_state", "to_state"))
    for move, before, after in made:
        if move in TOLD_FROM_ABOVE:
            assert after == before, move
            continue
        assert before in MOVES[Move(move)].sources, (move, before)
        assert after == (MOVES[Move(move)].to or before) or (move, after) in OTHER_ENDS, (move, after)


def test_moves_follow_each_other_in_time_and_none_lies_ahead():
    late = rows(
        """
        SELECT order_id, id FROM (
            SELECT order_id, id, at, elapsed_seconds, lag(at) OVER (PARTITION BY order_id ORDER BY id) AS previous
            FROM workorders_event) AS steps
        WHERE at < previous OR abs(extract(epoch FROM at - previous) - elapsed_seconds) >= 1
        """
    )
    assert late == []
    assert not Event.objects.filter(at__gt=NOW).exists()


def test_an_open_order_runs_its_whole_clock_and_the_one_clock_it_shows():
    incidents = WorkOrder.objects.open().filter(kind="incident").exclude(state=State.SUSPENDED)
    for order in incidents.prefetch_related("clocks"):
        running = [clock for clock in order.clocks.all() if clock.stopped_at is None]
        (whole,) = [clock for clock in running if clock.stage == Stage.WHOLE]
        (shown,) = [clock for clock in running if clock.stage == order.stage]
        assert (shown.warn_at, shown.due_at) == (order.warn_at, order.due_at), order.number
        assert whole.due_at == order.whole_due_at, order.number
        beside = {Stage.SIGN} if order.state == State.DISPATCHED else {Stage.DISPATCH} if order.return_count else set()
        assert {clock.stage for clock in running} - {order.stage, Stage.WHOLE} <= beside, order.number


def test_a_finished_order_runs_no_clock_and_ended_with_its_last_stop():
    done = WorkOrder.objects.filter(state__in=FINAL)
    assert not StageClock.objects.running().filter(order__in=done).exists()
    assert not done.filter(finished_at=None).exists()
    ends = done.annotate(stopped=Max("clocks__stopped_at"))
    assert not ends.exclude(stopped=F("finished_at")).exists()


def test_no_order_was_left_standing_past_its_climb():
    slack = TIMERS_EVERY + dt.timedelta(minutes=1)
    climbing = StageClock.objects.filter(stage__in=CLIMBING, climb_at__isnull=False)
    assert not climbing.filter(stopped_at__gt=F("climb_at") + slack).exists()
    assert not climbing.running().filter(climb_at__lte=NOW).exists()


def test_clocks_are_marked_as_the_timers_would_have_marked_them():
    slack = TIMERS_EVERY + dt.timedelta(minutes=1)
    until = Q(stopped_at=None) | Q(stopped_at__gt=F("due_at") + slack)
    assert not StageClock.objects.filter(until, overdue_at=None, due_at__lt=NOW - slack).exists()
    never_stood_still = StageClock.objects.filter(paused_seconds=0)  # else the deadline moved on after the mark
    assert not never_stood_still.filter(overdue_at__lt=F("due_at")).exists()
    assert not StageClock.objects.filter(overdue_at__isnull=False, warned_at=None).exists()
    assert not StageClock.objects.filter(stopped_at__isnull=False, next_at__isnull=False).exists()


def test_the_timers_have_nothing_left_to_do_at_that_moment():
    decisions = sweeps.preview(list(WorkOrder.objects.open()), NOW)
    assert len(decisions) > 200
    assert {decision.verdict for _order, _clock, decision in decisions} == {Verdict.SKIP}


def test_the_timers_go_on_from_there():
    run = sweeps.run(NOW + dt.timedelta(days=5))
    assert run.escalated > 5
    assert run.overdue > 20


def test_clocks_have_the_values_of_the_rows_they_name():
    assert not StageClock.objects.filter(limit__isnull=False).exclude(value=F("limit__value")).exists()
    assert not StageClock.objects.filter(limit__isnull=False).exclude(unit=F("limit__unit")).exists()
    assert not StageClock.objects.filter(limit__isnull=False).exclude(stage=F("limit__stage")).exists()
    assert not StageClock.objects.filter(step__isnull=False).exclude(value=F("step__value")).exists()


def test_numbers_count_up_within_their_day_and_source_and_the_next_one_is_free():
    kinds = (WorkOrder, Request, Whistle, JointReview, SupervisionOrder)
    numbers = [number for model in kinds for number in model.objects.values_list("number", flat=True)]
    assert len(numbers) == len(set(numbers))
    last = dict(NumberSequence.objects.values_list("prefix", "last"))
    by_prefix = {}
    for number in numbers:
        by_prefix.setdefault(number[:-5], []).append(int(number[-5:]))
    assert {prefix: max(found) for prefix, found in by_prefix.items()} == last
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in by_prefix.values())
    for order in WorkOrder.objects.all()[:300]:
        local = order.reported_at.astimezone(dt.timezone(dt.timedelta(hours=8)))
        assert order.number.startswith(f"370811{local:%Y%m%d}{Source(order.source).letter}")


def test_orders_climb_a_step_at_a_time_and_are_struck_off_from_the_top_once_solved():
    for order in WorkOrder.objects.filter(is_escalated=True).prefetch_related("escalations"):
        climbs = list(order.escalations.all())
        lowest = 1 if order.community_id else 4  # what lies in no grid climbs at the district alone
        assert [climb.position for climb in climbs] == list(range(lowest, order.step + 1)), order.number
        if order.state in {State.CLOSED, State.EVALUATED, State.PENDING_CLOSURE}:
            upper = [climb for climb in climbs if climb.to_node_id != order.grid_id]
            times = [climb.struck_off_at for climb in reversed(upper)]
            assert None not in times, order.number
            assert times == sorted(times), order.number
    assert Escalation.objects.filter(position=4).exists()


def test_whoever_was_handed_an_order_keeps_sight_of_it():
    for order in WorkOrder.objects.open().filter(assignee__isnull=False):
        assert order.involvements.filter(user=order.assignee_id).exists(), order.number
    for order in WorkOrder.objects.open().filter(lead_unit__isnull=False, state=State.DISPATCHED):
        assert order.involvements.filter(unit=order.lead_unit_id).exists(), order.number


def test_callers_cannot_be_reached_and_only_calls_have_them():
    for order in WorkOrder.objects.exclude(contact_phone=""):
        assert order.contact_phone.startswith("12")
        assert order.source in {Source.HOTLINE, Source.CITIZEN}
    assert WorkOrder.objects.exclude(contact_phone="").count() > 20


def test_every_order_of_a_grid_says_which_rule_dispatched_it():
    dispatched = WorkOrder.objects.filter(dispatched_at__isnull=False).exclude(kind="task")
    assert not dispatched.filter(routing={}).exists()


def test_a_whistle_is_open_and_a_review_has_decided_with_a_precedent():
    whistle = Whistle.objects.get(finished_at=None)
    assert sorted(part.came for part in whistle.summons.all()) == [False, False, True]
    review = JointReview.objects.get(state="decided")
    assert (review.precedent.lead_unit, review.order.lead_unit) == (review.lead_unit, review.lead_unit)


def test_supervision_stands_in_every_state_and_its_marks_fit():
    states = dict(SupervisionOrder.objects.values_list("state").annotate(Count("pk")))
    assert states["issued"] == 2
    assert states["replied"] == states["closed"] == 1
    assert SupervisionOrder.objects.filter(state="issued", overdue_at__isnull=False).count() == 1
    marked = dict(WorkOrder.objects.exclude(supervision_level="").values_list("pk", "supervision_level"))
    assert marked == dict(SupervisionOrder.objects.running().values_list("order", "level"))
    assert WorkOrder.objects.filter(urge_count=1).count() == 1


def test_one_report_is_merged_one_order_explained_and_one_reopened():
    merged = WorkOrder.objects.get(state=State.MERGED)
    head = merged.merged_into
    assert (head.category_id, head.grid_id, head.lng, head.lat) == (
        merged.category_id,
        merged.grid_id,
        merged.lng,
        merged.lat,
    )
    assert head.state not in FINAL
    explained = WorkOrder.objects.get(closing_kind="explained")
    (approval,) = explained.approvals.all()
    assert explained.state == State.CLOSED
    assert (approval.kind, approval.state, approval.note) == ("explanation", "granted", explained.answer)
    again = WorkOrder.objects.get(reopen_count=1)
    assert (again.state, again.rating) == (State.IN_PROGRESS, None)
    assert again.events.filter(move=Move.EVALUATE).exists()
