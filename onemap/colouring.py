"""Colouring areas by a measure: what may be chosen, the figure of each area, and the classes of the legend."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.querysets import GridQuerySet
from grids.roles import Permission
from hotline.periods import Period
from insights import access, figures
from insights.figures import Figure, Sums
from insights.measures import Measure
from onemap.outlines import LEVELS

CLASSES = 5
Words = Promise | str


@dataclass(frozen=True)
class Choice:
    """Something that areas may be coloured by."""

    key: str
    label: Words
    meaning: Words
    measures: tuple[str, ...]
    of: Callable[[Sums], Figure]
    is_rate: bool = False


@dataclass(frozen=True)
class Shown:
    """The figure of one area, and its class from 1 (lowest) up; 0 where there is nothing to divide."""

    node: Grid
    figure: Figure
    number: int = 0

    @property
    def text(self) -> str:
        return said(self.figure)

    @property
    def parts(self) -> str:
        """Say what a rate divides; nothing for a count."""
        return parts(self.figure)


@dataclass(frozen=True)
class Class:
    """A class of the legend: from the lowest to the highest figure that is in it."""

    number: int
    label: str
    areas: int


def _counting(measure: str, label: Words, meaning: Words, *keys: str) -> Choice:
    return Choice(measure, label, meaning, (measure,), lambda sums: Figure(Decimal(sums.count(measure, *keys))))


def choices() -> dict[str, Choice]:
    """Return what areas may be coloured by, counts first: the rates are those of every page of figures."""
    counts = (
        _counting(Measure.FOUND, pgettext_lazy("measure", "Found"), _("incidents reported in the period")),
        _counting(Measure.ENDED, pgettext_lazy("measure", "Solved"), _("incidents solved in the period"), "solved"),
        _counting(
            Measure.FELL_DUE,
            _("Unsolved when due"),
            _("incidents unsolved when their whole limit ran out in the period"),
            "late",
        ),
        _counting(Measure.ESCALATED, pgettext_lazy("measure", "Escalated"), _("climbs in the period")),
        _counting(Measure.RETURNED, pgettext_lazy("measure", "Returned"), _("returns in the period")),
    )
    found = {choice.key: choice for choice in counts}
    for rate in figures.Rate:
        formula = figures.FORMULAS[rate]
        measures = (formula.top[0], formula.bottom[0])
        found[rate] = Choice(rate, rate.label, formula.meaning, measures, formula.of, is_rate=True)
    return found


def nodes_seen(user: User, district: Grid, level: str) -> GridQuerySet:
    """Return the nodes of a level whose figures the person may see one by one: those below posts that open figures."""
    nodes = Grid.objects.in_force(timezone.localdate())
    found: GridQuerySet = nodes.filter(_below(user), tree_id=district.tree_id, kind__in=LEVELS[level])
    return found


def sees_figures(user: User, node: Grid) -> bool:
    """Say whether the person may see this node's figures here."""
    return bool(Grid.objects.filter(_below(user), pk=node.pk).exists())


def _below(user: User) -> Q:
    below = Q(pk__in=[])
    for post in access.posts_of(standing_for(user)):
        if post.gives(Permission.VIEW_MAP):
            below |= Q(tree_id=post.tree_id, lft__gte=post.lft, rght__lte=post.rght)
    return below


def coloured(nodes: Iterable[Grid], choice: Choice, period: Period) -> tuple[list[Shown], list[Class]]:
    """Return each node with its figure and class, and the classes; one query besides that of the nodes."""
    listed = list(nodes)
    sums: Mapping[int, Sums] = figures.of_nodes([node.pk for node in listed], period, choice.measures)
    found = [(node, choice.of(sums[node.pk])) for node in listed]
    numbers = class_of_each(sorted(figure.value for _node, figure in found if figure.value is not None))
    shown = [Shown(node, figure, numbers[figure.value] if figure.value is not None else 0) for node, figure in found]
    classes = []
    for number in sorted(set(numbers.values())):
        span = _span([value for value, other in numbers.items() if other == number], choice)
        classes.append(Class(number, span, sum(area.number == number for area in shown)))
    return shown, classes


def class_of_each(values: list[Decimal]) -> dict[Decimal, int]:
    """Cut sorted values into up to CLASSES classes of about as many areas; equal values share theirs.

    Where one value fills a class and more (the many areas with nothing), the others are shared out anew.
    """
    found: dict[Decimal, int] = {}
    number, taken, left = 1, 0, len(values)
    room = left / CLASSES
    for value, areas in sorted(Counter(values).items()):
        if taken and number < CLASSES and (taken >= room or areas >= room):
            number, taken, room = number + 1, 0, left / (CLASSES - number)
        found[value] = number
        taken, left = taken + areas, left - areas
    return found


def said(figure: Figure) -> str:
    """Write a figure as the map's labels and the legend have it: whole numbers, percents to a tenth, – for none."""
    if figure.value is None:
        return "–"
    return f"{figure.value}%" if figure.denominator is not None else f"{figure.value.normalize():f}"


def parts(figure: Figure) -> str:
    """Say numerator and denominator of a rate; nothing for a count."""
    return f"{figure.numerator.normalize():f} / {figure.denominator}" if figure.denominator is not None else ""


def _span(values: list[Decimal], choice: Choice) -> str:
    ends = [f"{value}%" if choice.is_rate else f"{value.normalize():f}" for value in (min(values), max(values))]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)
