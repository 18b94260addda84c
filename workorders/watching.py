"""Apps above this one that made an order under a rule of theirs and must know what becomes of it.

A higher app calls `register` in its `AppConfig.ready()`. Grid work has no profile, is not watched, and
pays nothing.
"""

import datetime as dt
from collections.abc import Callable

from accounts.models import User
from workorders.models import WorkOrder
from workorders.states import Move

Watch = Callable[[WorkOrder, Move, User | None, dt.datetime], None]

_watches: dict[str, Watch] = {}


def register(profile: str, watch: Watch) -> None:
    """Have a function called in the transaction of every move of this profile's orders, after it is written.

    It gets the order as it now is, locked; the move; who made it, None for the system; and when.
    """
    _watches[profile] = watch


def tell(order: WorkOrder, move: Move, actor: User | None, now: dt.datetime) -> None:
    """Tell the app that watches this order, if any, of a move that was just written."""
    watch = _watches.get(order.profile)
    if watch is not None:
        watch(order, move, actor, now)
