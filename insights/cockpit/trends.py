"""Thirty days as one drawing: what was found and what was solved on each."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from hotline.periods import DAY
from insights.figures import Sums
from insights.measures import Measure

DAYS = 30
WIDTH, HEIGHT = 600, 190


@dataclass(frozen=True)
class Bar:
    """A day: the box of what was found, and the numbers."""

    day: dt.date
    found: int | None
    solved: int | None
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Trend:
    bars: list[Bar]
    line: str
    """Points of what was solved."""
    top: int
    """The number at the upper edge."""
    width: float
    """Of one bar."""


def draw(days: Mapping[dt.date, Sums], today: dt.date, least: int = 0) -> Trend:
    """Return the last thirty days up to today; every day stands there, also one without anything.

    Numbers smaller than `least` are not told: their day has no bar, or no point of the line.
    """
    nothing = Sums()
    numbers: list[tuple[dt.date, int | None, int | None]] = []
    for back in range(DAYS - 1, -1, -1):
        day = today - DAY * back
        sums = days.get(day, nothing)
        found, solved = sums.count(Measure.FOUND), sums.count(Measure.ENDED, "solved")
        numbers.append((day, found if found >= least else None, solved if solved >= least else None))
    top = max(1, *(max(found or 0, solved or 0) for _day, found, solved in numbers))
    step = WIDTH / DAYS
    bars = [
        Bar(day, found, solved, round(at * step + step * 0.15, 1), y := _y(found or 0, top), round(HEIGHT - y, 1))
        for at, (day, found, solved) in enumerate(numbers)
    ]
    points = " ".join(
        f"{at * step + step / 2:.1f},{_y(bar.solved, top)}" for at, bar in enumerate(bars) if bar.solved is not None
    )
    return Trend(bars, points, top, round(step * 0.7, 1))


def _y(number: int, top: int) -> float:
    return round(HEIGHT * (1 - number / top), 1)
