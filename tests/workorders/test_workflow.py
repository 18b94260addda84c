"""The table of moves: every state against every move, and what each of the cast may do in each state."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from grids.backends import standing_for
from tests.factories import make_line, make_order
from workorders.states import FINAL, OPEN, Move, State
from workorders.workflow import MOVES, InvalidMove, check_move, moves_for

LEGAL = {
    State.REPORTED: {Move.ACCEPT, Move.SELF_HANDLE, Move.REJECT, Move.ESCALATE, Move.VOID, Move.URGE},
    State.FILED: {Move.DISPATCH, Move.REJECT, Move.ESCALATE, Move.VOID, Move.URGE},
    State.DISPATCHED: {Move.SIGN, Move.REASSIGN, Move.RETURN_ORDER, Move.ESCALATE, Move.VOID, Move.URGE},
    State.IN_PROGRESS: {Move.SUBMIT_RESULT, Move.REASSIGN, Move.RETURN_ORDER, Move.ESCALATE, Move.VOID, Move.URGE},
    State.PENDING_VERIFICATION: {Move.VERIFY_PASS, Move.VERIFY_FAIL, Move.VOID, Move.URGE},
    State.PENDING_STRIKE_OFF: {Move.STRIKE_OFF, Move.REFUSE_STRIKE_OFF, Move.VOID, Move.URGE},
    State.PENDING_CLOSURE: {Move.CLOSE, Move.VOID, Move.URGE},
    State.SUSPENDED: {Move.VOID},
    State.CLOSED: {Move.EVALUATE},
    State.EVALUATED: set(),
    State.REJECTED: set(),
    State.VOIDED: set(),
    State.MERGED: set(),
}
WORKED_ON = {
    Move.ACCEPT_TRANSFER,
    Move.REFUSE_TRANSFER,
    Move.ASSIGN,
    Move.ASSIST,
    Move.RELEASE,
    Move.TRANSFER,
    Move.WITHDRAW_TRANSFER,
}
JOINT = {
    State.DISPATCHED: WORKED_ON,
    State.IN_PROGRESS: WORKED_ON,
    State.PENDING_CLOSURE: {Move.ANSWER},
    State.PENDING_VERIFICATION: {Move.RELEASE},
    State.SUSPENDED: {Move.RELEASE, Move.REFUSE_TRANSFER, Move.WITHDRAW_TRANSFER},
}
for _state in set(State) - FINAL:
    LEGAL[_state] |= JOINT.get(_state, set()) | {Move.REFER}

EXTENDING = {Move.REQUEST_EXTENSION, Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION}
LEGAL[State.DISPATCHED] |= EXTENDING
LEGAL[State.IN_PROGRESS] |= EXTENDING | {Move.REQUEST_SUSPENSION, Move.GRANT_SUSPENSION, Move.REFUSE_SUSPENSION}
LEGAL[State.SUSPENDED] |= {Move.RESUME}
# Reports of the same thing are merged while they are open, and taken out again.
for _state in OPEN:
    LEGAL[_state] |= {Move.MERGE}
LEGAL[State.MERGED] |= {Move.UNMERGE}

# Other ends: explained, withdrawn, excluded from assessment; and reopened.
LEGAL[State.IN_PROGRESS] |= {Move.REQUEST_EXPLANATION, Move.GRANT_EXPLANATION, Move.REFUSE_EXPLANATION}
for _state in State:
    LEGAL[_state] |= {Move.GRANT_EXCLUSION, Move.REFUSE_EXCLUSION}
for _state in (OPEN | {State.CLOSED, State.EVALUATED}) - {State.REPORTED, State.FILED}:
    LEGAL[_state] |= {Move.REQUEST_EXCLUSION}
for _state in (State.REPORTED, State.FILED, State.DISPATCHED, State.IN_PROGRESS, State.SUSPENDED):
    LEGAL[_state] |= {Move.WITHDRAW}
for _state in (State.CLOSED, State.EVALUATED):
    LEGAL[_state] |= {Move.REOPEN}

MAY = {
    State.REPORTED: {
        "worker": [Move.ACCEPT, Move.SELF_HANDLE, Move.ESCALATE],
        "leader": [Move.ACCEPT, Move.SELF_HANDLE, Move.ESCALATE],
        "secretary": [Move.ACCEPT, Move.SELF_HANDLE, Move.REJECT, Move.URGE],
        "clerk": [Move.ACCEPT, Move.REJECT],
        "chief": [Move.ACCEPT, Move.SELF_HANDLE, Move.REJECT, Move.VOID, Move.URGE],
    },
    State.FILED: {
        "worker": [Move.ESCALATE],
        "leader": [Move.DISPATCH, Move.ESCALATE],
        "secretary": [Move.DISPATCH, Move.REJECT, Move.URGE],
        "operator": [Move.DISPATCH, Move.REJECT, Move.URGE],
        "dispatcher": [Move.DISPATCH, Move.REJECT, Move.URGE],
        "clerk": [Move.REJECT],
        "chief": [Move.DISPATCH, Move.REJECT, Move.VOID, Move.URGE],
    },
    State.IN_PROGRESS: {
        "handler": [Move.SUBMIT_RESULT, Move.RETURN_ORDER, Move.REQUEST_EXTENSION, Move.REQUEST_SUSPENSION],
        "leader": [Move.REASSIGN, Move.ESCALATE, Move.URGE],
        "worker": [Move.ESCALATE],
        "dispatcher": [Move.REASSIGN, Move.URGE],
    },
    State.PENDING_VERIFICATION: {
        "worker": [Move.VERIFY_PASS, Move.VERIFY_FAIL],
        "secretary": [Move.VERIFY_PASS, Move.VERIFY_FAIL, Move.URGE],
        "handler": [],
        "clerk": [],
    },
    State.PENDING_CLOSURE: {"worker": [Move.CLOSE], "clerk": [], "handler": []},
    State.CLOSED: {"worker": [], "clerk": [Move.EVALUATE], "supervisor": [Move.EVALUATE]},
}
REFER, LENT = [Move.REFER], [Move.ASSIGN, Move.ASSIST, Move.TRANSFER, Move.REFER]
JOINT_MAY = {
    State.REPORTED: dict.fromkeys(["leader", "secretary", "chief"], REFER),
    State.FILED: dict.fromkeys(["handler", "leader", "secretary", "operator", "dispatcher", "chief"], REFER),
    State.IN_PROGRESS: dict.fromkeys(["handler", "leader", "dispatcher"], LENT),
    State.PENDING_VERIFICATION: dict.fromkeys(["handler", "secretary"], REFER),
    State.PENDING_CLOSURE: {"handler": REFER},
}
"""For an order in the base grid, handled by the department, reported by nobody of the cast."""
"""For an order in the base grid, handled by the department, reported by nobody of the cast; the usual move first."""

MERGERS = {"secretary", "operator", "clerk", "dispatcher", "chief"}
for _state in OPEN & MAY.keys():
    for _name in MAY[_state].keys() & MERGERS:
        MAY[_state][_name].append(Move.MERGE)
for _state, _cast in MAY.items():
    if _state not in {State.REPORTED, State.FILED}:
        for _name in _cast.keys() & {"worker", "leader", "handler"}:
            _cast[_name].append(Move.REQUEST_EXCLUSION)
    if Move.WITHDRAW in LEGAL[_state]:
        for _name in _cast.keys() & {"clerk", "supervisor"}:
            _cast[_name].append(Move.WITHDRAW)
MAY[State.IN_PROGRESS]["handler"].append(Move.REQUEST_EXPLANATION)
MAY[State.CLOSED]["supervisor"].append(Move.REOPEN)
for _cast in MAY.values():
    for _moves in _cast.values():
        _moves.sort(key=list(MOVES).index)


@pytest.mark.parametrize(("state", "move"), list(itertools.product(State, MOVES)))
def test_each_state_allows_exactly_the_moves_of_the_table(state, move):
    assert (state in MOVES[move].sources) == (move in LEGAL[state])


@pytest.mark.parametrize("state", sorted(FINAL - {State.CLOSED, State.EVALUATED, State.MERGED}))
def test_nothing_leaves_a_final_state(state):
    assert [move for move in LEGAL[state] if MOVES[move].to is not None] == []


def test_reporting_is_no_move_of_an_existing_order():
    assert Move.REPORT not in MOVES


@pytest.mark.django_db
def test_a_refusal_says_what_is_possible_now():
    line = make_line("leader", "clerk")
    order = make_order(line, State.FILED)
    with translation.override("en"):
        with pytest.raises(InvalidMove, match=r"“To be dispatched”\. Possible now: Dispatch, Pass up, Refer\."):
            check_move(order, Move.SIGN, standing_for(line.leader))
        with pytest.raises(InvalidMove, match=r"is finished.*nothing that you could do"):
            check_move(make_order(line, State.VOIDED), Move.SIGN, standing_for(line.leader))


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(MAY))
def test_each_of_the_cast_may_make_their_moves_and_no_others(state):
    line = make_line()
    unit = line.dept if state != State.REPORTED else None
    handler = line.handler if state in {State.PENDING_VERIFICATION, State.PENDING_CLOSURE, State.CLOSED} else None
    order = make_order(line, state, lead_unit=unit, handler=handler, signed_at="2026-03-02T04:00:00Z")
    joint = JOINT_MAY.get(state, {})
    expected = {
        name: sorted([*moves, *joint.get(name, [])], key=list(MOVES).index) for name, moves in MAY[state].items()
    } | {"admin": []}
    found = {name: moves_for(order, standing_for(line.people[name])) for name in expected}
    assert found == expected


@pytest.mark.django_db
def test_what_the_state_forbids_and_what_the_person_may_not_are_told_apart():
    line = make_line("worker", "clerk")
    order = make_order(line, State.IN_PROGRESS)
    with pytest.raises(InvalidMove):
        check_move(order, Move.ACCEPT, standing_for(line.worker))
    with pytest.raises(PermissionDenied):
        check_move(order, Move.SUBMIT_RESULT, standing_for(line.clerk))


@pytest.mark.django_db
def test_people_of_another_grid_may_do_nothing_to_an_order():
    order = make_order(make_line(), State.FILED)
    stranger = make_line("worker", "leader", "secretary", "operator", "dispatcher", "chief", lng=117)
    for person in stranger.people.values():
        assert moves_for(order, standing_for(person)) == []
