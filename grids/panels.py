"""Panels that apps above show on the page of a row below them, without the app of that page knowing them.

A higher app calls `register` in its `AppConfig.ready()`; the page asks every panel of its kind of row and shows those
that answer. A panel must not say more than the viewer may know: it is asked with the viewer's standing.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.standing import Standing

Answer = Callable[[Any, Standing, dt.datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A section of a page: `answer` gives its context, or None where it has nothing to say to this person."""

    name: str
    of: type[Model]
    """Whose page shows it."""
    template: str
    answer: Answer
    place: int = 100
    """Where it stands among the panels, smallest first."""


_panels: dict[tuple[type[Model], str], Panel] = {}


def register(panel: Panel) -> None:
    """Put a panel on the pages of its kind of row; the same name again replaces it."""
    _panels[panel.of, panel.name] = panel


def shown(row: Model, who: Standing, now: dt.datetime, called: str = "subject") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (template, context) of each panel that has something to say, in their order; contexts hold the row under
    the name that it is `called`, `who` and `now` beside what the panel gave."""
    mine = [panel for panel in _panels.values() if panel.of is type(row)]
    for panel in sorted(mine, key=lambda panel: (panel.place, panel.name)):
        found = panel.answer(row, who, now)
        if found is not None:
            yield panel.template, {called: row, "who": who, "now": now} | found


def rendered(request: UserRequest, row: Model, called: str = "subject") -> list[str]:
    """Return what other apps show on the page of this row."""
    found = shown(row, standing_for(request.user), timezone.now(), called)
    return [render_to_string(template, facts, request) for template, facts in found]
