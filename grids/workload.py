"""How much work lies in each node of the tree, told by the app that keeps the work: this one does not know it."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import User
from grids.models import Grid


@dataclass(frozen=True)
class Load:
    """What is open in a node and below it, and how much of that is overdue."""

    open: int
    overdue: int


Counter = Callable[[User, Sequence[Grid], dt.datetime], dict[int, Load]]
_counters: list[Counter] = []


def register(counter: Counter) -> Counter:
    """Have this asked with (user, nodes, now) for the loads by node key; call it from `AppConfig.ready()`."""
    if counter not in _counters:
        _counters.append(counter)
    return counter


def put_on(nodes: Sequence[Grid], user: User, now: dt.datetime) -> None:
    """Give each node `load`, what this person may count there; a node without work has an empty one."""
    found = [counter(user, nodes, now) for counter in _counters]
    for node in nodes:
        loads = [loads[node.pk] for loads in found if node.pk in loads]
        node.load = Load(sum(load.open for load in loads), sum(load.overdue for load in loads))
