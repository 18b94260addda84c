"""What is true of every order whatever is done to it, in whatever order, at whatever time, by whom.

Random sequences of the real moves by whoever may make them, with the timers in between, on the real database.
"""

import datetime as dt
import random
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework import serializers

from grids.backends import standing_for
from tests.factories import Line, make_category, make_post, make_ruled_line, make_unit, make_user, report
from tests.workorders.arguments import NoArguments, arguments
from workorders import auditing, sweep_notices, sweeps
from workorders.api_moves import MOVES as API_MOVES
from workorders.models import Limit, StageClock, WorkOrder
from workorders.states import FINAL, Move, OrderKind, Stage, State
from workorders.workflow import MOVES, InvalidMove, moves_for

MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WAITS = [0, 5, 30, 90, 300, 480, 1500, 4500]
"""Minutes between two moves: from at once to some days."""
BESIDE = frozenset({Stage.SIGN, Stage.DISPATCH})
"""Clocks that may run beside the handling clock without being the stage's own."""
ENDING = frozenset({Move.VOID, Move.WITHDRAW, Move.REJECT, Move.MERGE, Move.GRANT_EXCLUSION})
"""Moves after which little can be done: taken now and then only, or walks would end before they have begun."""

programs = st.lists(st.integers(min_value=0, max_value=2**32 - 1), min_size=12, max_size=26)


@pytest.fixture
def line(db: None) -> Line:
    """A line with a second department, whose rules allow pauses more than once, so that they come up often."""
    line = make_ruled_line()
    other = make_unit(line.district, function="water")
    line.people["plumber"] = make_user("plumber", display_name="Plumber")
    make_post(line.people["plumber"], "dept_handler", line.district, other)
    Limit.objects.filter(stage__in=[Stage.EXTENSION, Stage.SUSPENSION]).update(times=3)
    return line


def step(line: Line, now: dt.datetime, seed: int) -> tuple[dt.datetime, str]:
    """Let time pass, and then sweep or make one move that somebody may make; returns the time and what was done."""
    rng = random.Random(seed)
    now += dt.timedelta(minutes=rng.choice(WAITS))
    with time_machine.travel(now, tick=False):
        if rng.random() < 0.2:
            sweeps.run(now)
            return now, "sweep"
        orders = list(WorkOrder.objects.filter(district=line.district).select_related("category").order_by("pk"))
        rng.shuffle(orders)
        orders.sort(key=lambda order: order.is_final and rng.random() < 0.8)
        actors = list(line.people.values())
        rng.shuffle(actors)
        for order in orders[:2]:
            possible = [(move, actor) for actor in actors for move in moves_for(order, standing_for(actor))]
            if not possible:
                continue
            moves = sorted({move for move, _actor in possible})
            lasting = [move for move in moves if move not in ENDING]
            move = rng.choice(lasting if lasting and rng.random() < 0.9 else moves)
            actor = next(actor for found, actor in possible if found == move)
            try:
                with transaction.atomic():
                    given = arguments(move, order, line, now, rng)
                    API_MOVES[move].action(order, actor=actor, now=now, **given)
            except (InvalidMove, PermissionDenied, ValidationError):
                return now, f"refused {move}"
            return now, move
    return now, "nothing"


def check(line: Line, now: dt.datetime) -> None:
    """Look at every order, also those that the moves made."""
    orders = WorkOrder.objects.filter(district=line.district)
    for order in orders:
        running = {clock.stage: clock for clock in StageClock.objects.running().filter(order=order)}
        whole = list(StageClock.objects.filter(order=order, stage=Stage.WHOLE))
        assert len(whole) == (order.kind == OrderKind.INCIDENT), "the whole clock is one and never starts anew"
        assert all(clock.started_at == order.reported_at for clock in whole)
        if order.state in FINAL or order.state == State.SUSPENDED:
            assert not running, f"{order.state} has a running clock: {sorted(running)}"
            continue
        assert (Stage.WHOLE in running) == bool(whole)
        live = set(running) - {Stage.WHOLE}
        main = live - BESIDE if Stage.HANDLE in live else live
        assert len(main) == 1, f"one live stage clock, not {sorted(live)}, in {order.state}"
        clock = running[next(iter(main))]
        assert (order.stage, order.due_at, order.warn_at) == (clock.stage, clock.due_at, clock.warn_at)
        assert all(order.whole_due_at == clock.due_at for clock in whole)
    having = sweep_notices.who_has(orders.open(), now)
    for order in orders.open():
        assert order.assignee_id or having[order.pk], f"{order.state}: nobody has it"
    found = auditing.compare(orders, now)
    assert found.differing == []
    assert found.skipped == 0


@settings(
    max_examples=14,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking on a real database takes longer than reading the failure
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(program=programs)
def test_whatever_is_done_to_orders_they_stay_whole(line, program):
    with transaction.atomic():
        now = MONDAY
        for number, by in enumerate([line.worker, line.clerk]):
            category = make_category(needs_photo=False, difficulty=["hard", "simple"][number])
            report(line, by, category=category, source=["grid", "hotline"][number], now=now)
        for seed in program:
            now, _done = step(line, now, seed)
            check(line, now)
        transaction.set_rollback(True)


def test_the_walk_makes_most_moves(line):
    """The property test is worth what it reaches: here a longer walk counts the moves that were really made."""
    done: Counter[str] = Counter()
    now = MONDAY
    for seed in range(160):
        if seed % 20 == 0:
            report(line, line.worker, category=make_category(needs_photo=False, difficulty="hard"), now=now)
        now, what = step(line, now, seed)
        done[what] += 1
    check(line, now)
    assert done["sweep"] > 10
    assert len(set(done) & set(MOVES)) >= 20, done


@pytest.mark.parametrize("move", sorted(MOVES))
def test_arguments_are_known_for_every_move(line, move):
    order = report(line, line.worker, category=make_category(needs_photo=False), now=MONDAY)
    for seed in range(5):
        arguments(Move(move), order, line, MONDAY, random.Random(seed))


def test_a_move_that_takes_something_unknown_does_not_go_untested(line, monkeypatch):
    order = report(line, line.worker, category=make_category(needs_photo=False), now=MONDAY)

    class Strange(API_MOVES[Move.SIGN].takes):
        colour = serializers.JSONField()

    monkeypatch.setitem(API_MOVES, Move.SIGN, type(API_MOVES[Move.SIGN])(Strange, API_MOVES[Move.SIGN].action))
    with pytest.raises(NoArguments, match="colour"):
        arguments(Move.SIGN, order, line, MONDAY, random.Random(1))
