"""The map's colours: five shades of one chosen measure, and the number on each outline: colour is never alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import pgettext_lazy

from grids.models import Grid
from insights import figures
from insights.cells import Part
from insights.cockpit.shapes import Shape
from insights.dark import NOTHING, Dark
from insights.figures import HotlineRate, Rate, Sums
from insights.measures import Measure
from workorders.states import Light

SHADES = 5
WIDE_ENOUGH = 90
"""An outline at least so wide carries its name besides its number."""
SUFFIXES = ("居民委员会", "村民委员会", "街道办事处")


class Colour(models.TextChoices):
    """What the map is coloured by."""

    FOUND = "found", pgettext_lazy("map", "Found this month")
    OVERDUE = "overdue", pgettext_lazy("map", "Overdue now")
    ESCALATED = "escalated", pgettext_lazy("map", "Escalated this month")
    ON_TIME = "on_time", pgettext_lazy("map", "Solved on time, %")
    CLOSING = "closing", pgettext_lazy("map", "Hotline: closing, %")


RATES = {Colour.ON_TIME: Rate.ON_TIME, Colour.CLOSING: HotlineRate.CLOSING}
COUNTS = {Colour.FOUND: Measure.FOUND, Colour.ESCALATED: Measure.ESCALATED}


@dataclass(frozen=True)
class Region:
    """A node on the map."""

    key: int
    name: str
    label: str
    value: Decimal | int | None
    parts: str
    """Numerator / denominator of a rate."""
    shade: int | None
    shape: Shape | None


RED: Part = (Measure.OPEN_BY_LIGHT, (Light.RED.value,))


def measures(colour: Colour) -> list[str]:
    """Return what has to be read of the nodes below."""
    if colour in RATES:
        formula = figures.FORMULAS[RATES[colour]]
        return [formula.top[0], formula.bottom[0]]
    return [COUNTS.get(colour, Measure.FOUND)]


def paint(
    colour: Colour,
    nodes: Sequence[Grid],
    outlines: Mapping[int, Shape],
    sums: Mapping[int, Sums],
    stock: Mapping[int, Sums],
    dark: Dark = NOTHING,
) -> tuple[list[Region], list[str]]:
    """Return the nodes with their values and shades, and where each shade begins; what is dark has neither."""
    values = {
        node.pk: (None, "")
        if dark.hides(node.pk, *_parts(colour))
        else _value(colour, sums.get(node.pk, Sums()), stock.get(node.pk, Sums()))
        for node in nodes
    }
    steps = _steps([value for value, _parts in values.values() if value is not None])
    regions = [
        Region(
            node.pk,
            node.name,
            _label(node.name, outlines.get(node.pk)),
            *values[node.pk],
            _shade(values[node.pk][0], steps),
            outlines.get(node.pk),
        )
        for node in nodes
    ]
    return regions, [f"{step:f}" if isinstance(step, Decimal) else str(step) for step in steps]


def _parts(colour: Colour) -> list[Part]:
    """Return what the value of a colour is made of."""
    if colour in RATES:
        formula = figures.FORMULAS[RATES[colour]]
        return [formula.top, formula.bottom]
    return [RED] if colour == Colour.OVERDUE else [(COUNTS[colour], ())]


def _value(colour: Colour, sums: Sums, stock: Sums) -> tuple[Decimal | int | None, str]:
    if colour in RATES:
        figure = figures.rate(RATES[colour], sums)
        return figure.value, f"{figure.numerator.normalize():f} / {figure.denominator}"
    if colour == Colour.OVERDUE:
        return stock.count(Measure.OPEN_BY_LIGHT, Light.RED), ""
    return sums.count(COUNTS[colour]), ""


def _steps(values: list[Decimal | int]) -> list[Decimal | int]:
    """Return the least value of each shade: fifths of the different values, so that equal ones look alike."""
    different = sorted(set(values))
    return [different[len(different) * at // SHADES] for at in range(SHADES)] if len(different) >= SHADES else different


def _shade(value: Decimal | int | None, steps: Sequence[Decimal | int]) -> int | None:
    if value is None:
        return None
    lower = sum(value >= step for step in steps) - 1
    return lower + (SHADES - len(steps) if len(steps) < SHADES else 0)


def _label(name: str, shape: Shape | None) -> str:
    if shape is None or shape.width < WIDE_ENOUGH:
        return ""
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)
