"""Orders that ended otherwise than by a solution, or not for good: merged, explained, reopened."""

from collections.abc import Callable
from functools import partial

from demo import words
from demo.live import Case, Script, Theatre
from demo.scripts import SOON, Start, ago, in_hand, own_find, to_close
from grids.models import Grid
from grids.roles import Role
from workorders import actions
from workorders.states import ExplanationBasis, ReopenReason, Source

BAD_RATING = 2


def reported_twice(case: Case, start: Start) -> Script:
    """A second resident reports what the worker has in hand; the secretary merges the second report into the first."""
    yield from in_hand(case, start)
    yield case.theatre.now + SOON
    second = Case(case.theatre, case.grid, case.category.code)
    second.report(None, Source.CITIZEN, like=case.order)
    yield case.theatre.now + SOON
    second.move(actions.merge, case.who(Role.COMMUNITY_SECRETARY), into=case.order, note=words.ENDINGS["merge"])


def explained(case: Case, start: Start) -> Script:
    """What is asked for the rules do not allow: the secretary agrees to explain it, and the leader closes."""
    yield from own_find(case, start)
    yield case.theatre.now + SOON
    handler = case.theatre.user(case.order.assignee_id or 0)
    said = {"basis": words.ENDINGS["basis"], "note": words.ENDINGS["said"]}
    case.move(actions.request_explanation, handler, reason=ExplanationBasis.POLICY, **said)
    yield case.theatre.now + SOON
    case.move(actions.grant_explanation, case.who(Role.COMMUNITY_SECRETARY), opinion=words.ENDINGS["agreed"])
    yield case.theatre.now + SOON
    case.move(actions.close, case.who(Role.GRID_LEADER), note=words.note("explain", case.theatre.rng))


def reopened(case: Case, start: Start) -> Script:
    """The call-back finds the resident dissatisfied and has it done again; the worker has it in hand once more."""
    yield from to_close(case, start)
    yield case.theatre.now + SOON
    case.move(actions.close, case.who(Role.GRID_LEADER), note=words.note("close", case.theatre.rng))
    world, rng = case.theatre.world, case.theatre.rng
    agent = case.theatre.user(world.somebody(case.district_id, Role.CALLBACK_AGENT, rng)[0])
    yield case.theatre.now + SOON
    case.move(actions.evaluate, agent, rating=BAD_RATING, note=words.ENDINGS["rated"])
    yield case.theatre.now + SOON
    case.move(actions.reopen, agent, reason=ReopenReason.DISSATISFIED, note=words.ENDINGS["reopen"])
    yield case.theatre.now + SOON
    case.move(actions.sign, case.theatre.user(case.order.assignee_id or 0))


SCENES: tuple[tuple[str, Callable[[Case], Script]], ...] = (
    ("E0102", partial(reported_twice, start=ago(hours=2))),
    ("P01", partial(explained, start=ago(hours=5))),
    ("E0503", partial(reopened, start=ago(hours=6))),
)
STAY_OPEN, END = 2, 2
"""How many orders these scenes leave open (the first report of two, and the reopened one) and finished."""


def cast(theatre: Theatre, home: Grid) -> None:
    """Add the scenes in the grid of the demo accounts."""
    for code, scene in SCENES:
        theatre.add(scene(Case(theatre, home, code)))
