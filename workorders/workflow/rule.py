"""What a row of the table of moves is made of, and how a move is refused."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import Move, OrderKind, State


class InvalidMove(Exception):
    """The order's state does not allow the move; the text says why in the reader's words."""


class StaleOrder(InvalidMove):
    """Somebody moved the order since the form was opened."""


Allowed = Callable[[WorkOrder, Standing], bool]
Guard = Callable[[WorkOrder], str | Promise | None]
INCIDENTS = frozenset({OrderKind.INCIDENT})
EVERY_KIND = frozenset(OrderKind)


def nothing_against(order: WorkOrder) -> None:
    """The guard of a move that its state alone decides."""


@dataclass(frozen=True)
class MoveRule:
    """From which states, to which, by whom. `to` is the usual one where actions may choose another, None where the
    state stays. `guard` says why the order's own facts forbid the move, whoever asks, or None. No database here."""

    sources: frozenset[State]
    to: State | None
    allowed: Allowed
    needs_reason: bool = False
    guard: Guard = nothing_against
    kinds: frozenset[OrderKind] = INCIDENTS


Rows = dict[Move, MoveRule]
