"""An order reckoned anew from its history alone: state, holder, every clock's start, pauses, extension and deadline.

Pure. Each history row says in `Event.details["clocks"]` what its move did to the clocks (written by
workorders/clocks.py and the timers' climb), as `{"do": …, "stage": …}`:

    start    by a limits row, a step of the ladder or so many working days, at a moment, with the grace after it
    stop     these stages
    run_on   a stopped clock goes on (rework): what lay ahead moves by the time that it stood still
    wake     the same after a suspension, with at least a working hour left
    unstop   as if it had never been stopped
    extend   the handling's new deadline; `push`: the whole order's, by the same working time
    renew    the whole clock by another limits row, from its old start

What comes out is compared with what is stored (`differences`): a deadline is only right if history, limits rows and
calendar give it too.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grids.calendar import WorkingCalendar
from workorders import reckoning
from workorders.models import EscalationStep, Event, Limit, StageClock, WorkOrder
from workorders.spans import Span, joined, total, without
from workorders.states import FINAL, LimitUnit, Move, Stage, State
from workorders.workflow import MOVES


@dataclass(frozen=True)
class Rules:
    """The rows that history names by key, and the calendar."""

    limits: Mapping[int, Limit]
    steps: Mapping[int, EscalationStep]
    calendar: WorkingCalendar

    @classmethod
    def load(cls, calendar: WorkingCalendar) -> "Rules":
        """Read every row that ever was: two queries."""
        return cls(Limit.objects.in_bulk(), EscalationStep.objects.in_bulk(), calendar)

    def of(self, done: Mapping[str, Any]) -> Limit | EscalationStep:
        """Return what a clock was started by; working days that somebody gave count like a row of limits."""
        if "given" in done:
            unit, percent = LimitUnit.WORKING_DAY, reckoning.USUAL_WARN_PERCENT
            return Limit(value=done["given"], unit=unit, warn_percent=percent)
        return self.limits[done["limit"]] if "limit" in done else self.steps[done["step"]]

    def grace(self, done: Mapping[str, Any]) -> EscalationStep | None:
        key = done.get("grace")
        return self.steps[key] if key is not None else None


@dataclass(frozen=True)
class Step:
    """One line of a deadline's arithmetic: what was done (`start`, `extend`, …), when, and when it was due then."""

    what: str
    at: dt.datetime
    due_at: dt.datetime
    since: dt.datetime | None = None
    """Since when the clock had stood still that went on here."""


@dataclass
class Run:
    """One clock as history makes it, and the stretches in which it ran (the last one open while it runs)."""

    clock: StageClock
    stretches: list[tuple[dt.datetime, dt.datetime | None]]
    steps: list[Step] = field(default_factory=list)

    def stop(self, at: dt.datetime) -> None:
        start, end = self.stretches[-1]
        self.stretches[-1] = (start, at if end is None else end)

    def spans(self, until: dt.datetime) -> list[Span]:
        return [(start, end or until) for start, end in self.stretches]


@dataclass
class Replayed:
    """What history says of an order."""

    state: str = ""
    holder_id: int | None = None
    unit_id: int | None = None
    assignee_id: int | None = None
    runs: list[Run] = field(default_factory=list)
    pauses: list[tuple[dt.datetime, dt.datetime | None]] = field(default_factory=list)
    rests: list[tuple[dt.datetime, dt.datetime | None]] = field(default_factory=list)
    """When it was finished: from closing to reopening, from a merger until it was taken out."""
    broken: list[str] = field(default_factory=list)
    """Where a row does not follow from the one before it."""

    def last(self, stage: str) -> Run:
        return next(run for run in reversed(self.runs) if run.clock.stage == stage)


@dataclass(frozen=True)
class Difference:
    """One fact that is stored otherwise than history gives it: keys, codes and times, nothing about people."""

    what: str
    stored: str
    replayed: str

    def __str__(self) -> str:
        return f"{self.what}: stored {self.stored}, by history {self.replayed}"


def can_replay(events: Sequence[Event]) -> bool:
    """Say whether the history tells of the clocks from its first row on; imported and bulk-made ones do not."""
    return bool(events) and "clocks" in events[0].details


def replay(events: Iterable[Event], rules: Rules) -> Replayed:
    """Follow an order's history, oldest row first."""
    found = Replayed()
    for event in events:
        move = Move(event.move)
        is_first = not event.from_state  # a report, or the move on another order that made this one
        is_legal = is_first or move not in MOVES or event.from_state in MOVES[move].sources
        if event.from_state != found.state or not is_legal:
            found.broken.append(f"{event.move} from {event.from_state or 'nothing'} after {found.state or 'nothing'}")
        _stand(found.pauses, event.from_state == State.SUSPENDED, event.to_state == State.SUSPENDED, event.at)
        _stand(found.rests, event.from_state in FINAL, event.to_state in FINAL, event.at)
        found.state, found.holder_id, found.unit_id = event.to_state, event.node_id, event.unit_id
        found.assignee_id = event.details.get("assignee")
        for done in event.details.get("clocks", ()):
            _do(found, done, event.at, rules)
    return found


def _stand(stretches: list[tuple[dt.datetime, dt.datetime | None]], was: bool, is_now: bool, at: dt.datetime) -> None:
    if is_now and not was:
        stretches.append((at, None))
    elif was and not is_now and stretches:
        stretches[-1] = (stretches[-1][0], at)


