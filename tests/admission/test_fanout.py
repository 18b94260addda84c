"""Rounds going out: each once, to an owner, at any standstill, by any number of workers."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification
from admission import actions, fanout
from admission.models import Assignment, Round, Task
from admission.rounds import round_dates
from grids.models import Kind
from grids.roles import Role
from tests.admission.conftest import proposal, terms
from tests.factories import make_grid, make_post, make_user
from workorders import sweeps
from workorders.models import Event, Involvement, StageClock, WorkOrder
from workorders.states import Move, OrderKind, Source, State

CHINA = ZoneInfo("Asia/Shanghai")
APPLIED = dt.datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
MONDAY = dt.datetime(2026, 11, 23, 0, 5, tzinfo=CHINA)


def admitted(line, **fields) -> Task:
    where = fields.pop("where", None)
    if where is None:
        line.district.refresh_from_db()
        where = terms(line.district)
    task = actions.apply(line.dept, actor=line.bureau, proposal=proposal(where, **fields), now=APPLIED)
    line.chief.__dict__.pop("_standing", None)  # grids made meanwhile renumbered the tree
    return actions.admit(task, actor=line.chief, now=APPLIED)


@pytest.mark.django_db
def test_a_round_makes_an_order_for_each_grid_with_its_owner_and_the_tasks_deadline(line):
    task = admitted(line)
    assert fanout.run(MONDAY - dt.timedelta(minutes=10)) == 0
    assert fanout.run(MONDAY) == 1
    part = Assignment.objects.select_related("order", "round").get()
    order = part.order
    assert (order.kind, order.state, order.source) == (OrderKind.TASK, State.IN_PROGRESS, Source.DEPARTMENT)
    assert order.number.startswith(f"{line.district.code[:6]}20261123D")
    assert (order.assignee, order.holder, order.grid) == (line.worker, line.base, line.base)
    assert (order.description, order.category.is_active) == (task.title, False)
    assert order.due_at == part.round.due_at == dt.datetime(2026, 11, 30, 17, 30, tzinfo=CHINA)
    assert (part.worker, part.street, part.community) == (line.worker, line.street, line.community)
    clock = StageClock.objects.get(order=order)
    assert (clock.stage, clock.due_at, clock.limit, clock.step, clock.is_given) == (
        "handle",
        order.due_at,
        None,
        None,
        True,
    )
    assert (clock.value, clock.unit) == (5, "working_day")
    event = Event.objects.get(order=order)
    assert (event.move, event.from_state, event.to_state, event.to_user) == (
        Move.DISPATCH,
        "",
        "in_progress",
        line.worker,
    )
    assert Involvement.objects.filter(order=order, user=line.worker).exists()
    task.refresh_from_db()
    assert task.next_on is None


@pytest.mark.django_db
def test_running_it_again_does_nothing_again(line):
    admitted(line)
    assert [fanout.run(MONDAY) for _ in range(3)] == [1, 0, 0]
    assert WorkOrder.objects.count() == Notification.objects.filter(kind="task_round").count() == 1


@pytest.mark.django_db
def test_each_worker_is_told_once_a_round_after_the_quiet_hours(line):
    for _ in range(3):
        make_post(line.worker, Role.GRID_WORKER, make_grid(line.community), is_primary=True)
    admitted(line)
    assert fanout.run(MONDAY) == 4
    note = Notification.objects.get(kind="task_round")
    assert (note.recipient, note.params["grids"]) == (line.worker, 4)
    assert note.deliver_at == dt.datetime(2026, 11, 23, 8, 0, tzinfo=CHINA)


@pytest.mark.django_db
def test_a_grid_without_a_worker_falls_to_its_leader_then_to_the_levels_above(line):
    led, bare = make_grid(line.community), make_grid(line.community)
    leader = make_user()
    make_post(leader, Role.GRID_LEADER, led)
    admitted(line)
    fanout.run(MONDAY)
    owners = {part.grid: (part.order.assignee, part.order.holder) for part in Assignment.objects.all()}
    assert owners == {
        line.base: (line.worker, line.base),
        led: (leader, led),
        bare: (line.secretary, line.community),
    }


@pytest.mark.django_db
def test_the_primary_worker_comes_before_the_longer_in_post(line):
    colleague = make_user()
    make_post(colleague, Role.GRID_WORKER, line.base, starts_on=dt.date(2010, 1, 1))
    admitted(line)
    fanout.run(MONDAY)
    assert Assignment.objects.get().worker == line.worker


@pytest.mark.django_db
def test_a_micro_grids_order_lies_in_its_base_grid_and_names_the_micro_grid(line):
    micros = [make_grid(line.base, Kind.MICRO) for _ in range(2)]
    line.district.refresh_from_db()
    admitted(line, where=terms(line.district, in_base=False, in_micro=True))
    assert fanout.run(MONDAY) == 2
    parts = Assignment.objects.order_by("id")
    assert [part.grid for part in parts] == micros
    assert {part.order.grid for part in parts} == {line.base}
    assert [part.order.address for part in parts] == [micro.name for micro in micros]
    assert {part.order.assignee for part in parts} == {line.worker}
    assert {part.order.holder for part in parts} == {line.base}


@pytest.mark.django_db
def test_a_dedicated_grids_co_manager_is_kept(line):
    other = make_grid(line.street)
    mall = make_grid(line.community, Kind.DEDICATED, co_managed_by=other)
    line.district.refresh_from_db()
    admitted(line, where=terms(line.district, in_base=False, in_dedicated=True))
    fanout.run(MONDAY)
    order = WorkOrder.objects.get()
    assert (order.grid, order.co_community, order.assignee) == (mall, other, line.secretary)


@pytest.mark.django_db
def test_what_stood_still_is_caught_up_with_the_newest_round_and_full_time(line):
    weekly = terms(line.district, rhythm="weekly", ends_on=dt.date(2027, 2, 1))
    task = admitted(line, where=weekly)
    fanout.run(MONDAY)
    late = dt.datetime(2026, 12, 16, 10, 0, tzinfo=CHINA)
    assert fanout.run(late) == 1
    rounds = list(Round.objects.order_by("day").values_list("day", "is_missed", "grids"))
    assert rounds == [
        (dt.date(2026, 11, 23), False, 1),
        (dt.date(2026, 11, 30), True, 0),
        (dt.date(2026, 12, 7), True, 0),
        (dt.date(2026, 12, 14), False, 1),
    ]
    newest = Round.objects.get(day=dt.date(2026, 12, 14))
    assert newest.due_at == dt.datetime(2026, 12, 23, 17, 30, tzinfo=CHINA)
    task.refresh_from_db()
    assert task.next_on == dt.date(2026, 12, 21)


@pytest.mark.django_db
@pytest.mark.parametrize("rhythm", ["weekly", "monthly"])
def test_over_a_year_every_round_goes_out_on_its_day_and_then_no_more(line, rhythm):
    first, last = dt.date(2026, 12, 31), dt.date(2027, 12, 31)
    task = admitted(line, where=terms(line.district, rhythm=rhythm, starts_on=first, ends_on=last))
    day = first - dt.timedelta(days=2)
    while day <= last + dt.timedelta(days=9):
        fanout.run(dt.datetime.combine(day, dt.time(1), CHINA))
        day += dt.timedelta(days=1)
    issued = list(Round.objects.order_by("day").values_list("day", flat=True))
    assert issued == round_dates(rhythm, first, last)
    assert len(issued) == {"weekly": 53, "monthly": 13}[rhythm]
    assert not Round.objects.filter(is_missed=True).exists()
    task.refresh_from_db()
    assert task.next_on is None


@pytest.mark.django_db
def test_only_admitted_tasks_go_out(line):
    pending = actions.apply(line.dept, actor=line.bureau, proposal=proposal(terms(line.district)), now=APPLIED)
    refused = actions.apply(line.dept, actor=line.bureau, proposal=proposal(terms(line.district)), now=APPLIED)
    actions.refuse(refused, actor=line.chief, opinion="No.", now=APPLIED)
    assert fanout.run(MONDAY) == 0
    assert pending.rounds.count() == 0


@pytest.mark.django_db
def test_a_task_warns_and_goes_overdue_but_never_climbs(line):
    admitted(line)
    fanout.run(MONDAY)
    order = WorkOrder.objects.get()
    counts = []
    for moment in (order.warn_at, order.due_at, order.due_at + dt.timedelta(days=60)):
        run = sweeps.run(moment)
        counts.append((run.warned, run.overdue, run.escalated))
    assert counts == [(1, 0, 0), (0, 1, 0), (0, 0, 0)]
    kinds = Notification.objects.filter(recipient=line.worker).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["task_round", "order_due_soon", "order_overdue"]
    order.refresh_from_db()
    assert (order.state, order.is_escalated) == (State.IN_PROGRESS, False)


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_grids(line):
    def count(grids: int) -> int:
        for _ in range(grids):
            make_post(make_user(), Role.GRID_WORKER, make_grid(line.community), is_primary=True)
        admitted(line)
        with CaptureQueriesContext(connection) as caught:
            assert fanout.run(MONDAY) > grids
        return len(caught)

    few = count(1)
    assert count(40) <= few <= 30


def at_once(*calls):
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_fan_outs_at_once_issue_each_round_once(line, attempt):
    for _ in range(20):
        make_post(make_user(), Role.GRID_WORKER, make_grid(line.community), is_primary=True)
    tasks = [admitted(line), admitted(line)]
    issued = at_once(*[lambda: fanout.run(MONDAY) for _ in range(4)])
    assert sum(issued) == 42
    assert Round.objects.count() == 2
    for task in tasks:
        assert Assignment.objects.filter(task=task).count() == 21
    assert WorkOrder.objects.count() == StageClock.objects.count() == Event.objects.count() == 42
    assert len(set(WorkOrder.objects.values_list("number", flat=True))) == 42
    assert Notification.objects.filter(kind="task_round").count() == 42


@pytest.mark.django_db(transaction=True)
def test_a_fan_out_and_an_end_at_once_leave_nothing_open(line):
    for _ in range(10):
        make_post(make_user(), Role.GRID_WORKER, make_grid(line.community), is_primary=True)
    task = admitted(line)
    at_once(lambda: fanout.run(MONDAY), lambda: actions.end(task, actor=line.chief, reason="Stop.", now=MONDAY))
    fanout.run(MONDAY)
    assert not WorkOrder.objects.open().exists()
    assert not Assignment.objects.open().exists()
    task.refresh_from_db()
    assert task.state == "ended"
