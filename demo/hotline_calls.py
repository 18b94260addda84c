"""What the requesters of the demo's finished requests say when they are called back (DOMAIN.md §7.4).

Who is called, the product's own draw decides; of those, 72 in 100 are reached, and of these 92 call it solved.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import NamedTuple

from demo.rows import fresh
from hotline import rules
from hotline.actions import calling
from hotline.calling import LOW, DrawReason, LowReason, Outcome
from hotline.models import CallBack, CallTry, QueuedCall, Request
from hotline.states import Act, CallState, ReplyWay, RequestState, Solved

REACHED = 0.72
CONTACTED = 0.97
SOLVED = {Solved.YES: 0.82, Solved.BASICALLY: 0.11, Solved.NO: 0.07}
GRADES = {5: 0.72, 4: 0.22, 3: 0.05, 2: 0.01}
UNHAPPY_GRADES = {1: 0.2, 2: 0.45, 3: 0.35}
REASONS = (LowReason.NOT_SOLVED, LowReason.TOO_SLOW, LowReason.NO_CONTACT, LowReason.ATTITUDE)
TRIES = 3
PAUSE = dt.timedelta(hours=20)
FIRST_AFTER_HOURS = (3, 30)
RESTS = dt.timedelta(days=5)
"""After that, what is not called back is closed by rule: three working days, with a weekend between."""


class Step(NamedTuple):
    """One row of a request's history."""

    act: Act
    at: dt.datetime
    user_id: int | None
    state: str


@dataclass
class Calls:
    """What was drawn for one answer, the tries, and whether it still waits."""

    draw: CallBack
    tries: list[CallTry] = field(default_factory=list)
    queued: QueuedCall | None = None
    steps: list[Step] = field(default_factory=list)


class Agents:
    """The call-back desk: draws, calls and closes as `hotline.actions.calling` does.

    Whom the draw takes follows from the installation's secret. What each requester says follows from `seed` and the
    request alone, so that nothing else of the demo depends on the secret.
    """

    def __init__(self, district_id: int, agents: list[int], seed: int, now: dt.datetime) -> None:
        self.district_id = district_id
        self.agents = agents
        self.seed = seed
        self.rng = random.Random(seed)
        self.now = now
        self.shares = list(rules.shares(district_id).values())

    def call(self, matter: Request, *, ended: dt.datetime) -> Calls:
        """Draw a request that has its key and its answer, and bring it to where it stands by now.

        ended: when its work ended; before, nothing is closed. The request's columns are set, nothing is written.
        """
        self.rng = random.Random(f"{self.seed}:{matter.pk}")
        draw = self._draw(matter)
        calls = Calls(draw)
        if not draw.is_drawn:
            matter.call_state = CallState.SKIPPED
            self._close(matter, calls, max(ended, draw.at + RESTS), None)
            return calls
        hours = self.rng.uniform(*FIRST_AFTER_HOURS)
        at = _office(max(ended, draw.at) + dt.timedelta(hours=hours))
        is_reached, misses = self.rng.random() < REACHED, self.rng.choices((0, 1, 2), (70, 22, 8))[0]
        for number in range(TRIES):
            if at >= self.now:
                matter.call_state = CallState.QUEUED
                waits = min(at, self.now - dt.timedelta(minutes=30))
                calls.queued = QueuedCall(district_id=self.district_id, next_at=waits, tries=number)
                return calls
            if is_reached and number == misses:
                self._reach(matter, calls, at)
                return calls
            missed = self.rng.choices((Outcome.NO_ANSWER, Outcome.BUSY), (80, 20))[0]
            self._try(matter, calls, at, missed)
            at = _office(at + PAUSE)
        matter.call_state = CallState.UNREACHABLE
        self._close(matter, calls, calls.tries[-1].at, calls.tries[-1].actor_id)
        return calls

    def _draw(self, matter: Request) -> CallBack:
        made = fresh(
            CallBack,
            district_id=self.district_id,
            matter_id=matter.pk,
            round=0,
            at=matter.answered_at or self.now,
            is_drawn=False,
        )
        if matter.reply_way == ReplyWay.NONE:
            made.reason = DrawReason.DECLINED
            return made
        found = rules.share_for(self.shares, matter, ())
        made.trait, made.share = found.cell.trait, found.percent
        made.ticket = calling.ticket(matter.pk, 0)
        made.is_drawn = made.ticket < found.percent * (calling.TICKETS // rules.WHOLE)
        made.reason = DrawReason.RULE if made.is_drawn else DrawReason.NOT_DRAWN
        return made

    def _try(self, matter: Request, calls: Calls, at: dt.datetime, outcome: Outcome) -> CallTry:
        one = fresh(
            CallTry,
            district_id=self.district_id,
            matter_id=matter.pk,
            round=0,
            at=at,
            actor_id=self.rng.choice(self.agents),
            outcome=outcome,
        )
        calls.tries.append(one)
        calls.steps.append(Step(Act.CALL, at, one.actor_id, matter.state))
        return one

    def _reach(self, matter: Request, calls: Calls, at: dt.datetime) -> None:
        rng = self.rng
        one = self._try(matter, calls, at, Outcome.REACHED)
        one.was_contacted = rng.random() < CONTACTED
        one.solved = rng.choices(list(SOLVED), list(SOLVED.values()))[0]
        grades = UNHAPPY_GRADES if one.solved == Solved.NO else GRADES
        one.satisfaction = rng.choices(list(grades), list(grades.values()))[0]
        one.reason = rng.choice(REASONS) if one.satisfaction <= LOW else ""
        matter.call_state = CallState.REACHED
        matter.was_contacted, matter.solved, matter.satisfaction = one.was_contacted, one.solved, one.satisfaction
        is_unhappy = one.solved == Solved.NO or one.satisfaction <= LOW
        self._close(matter, calls, at + (PAUSE * 2 if is_unhappy else dt.timedelta()), one.actor_id)

    def _close(self, matter: Request, calls: Calls, at: dt.datetime, actor_id: int | None) -> None:
        """Close what was answered and whose time has come; what the desk closed itself is closed already."""
        if matter.state != RequestState.ANSWERED or at >= self.now:
            return
        matter.state, matter.closed_at = RequestState.CLOSED, at
        if calls.steps and calls.steps[-1].at == at:  # the call closed it
            calls.steps[-1] = calls.steps[-1]._replace(state=RequestState.CLOSED)
        else:
            calls.steps.append(Step(Act.CLOSE, at, actor_id, RequestState.CLOSED))


def _office(at: dt.datetime) -> dt.datetime:
    """Put a call into the day: between nine and six in Jining."""
    local_hour = (at.hour + 8) % 24
    if 9 <= local_hour < 18:
        return at
    return at + dt.timedelta(hours=(9 - local_hour) % 24)
