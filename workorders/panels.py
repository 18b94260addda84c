"""Panels that apps above this one show on an order's page, without this app knowing them.

A higher app calls `register` in its `AppConfig.ready()`; the order page asks every panel and shows those that answer.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from grids.standing import Standing
from workorders.models import WorkOrder

Answer = Callable[[WorkOrder, Standing, dt.datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A section of the order page: `answer` gives its context, or None where it has nothing to say to this person."""

    name: str
    template: str
    answer: Answer
    place: int = 100
    """Where it stands among the panels, smallest first."""


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Put a panel on the order page; the same name again replaces it."""
    _panels[panel.name] = panel


def shown(order: WorkOrder, who: Standing, now: dt.datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (template, context) of each panel that has something to say, in their order; contexts hold the order,
    `who` and `now` beside what the panel gave."""
    for panel in sorted(_panels.values(), key=lambda panel: (panel.place, panel.name)):
        found = panel.answer(order, who, now)
        if found is not None:
            yield panel.template, {"order": order, "who": who, "now": now} | found
