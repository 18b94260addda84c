"""Who calls the demo's hotline: invented people, a few of whom call again and again (DOMAIN.md §7.4)."""

import random
from functools import lru_cache
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
    """Draws requesters. Those who call often are the same everywhere; `known` of them have begun to."""

    def __init__(self, rng: random.Random, known: int = 0) -> None:
        self.rng = rng
        self.known = known

    def draw(self) -> Caller:
        """Return somebody new, or one of those who call often."""
        if self.rng.random() >= AGAIN:
            return Caller(*words.caller(self.rng))
        if not self.known or self.rng.random() < NEW_REGULAR:
            self.known += 1
        return regular(self.rng.randrange(self.known))


def known_after(calls: float) -> int:
    """Return about how many people call often by the time so many calls have come in."""
    return round(calls * AGAIN * NEW_REGULAR)


@lru_cache(maxsize=2_000)
def regular(number: int) -> Caller:
    """Return one of those who call often."""
    return Caller(*words.caller(random.Random(number)))
