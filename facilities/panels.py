"""Panels that apps above show on a facility's page, without this app knowing them: its orders, for one."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from facilities.models import Facility

Answer = Callable[[Facility, User, dt.datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A section of the page: `answer` gives its context, or None where it has nothing to say to this person."""

    name: str
    template: str
    answer: Answer
    place: int = 100


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Put a panel on the page; the same name again replaces it. Called from an app's `AppConfig.ready()`."""
    _panels[panel.name] = panel


def shown(facility: Facility, user: User, now: dt.datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (template, context) of each panel that has something to say, in their order."""
    for panel in sorted(_panels.values(), key=lambda panel: (panel.place, panel.name)):
        found = panel.answer(facility, user, now)
        if found is not None:
            yield panel.template, {"facility": facility, "user": user, "now": now} | found
