"""Panels that apps above show on the pages of a person, a house, a building, an organisation, without this app knowing.

A higher app calls `register` in its `AppConfig.ready()`; the page asks every panel of its kind and shows those that
answer. Panels of a person must not say more than the viewer may know: they are asked with the viewer's standing.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from grids.standing import Standing
from residents.models import Building, House, Organisation, Resident

Subject = Resident | House | Organisation | Building
Answer = Callable[[Any, Standing, dt.datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A section of a page: `answer` gives its context, or None where it has nothing to say to this person."""

    name: str
    of: type[Subject]
    template: str
    answer: Answer
    place: int = 100
    """Where it stands among the panels, smallest first."""


_panels: dict[tuple[type[Subject], str], Panel] = {}


def register(panel: Panel) -> None:
    """Put a panel on the pages of its kind; the same name again replaces it."""
    _panels[panel.of, panel.name] = panel


def shown(subject: Subject, who: Standing, now: dt.datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (template, context) of each panel that has something to say, in their order."""
    mine = [panel for panel in _panels.values() if panel.of is type(subject)]
    for panel in sorted(mine, key=lambda panel: (panel.place, panel.name)):
        found = panel.answer(subject, who, now)
        if found is not None:
            yield panel.template, {"subject": subject, "who": who, "now": now} | found
