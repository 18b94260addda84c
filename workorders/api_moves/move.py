"""A move as the API offers it."""

from collections.abc import Callable
from dataclasses import dataclass

from workorders.api_inputs import MoveIn
from workorders.models import WorkOrder


@dataclass(frozen=True)
class ApiMove:
    """What a move takes, and the action behind it: the pages' own."""

    takes: type[MoveIn]
    action: Callable[..., WorkOrder]
