"""The timers: notices once, climbing once per step, nothing at night, nothing doubled by two workers or a crash."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Notification
from grids.calendar import load_calendar
from tests.factories import make_category, make_ruled_line, report
from workorders import actions, sweeps
from workorders.models import Escalation, EscalationStep, Event, Limit, StageClock, WorkOrder
from workorders.states import Move, Stage, State
from workorders.timers import Skip, Verdict, decide

MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def handle_clock(order: WorkOrder) -> StageClock:
    return StageClock.objects.running().get(order=order, stage=Stage.HANDLE)


@pytest.mark.django_db
def test_due_soon_overdue_and_climb_each_happen_once():
    line = make_ruled_line()
    order = report(line, line.clerk, source="hotline", now=MONDAY)
    actions.sign(order, actor=line.worker, now=MONDAY)
    clock = handle_clock(order)
    counts = []
    for moment in (clock.warn_at, clock.warn_at, clock.due_at, clock.due_at, clock.climb_at, clock.climb_at):
        run = sweeps.run(moment)
        counts.append((run.warned, run.overdue, run.escalated))
    assert counts == [(1, 0, 0), (0, 0, 0), (0, 1, 0), (0, 0, 0), (0, 0, 1), (0, 0, 0)]
    kinds = Notification.objects.filter(recipient=line.worker).values_list("kind", flat=True)
    assert sorted(kinds) == ["order_assigned", "order_due_soon", "order_overdue", "order_passed_up"]


@pytest.mark.django_db
def test_what_an_outage_missed_is_caught_up_one_step_a_run():
    line = make_ruled_line()
    order = report(line, line.worker, now=MONDAY)
    late = MONDAY + dt.timedelta(days=40)
    steps = []
    for _ in range(5):
        sweeps.run(late)
        steps.append(WorkOrder.objects.get(pk=order.pk).step)
    assert steps == [1, 2, 3, 4, 4]
    assert handle_clock(order).step.position == 4


@pytest.mark.django_db
def test_an_emergency_climbs_by_its_own_ladder():
    line = make_ruled_line()
    order = report(line, line.worker, now=MONDAY, urgency="emergency")
    sweeps.run(MONDAY + dt.timedelta(hours=3))
    assert WorkOrder.objects.get(pk=order.pk).holder == line.base
    assert WorkOrder.objects.get(pk=order.pk).step == 1


@pytest.mark.django_db
def test_notices_at_night_wait_for_the_morning_unless_it_is_an_emergency():
    line = make_ruled_line()
    night = MONDAY.replace(hour=23)
    report(line, line.clerk, source="hotline", now=night)
    report(line, line.clerk, source="hotline", now=night, urgency="emergency")
    calm, urgent = Notification.objects.filter(recipient=line.worker).order_by("id")
    assert timezone.localtime(calm.deliver_at) == MONDAY.replace(day=17, hour=8)
    assert urgent.deliver_at == night


@pytest.mark.django_db
def test_finished_and_suspended_orders_are_left_alone():
    line = make_ruled_line()
    order = report(line, line.worker, now=MONDAY)
    clock = handle_clock(order)
    late = MONDAY + dt.timedelta(days=40)
    assert decide(clock, State.SUSPENDED, None, late).skip == Skip.SUSPENDED
    assert decide(clock, State.CLOSED, None, late).skip == Skip.FINAL
    clock.stopped_at = late
    assert decide(clock, State.IN_PROGRESS, None, late).skip == Skip.STOPPED


@pytest.mark.django_db
def test_a_stage_that_does_not_climb_warns_the_level_above():
    line = make_ruled_line()
    order = report(line, line.worker, now=MONDAY)
    actions.sign(order, actor=line.worker, now=MONDAY)
    actions.submit_result(order, actor=line.worker, result="换了灯泡", now=MONDAY)
    sweeps.run(MONDAY + dt.timedelta(days=10))
    assert WorkOrder.objects.get(pk=order.pk).state == State.PENDING_VERIFICATION
    assert Notification.objects.filter(recipient=line.secretary, kind="order_overdue").count() == 1
    clock = StageClock.objects.running().get(order=order, stage=Stage.VERIFY)
    assert decide(clock, order.state, None, MONDAY + dt.timedelta(days=10)).skip == Skip.DOES_NOT_CLIMB


@pytest.mark.django_db
def test_an_order_keeps_the_ladder_it_was_accepted_under():
    line = make_ruled_line()
    order = report(line, line.worker, now=MONDAY)
    EscalationStep.objects.filter(position__gte=1).update(valid_to=MONDAY + dt.timedelta(hours=1))
    newer = report(line, line.worker, now=MONDAY + dt.timedelta(hours=2))
    sweeps.run(MONDAY + dt.timedelta(days=40))
    assert WorkOrder.objects.get(pk=order.pk).step == 1
    assert WorkOrder.objects.get(pk=newer.pk).step == 0


@pytest.mark.django_db
def test_an_order_without_a_base_grid_starts_climbing_where_it_lies():
    line = make_ruled_line()
    order = report(line, line.clerk, grid=line.community, source="hotline", now=MONDAY)
    sweeps.run(MONDAY + dt.timedelta(days=40))
    sweeps.run(MONDAY + dt.timedelta(days=40))
    assert WorkOrder.objects.get(pk=order.pk).holder in {line.street, line.district}
    assert order.holder == line.street


@pytest.mark.django_db
def test_the_dry_run_says_what_would_happen_and_why_not(capsys):
    line = make_ruled_line()
    order = report(line, line.worker, now=MONDAY)
    late = (MONDAY + dt.timedelta(days=40)).isoformat()
    call_command("run_timers", "--dry-run", "--json", "--now", late)
    rows = {row["stage"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["handle"]["verdict"] == Verdict.CLIMB
    assert rows["sign"]["verdict"] == Verdict.OVERDUE
    assert not Escalation.objects.filter(order=order).exists()
    with pytest.raises(CommandError, match="--now"):
        call_command("run_timers", "--now", "tomorrow")


@pytest.mark.django_db
def test_history_cannot_be_changed_or_deleted():
    line = make_ruled_line()
    order = report(line, line.worker)
    for statement in ("UPDATE workorders_event SET note = 'x'", "DELETE FROM workorders_event"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Event.objects.filter(order=order).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_sweeping_at_once_move_each_order_once():
    line = make_ruled_line()
    category = make_category(needs_photo=False)
    orders = [report(line, line.worker, category=category, now=MONDAY) for _ in range(40)]
    late = MONDAY + dt.timedelta(days=40)

    def sweep() -> None:
        sweeps.run(late, batch=5)
        connection.close()

    workers = [threading.Thread(target=sweep) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(WorkOrder.objects.values_list("step", flat=True)) == {1}
    assert Event.objects.filter(move=Move.ESCALATE).count() == len(orders)
    assert Notification.objects.filter(kind="order_escalated").count() == len(orders)


@pytest.mark.django_db(transaction=True)
def test_two_people_accepting_at_once_accept_once():
    line = make_ruled_line()
    order = report(line, make_ruled_line().worker)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def accept(person: object) -> None:
        ready.wait()
        try:
            actions.accept(order.pk, actor=person)
            outcomes.append("accepted")
        except Exception as error:  # the loser's plain refusal is what we look at
            outcomes.append(type(error).__name__)
        connection.close()

    people = [threading.Thread(target=accept, args=(person,)) for person in (line.worker, line.leader)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes) == ["InvalidMove", "accepted"]
    assert Event.objects.filter(order=order, move=Move.ACCEPT).count() == 1


SWEEP_AND_DIE = """
import os, signal, django
django.setup()
from django.db.models.query import QuerySet
from workorders import sweep_climbs, sweeps
real = sweep_climbs._move_orders
def die(*args):
    real(*args)
    print("in the middle", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
sweep_climbs._move_orders = die
from django.utils.dateparse import parse_datetime
sweeps.run(parse_datetime(os.environ["SWEEP_AT"]))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_sweep_loses_and_doubles_nothing():
    line = make_ruled_line()
    orders = [report(line, line.worker, now=MONDAY) for _ in range(5)]
    late = MONDAY + dt.timedelta(days=40)
    database = connection.settings_dict
    host = database["OPTIONS"].get("host") or database["HOST"]
    address = f"postgresql://{database['USER']}@/{database['NAME']}?host={host}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": address,
        "SWEEP_AT": late.isoformat(),
    }
    victim = subprocess.run(
        [sys.executable, "-c", SWEEP_AND_DIE], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert victim.returncode == -signal.SIGKILL, victim.stderr
    assert "in the middle" in victim.stdout
    assert set(WorkOrder.objects.values_list("step", flat=True)) == {0}
    sweeps.run(late)
    assert set(WorkOrder.objects.values_list("step", flat=True)) == {1}
    assert Event.objects.filter(move=Move.ESCALATE).count() == len(orders)


@pytest.mark.django_db
def test_a_step_whose_level_is_empty_is_taken_by_somebody_of_the_level_above():
    line = make_ruled_line()
    line.leader.posts.update(ends_on="2021-01-01")
    order = report(line, line.worker, now=MONDAY)
    sweeps.run(MONDAY + dt.timedelta(days=40))
    order.refresh_from_db()
    assert (order.step, order.holder, order.assignee) == (1, line.base, line.secretary)
    assert Notification.objects.filter(recipient=line.secretary, kind="order_escalated").count() == 1


@pytest.mark.django_db
def test_correcting_the_gravity_at_acceptance_moves_the_deadline_of_the_whole_order():
    line = make_ruled_line()
    order = report(line, make_ruled_line().worker, now=MONDAY)
    before = order.whole_due_at
    accepted = actions.accept(order, actor=line.worker, urgency="emergency", now=MONDAY)
    clock = StageClock.objects.running().get(order=order, stage=Stage.WHOLE)
    assert accepted.whole_due_at == clock.due_at < before
    assert clock.started_at == MONDAY


@pytest.mark.django_db
def test_after_a_rework_the_grace_is_counted_anew_in_its_own_unit():
    line = make_ruled_line()
    Limit.objects.filter(district=line.district, stage=Stage.HANDLE).update(unit="hour", value=8)
    order = report(line, line.worker, now=MONDAY)
    actions.sign(order, actor=line.worker, now=MONDAY)
    actions.submit_result(order, actor=line.worker, result="换了灯泡", now=MONDAY + dt.timedelta(hours=2))
    saturday = MONDAY + dt.timedelta(days=5)
    actions.verify_fail(order, actor=line.leader, note="仍不亮", now=saturday)
    clock, calendar = handle_clock(order), load_calendar()
    assert clock.due_at == saturday + dt.timedelta(hours=6)
    grace = EscalationStep.objects.get(district=line.district, urgency="", position=0)
    assert clock.climb_at == calendar.add(clock.due_at, grace.grace_value, grace.grace_unit)
