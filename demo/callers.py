"""Who calls the demo's hotline: invented people, a few of whom call again and again (DOMAIN.md §7.4)."""

import random
from typing import NamedTuple

from demo import words

AGAIN = 0.25
"""Share of requests that come from people who call often."""
NEW_REGULAR = 0.125
"""Of those, the share by somebody who begins to: regulars have eight requests each, and are 4 in 100 callers."""


class Caller(NamedTuple):
    """A requester: name and a number that cannot be dialled."""

    name: str
    phone: str


class Callers:
    """Draws requesters."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.regulars: list[Caller] = []

    def draw(self) -> Caller:
        """Return somebody new, or one of those who call often."""
        if self.rng.random() >= AGAIN:
            return Caller(*words.caller(self.rng))
        if not self.regulars or self.rng.random() < NEW_REGULAR:
            self.regulars.append(Caller(*words.caller(self.rng)))
        return self.rng.choice(self.regulars)
