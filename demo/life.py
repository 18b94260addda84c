"""One order's life on paper: the same moves as `workorders.actions`, made on rows that are not in the database yet.

A district's history of years cannot be made by a hundred thousand transactions, so it is written down here and
loaded in bulk. Everything that decides - states, limits, deadlines, ladder - is asked of the product's own rules;
tests/demo/test_history.py makes the same lives by the real actions and compares row by row.
"""

import datetime as dt
from dataclasses import dataclass, field

from demo.rows import ClimbRow, ClockRow, EventRow
from demo.world import Person, World
from grids.models import Unit
from grids.roles import Role
from workorders.actions.moving import make_accountable
from workorders.climbing import next_climb
from workorders.clocks import grace_step, level_of
from workorders.models import EscalationStep, Limit, WorkOrder
from workorders.reckoning import times
from workorders.states import ClosingKind, Move, Stage, State
from workorders.workflow import MOVES

SWEEP_EVERY = dt.timedelta(minutes=5)
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class ImpossibleMove(Exception):
    """A story asked for a move that the table of moves does not have."""


def next_sweep(at: dt.datetime) -> dt.datetime:
    """Return the first run of the timers at or after a moment."""
    return at + (_EPOCH - at) % SWEEP_EVERY


@dataclass
class Life:
    """An order and the rows that belong to it."""

    world: World
    order: WorkOrder
    now: dt.datetime
    events: list[EventRow] = field(default_factory=list)
    clocks: list[ClockRow] = field(default_factory=list)
    climbs: list[ClimbRow] = field(default_factory=list)
    users: dict[int, dt.datetime] = field(default_factory=dict)
    units: dict[int, dt.datetime] = field(default_factory=dict)

    def report(self, actor: Person | None) -> None:
        order = self.order
        order.reported_at = self.now
        order.reporter_id = actor[0] if actor else None
        order.state = State.REPORTED
        order.holder_id = order.grid_id
        order.version = 0
        whole = self._start(Stage.WHOLE, is_main=False)
        order.whole_due_at = whole.due_at
        self._note("", Move.REPORT, actor)

    def wait_for_acceptance(self) -> None:
        self._start(Stage.ACCEPT)

    def solve_on_the_spot(self, actor: Person, result: str, holder_id: int) -> None:
        order = self.order
        before = self._leave(Move.SELF_HANDLE)
        self._stop(Stage.ACCEPT)
        order.accepted_at = self.now
        order.result = result
        order.handler_id = actor[0]
        make_accountable(order, None)
        order.state = State.PENDING_CLOSURE
        self._hand_to(holder_id)
        self._start(Stage.CLOSE)
        self._note(before, Move.SELF_HANDLE, actor, note=result)

    def accept(self, actor: Person) -> None:
        before = self._leave(Move.ACCEPT)
        self._stop(Stage.ACCEPT)
        self.order.accepted_at = self.now
        self.order.state = State.FILED
        self._note(before, Move.ACCEPT, actor)

    def reject(self, actor: Person, reason: str, note: str) -> None:
        before = self._leave(Move.REJECT)
        self.order.state = State.REJECTED
        self._end()
        self._note(before, Move.REJECT, actor, reason=reason, note=note)

    def dispatch(
        self, actor: Person | None, *, user_id: int | None = None, unit: Unit | None = None, note: str = ""
    ) -> None:
        """Hand over to a person or a unit; `actor` None is the automatic dispatch."""
        order = self.order
        before = self._leave(Move.DISPATCH)
        if actor is not None:
            order.is_dispatch_final = order.return_count >= 2
        self._stop(Stage.DISPATCH, Stage.SIGN)
        handling = self._running(Stage.HANDLE)
        if handling is not None and handling.step_id is not None:
            self._stop(Stage.HANDLE)
            handling = None
        self._start(Stage.SIGN, is_main=False)
        if handling is None:
            self._start(Stage.HANDLE)
        else:
            self._show(handling)
        order.dispatched_from_id = order.holder_id
        make_accountable(order, unit.pk if unit is not None else None)
        order.dispatched_at, order.signed_at = self.now, None
        order.assignee_id = user_id
        if unit is not None:
            order.lead_unit_id = unit.pk
            self.units.setdefault(unit.pk, self.now)
        if user_id is not None:
            self.users.setdefault(user_id, self.now)
        order.state = State.DISPATCHED
        self._note(before, Move.DISPATCH, actor, note=note, to_user=user_id)
        if actor is not None and actor[0] == user_id:
            self.sign(actor)

    def sign(self, actor: Person) -> None:
        before = self._leave(Move.SIGN)
        self._stop(Stage.SIGN)
        self.order.signed_at = self.now
        self.order.assignee_id = actor[0]
        self.users.setdefault(actor[0], self.now)
        self.order.state = State.IN_PROGRESS
        self._note(before, Move.SIGN, actor)

    def give_back(self, actor: Person, holder_id: int, reason: str, note: str) -> None:
        order = self.order
        before = self._leave(Move.RETURN_ORDER)
        order.return_count += 1
        self._stop(Stage.SIGN)
        self._hand_to(holder_id)
        order.lead_unit_id = None
        order.state = State.FILED
        self._start(Stage.DISPATCH, is_main=False)
        self._note(before, Move.RETURN_ORDER, actor, reason=reason, note=note)

    def submit(self, actor: Person, result: str, verifier_node_id: int) -> None:
        order = self.order
        before = self._leave(Move.SUBMIT_RESULT)
        self._stop(Stage.HANDLE)
        order.result = result
        order.handler_id = actor[0]
        self._hand_to(verifier_node_id)
        order.state = State.PENDING_VERIFICATION
        self._start(Stage.VERIFY)
        self._note(before, Move.SUBMIT_RESULT, actor, note=result)

    def verify(self, actor: Person, note: str = "") -> None:
        before = self._leave(Move.VERIFY_PASS)
        self._stop(Stage.VERIFY)
        self._strike_off_next(before, Move.VERIFY_PASS, actor, note)

    def send_back(self, actor: Person, note: str) -> None:
        """Fail the verification: back to the handler, whose clock runs on from where it stood."""
        order = self.order
        before = self._leave(Move.VERIFY_FAIL)
        self._stop(Stage.VERIFY)
        order.rework_count += 1
        self._hand_to(order.dispatched_from_id or order.holder_id)
        order.assignee_id = order.handler_id
        order.state = State.IN_PROGRESS
        self._resume(Stage.HANDLE)
        self._note(before, Move.VERIFY_FAIL, actor, note=note, to_user=order.handler_id)

    def strike_off(self, actor: Person, note: str = "") -> None:
        before = self._leave(Move.STRIKE_OFF)
        self._stop(Stage.STRIKE_OFF)
        for climb in self.climbs:
            if climb.to_node_id == self.order.holder_id and climb.struck_off_at is None:
                climb.struck_off_at, climb.struck_off_by_id = self.now, actor[0]
        self._strike_off_next(before, Move.STRIKE_OFF, actor, note)

    def answer(self, actor: Person, answer: str) -> None:
        """Let the accountable unit say the answer to what another one did."""
        before = self._leave(Move.ANSWER)
        self.order.answer = answer
        self._note(before, Move.ANSWER, actor, note=answer)

    def close(self, actor: Person, note: str = "") -> None:
        """Close as solved: to explain takes a second person, which only the actions know."""
        before = self._leave(Move.CLOSE)
        self.order.closing_kind = ClosingKind.SOLVED
        self.order.answer = self.order.answer or self.order.result
        self.order.is_reply_due = False
        self.order.state = State.CLOSED
        self._end()
        self._note(before, Move.CLOSE, actor, note=note)

    def rate(self, actor: Person, rating: int) -> None:
        before = self._leave(Move.EVALUATE)
        self.order.rating = rating
        self.order.state = State.EVALUATED
        self._note(before, Move.EVALUATE, actor)

    def void(self, actor: Person, note: str) -> None:
        before = self._leave(Move.VOID)
        was = self.order.assignee_id
        self.order.state = State.VOIDED
        self._end()
        if was is not None:
            self.users.setdefault(was, self.now)
        self._note(before, Move.VOID, actor, note=note)

    def let_climb(self) -> None:
        """Wait until the timers take the order one step up, as `workorders.sweeps` does."""
        order = self.order
        main = next(c for c in reversed(self.clocks) if c.stopped_at is None and c.climb_at is not None)
        climb_at = main.climb_at
        climb = next_climb(order, self.world.ladder(order))
        if climb is None or climb_at is None:
            message = f"Order {order.number} stands at the top of its ladder."
            raise ImpossibleMove(message)
        self.now = next_sweep(climb_at)
        before = order.state
        owner_id = self.world.owner(climb.node_id, Role(climb.step.role))
        self._stop(Stage.ACCEPT, Stage.DISPATCH, Stage.SIGN, Stage.HANDLE)
        self.climbs.append(
            ClimbRow(
                district_id=order.district_id,
                position=climb.step.position,
                from_node_id=order.holder_id,
                to_node_id=climb.node_id,
                passed_user_id=order.assignee_id,
                at=self.now,
            )
        )
        for user_id in (order.assignee_id, owner_id):
            if user_id is not None:
                self.users.setdefault(user_id, self.now)
        if order.lead_unit_id is not None:
            self.units.setdefault(order.lead_unit_id, self.now)
        order.accepted_at = order.accepted_at or self.now
        order.lead_unit_id = None
        order.step, order.is_escalated = climb.step.position, True
        self._hand_to(climb.node_id)
        order.assignee_id = owner_id
        order.state = State.FILED
        grace = grace_step(self.world.ladder(order), climb.step.position)
        self._show(self._clock(Stage.HANDLE, climb.step, climb_at, grace))
        self._note(before, Move.ESCALATE, None, to_user=owner_id)

    def stand_until(self, now: dt.datetime) -> None:
        """Let time pass with nobody doing anything: the running clocks get the timers' marks up to a moment."""
        self.now = now
        for clock in self.clocks:
            if clock.stopped_at is None:
                self._mark(clock)
                clock.next_at = clock.due_at if clock.overdue_at is None else clock.climb_at
                if clock.warned_at is None:
                    clock.next_at = clock.warn_at

    def _leave(self, move: Move) -> str:
        state = self.order.state
        if state not in MOVES[move].sources:
            message = f"{move} is no move from {state}."
            raise ImpossibleMove(message)
        return state

    def _strike_off_next(self, before: str, move: Move, actor: Person, note: str) -> None:
        order = self.order
        waiting = {c.to_node_id for c in self.climbs if c.struck_off_at is None} - {order.grid_id}
        levels = [node_id for node_id in order.path_ids if node_id in waiting]
        self._hand_to(levels[0] if levels else order.grid_id)
        order.state = State.PENDING_STRIKE_OFF if levels else State.PENDING_CLOSURE
        self._start(Stage.STRIKE_OFF if levels else Stage.CLOSE)
        self._note(before, move, actor, note=note)

    def _hand_to(self, holder_id: int) -> None:
        self.order.holder_id = holder_id
        self.order.assignee_id = None

    def _note(
        self,
        before: str,
        move: Move,
        actor: Person | None,
        *,
        note: str = "",
        reason: str = "",
        to_user: int | None = None,
    ) -> None:
        order = self.order
        order.version += 1
        last = self.events[-1].at if self.events else self.now
        self.events.append(
            EventRow(
                district_id=order.district_id,
                at=self.now,
                actor_id=actor[0] if actor else None,
                actor_role=actor[1].value if actor else "",
                move=move.value,
                from_state=before,
                to_state=order.state,
                node_id=order.holder_id,
                unit_id=order.lead_unit_id,
                to_user_id=to_user,
                reason=reason,
                note=note,
                elapsed_seconds=int((self.now - last).total_seconds()),
            )
        )

    def _start(self, stage: Stage, *, is_main: bool = True) -> ClockRow:
        order = self.order
        row = self.world.limit(order, stage, level_of(order, order.holder_id))
        clock = self._clock(stage, row, self.now, self.world.grace(order, stage))
        if is_main:
            self._show(clock)
        return clock

    def _clock(
        self, stage: Stage, rule: Limit | EscalationStep, started_at: dt.datetime, grace: EscalationStep | None
    ) -> ClockRow:
        at = times(rule, started_at, self.world.calendar, grace)
        is_limit = isinstance(rule, Limit)
        clock = ClockRow(
            district_id=self.order.district_id,
            stage=stage.value,
            limit_id=rule.pk if is_limit else None,
            step_id=None if is_limit else rule.pk,
            value=rule.value,
            unit=rule.unit,
            started_at=started_at,
            warn_at=at.warn_at,
            due_at=at.due_at,
            climb_at=at.climb_at,
            next_at=at.warn_at,
        )
        self.clocks.append(clock)
        return clock

    def _show(self, clock: ClockRow | None) -> None:
        """Copy the main clock to the order's own columns."""
        order = self.order
        order.stage = clock.stage if clock else ""
        order.warn_at = clock.warn_at if clock else None
        order.due_at = clock.due_at if clock else None

    def _running(self, stage: Stage) -> ClockRow | None:
        return next((c for c in self.clocks if c.stage == stage and c.stopped_at is None), None)

    def _stop(self, *stages: Stage) -> None:
        """Stop clocks, with the marks that the timers left on them while they ran."""
        for clock in self.clocks:
            if clock.stopped_at is None and clock.stage in stages:
                self._mark(clock)
                clock.stopped_at = self.now
                clock.next_at = None

    def _mark(self, clock: ClockRow) -> None:
        warned_at, overdue_at = next_sweep(clock.warn_at), next_sweep(clock.due_at)
        if clock.warned_at is None and warned_at < self.now:
            clock.warned_at = warned_at
        if clock.overdue_at is None and overdue_at < self.now:
            clock.overdue_at = overdue_at
            clock.warned_at = clock.warned_at or overdue_at

    def _resume(self, stage: Stage) -> None:
        clock = next(c for c in reversed(self.clocks) if c.stage == stage)
        if clock.stopped_at is not None:
            calendar, stood_from = self.world.calendar, clock.stopped_at
            clock.paused_seconds += int((self.now - stood_from).total_seconds())
            clock.warn_at = calendar.shift(clock.warn_at, stood_from, self.now, clock.unit)
            clock.due_at = calendar.shift(clock.due_at, stood_from, self.now, clock.unit)
            if clock.climb_at is not None:
                clock.climb_at = calendar.shift(clock.climb_at, stood_from, self.now, clock.unit)
            clock.stopped_at = None
        self._show(clock)

    def _end(self) -> None:
        self._stop(*Stage)
        self.order.finished_at = self.now
        self.order.assignee_id = None
        self._show(None)
