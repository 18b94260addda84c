"""Every kind of order, state, move and role in one table (moves.csv): who may, and that nobody else may."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from tests import move_table
from workorders.states import Move, OrderKind, State
from workorders.workflow import MOVES, InvalidMove, check_move


def test_who_may_make_which_move_in_which_state_is_what_the_table_says():
    found, kept = move_table.rows(), move_table.kept()
    new, gone = sorted(set(found) - set(kept)), sorted(set(kept) - set(found))
    assert (new, gone) == ([], []), "read the difference, then: python -m tests.move_table > tests/workorders/moves.csv"
    assert found == kept


def test_every_move_but_reporting_is_in_the_table_somewhere():
    assert {move for _, _, move, _ in move_table.kept()} == {move.value for move in MOVES}
    assert Move.REPORT not in MOVES


def table_of(kind, state):
    """Return {move: who may} for orders of this kind in this state."""
    return {move: set(who.split("; ")) for k, s, move, who in move_table.kept() if (k, s) == (kind, state)}


@pytest.mark.parametrize(("kind", "state"), list(itertools.product(OrderKind, State)))
def test_what_the_table_does_not_have_is_refused_with_what_is_possible_instead(kind, state):
    table, order = table_of(kind, state), next(move_table.orders(kind, state))
    _, somebody = next(move_table.people())
    with translation.override("en"):
        for move in set(MOVES) - set(table):
            with pytest.raises(InvalidMove, match=r"Possible now: |nothing that you could do"):
                check_move(order, move, somebody)


@pytest.mark.parametrize(("kind", "state"), list(itertools.product(OrderKind, State)))
def test_whom_the_table_does_not_name_is_refused(kind, state):
    order = next(move_table.orders(kind, state))
    for move, able in table_of(kind, state).items():
        for words, who in move_table.people():
            if words not in able:
                with pytest.raises((InvalidMove, PermissionDenied)):
                    check_move(order, Move(move), who)
