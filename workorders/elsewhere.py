"""Moves that are made on a page of an app above this one: its form asks more than the order's own would."""

from collections.abc import Callable

from workorders.models import WorkOrder
from workorders.states import Move

Address = Callable[[WorkOrder], str]
_addresses: dict[tuple[str, Move], Address] = {}


def register(kind: str, move: Move, address: Address) -> None:
    """Let this move of orders of this kind be made at the address that the app names; from `AppConfig.ready()`."""
    _addresses[kind, move] = address


def address(order: WorkOrder, move: Move) -> str:
    """Return where the move is made, empty for the order's own page."""
    named = _addresses.get((order.kind, move))
    return named(order) if named else ""