def _do(found: Replayed, done: Mapping[str, Any], at: dt.datetime, rules: Rules) -> None:
    """Do to the clocks on paper what the move did to the stored ones."""
    what = done["do"]
    if what == "start":
        found.runs.append(_started(done, rules))
        return
    if what == "stop":
        for stage in done["stages"]:
            run = found.last(stage)
            reckoning.stop(run.clock, at)
            run.stop(at)
        return
    run = found.last(done["stage"])
    clock, calendar = run.clock, rules.calendar
    since = clock.stopped_at
    if what in {"run_on", "wake"}:
        (reckoning.wake if what == "wake" else reckoning.run_on)(clock, at, calendar, rules.grace(done))
        run.stretches.append((at, None))
    elif what == "unstop":
        reckoning.unstop(clock)
        run.stretches[-1] = (run.stretches[-1][0], None)
    elif what == "extend":
        rule = clock.limit or clock.step
        percent = rule.warn_percent if rule else reckoning.USUAL_WARN_PERCENT
        reckoning.extend(clock, _time(done["until"]), percent, calendar, rules.grace(done))
    elif what == "push":
        reckoning.push(clock, _time(done["from"]), _time(done["until"]), at, calendar)
    elif what == "renew":
        reckoning.renew(clock, rules.limits[done["limit"]], calendar)
    else:
        found.broken.append(f"unknown {what}")
    run.steps.append(Step(what, at, clock.due_at, since))


def _started(done: Mapping[str, Any], rules: Rules) -> Run:
    rule = rules.of(done)
    began = _time(done["at"])
    at = reckoning.times(rule, began, rules.calendar, rules.grace(done))
    clock = StageClock(
        stage=done["stage"],
        limit=rule if isinstance(rule, Limit) and rule.pk else None,
        step=rule if isinstance(rule, EscalationStep) else None,
        value=rule.value,
        unit=rule.unit,
        started_at=began,
        warn_at=at.warn_at,
        due_at=at.due_at,
        climb_at=at.climb_at,
    )
    return Run(clock, [(began, None)], [Step("start", began, at.due_at)])


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def differences(order: WorkOrder, clocks: Sequence[StageClock], found: Replayed, now: dt.datetime) -> list[Difference]:
    """Compare what is stored with what history gives; `clocks` in the order in which they were started."""
    return [*_broken(found), *_places(order, found), *_clocks(clocks, found), *_sums(order, found, now)]


def _broken(found: Replayed) -> Iterable[Difference]:
    return (Difference("history", broken, "a row that follows") for broken in found.broken)


def _places(order: WorkOrder, found: Replayed) -> Iterable[Difference]:
    """State, unit, person, and the holder - unless the tree moved under the order, which no history row tells."""
    if order.state != found.state:
        yield Difference("state", order.state, found.state)
    if order.lead_unit_id != found.unit_id:
        yield Difference("unit", str(order.lead_unit_id), str(found.unit_id))
    if order.assignee_id != found.assignee_id:
        yield Difference("assignee", str(order.assignee_id), str(found.assignee_id))
    if order.holder_id != found.holder_id and found.holder_id in order.path_ids:
        yield Difference("holder", str(order.holder_id), str(found.holder_id))


COMPARED = ("stage", "started_at", "stopped_at", "warn_at", "due_at", "climb_at", "paused_seconds")


def _clocks(clocks: Sequence[StageClock], found: Replayed) -> Iterable[Difference]:
    if len(clocks) != len(found.runs):
        yield Difference("clocks", str(len(clocks)), str(len(found.runs)))
        return
    for stored, run in zip(clocks, found.runs, strict=True):
        for name in COMPARED:
            ours, theirs = getattr(stored, name), getattr(run.clock, name)
            if ours != theirs:
                yield Difference(f"{stored.stage} {name}", str(ours), str(theirs))


def stage_time(found: Replayed, until: dt.datetime) -> list[Span]:
    """Return the time in which a stage's clock ran; stages that ran side by side count once."""
    return joined(span for run in found.runs if run.clock.stage != Stage.WHOLE for span in run.spans(until))


def paused_time(found: Replayed, until: dt.datetime) -> list[Span]:
    return joined((start, end or until) for start, end in found.pauses)


def _sums(order: WorkOrder, found: Replayed, now: dt.datetime) -> Iterable[Difference]:
    """Stage times and pauses make up the whole time, from the report to the end, without gap and without overlap."""
    until = order.finished_at or now
    began = order.reported_at
    stages, pauses = stage_time(found, until), paused_time(found, until)
    rests = [(start, end) for start, end in found.rests if end is not None]
    whole = without([(began, until)], rests)
    if total(without(stages, rests)) + total(pauses) != total(whole) or without(whole, [*stages, *pauses]):
        yield Difference("sum of stages and pauses", str(total(stages) + total(pauses)), str(total(whole)))
    ran = [span for run in found.runs if run.clock.stage == Stage.WHOLE for span in run.spans(until)]
    if ran and total(without(ran, rests)) + total(pauses) != total(whole):
        yield Difference("whole clock and pauses", str(total(ran) + total(pauses)), str(total(whole)))
