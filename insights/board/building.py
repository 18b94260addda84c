"""Reads what a dashboard shows and puts its tables together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from grids.models import Grid
from insights import access, figures, reading
from insights.board import children, orders
from insights.board.asking import Wanted
from insights.board.comparing import WHEN, Compared, Three
from insights.catalogue import HEADLINE, HEADLINE_MEASURES
from insights.cells import Table
from insights.measures import Measure
from insights.stretches import Stretch
from workorders.models import Category


@dataclass(frozen=True)
class Board:
    node: Grid
    stretch: Stretch
    headline: Sequence[Compared]
    tables: Sequence[Table]

    def table(self, slug: str) -> Table | None:
        return next((table for table in self.tables if table.slug == slug), None)

    @property
    def has_anything(self) -> bool:
        return any(table.has_anything for table in self.tables)


def build(node: Grid, stretch: Stretch, wanted: Wanted) -> Board:
    """Return the dashboard of a node: five queries."""
    below = list(Grid.objects.filter(parent=node, kind__in=access.CHILD_KINDS).defer("boundary", "duties"))
    found = reading.read(_asks(node, below, stretch))
    three: Three = {when: found[when][node.pk] for when in WHEN}
    query = stretch.period.query
    address = reverse("insights:node", args=[node.pk])
    tree = {pk: (name, parent) for pk, name, parent in Category.objects.values_list("pk", "name", "parent_id")}
    chosen = wanted.category if wanted.category in tree else None
    trend = orders.trend_period(stretch.now)
    read_days = figures.by_day if orders.is_by_day(trend) else reading.by_month
    weekdays = reading.by_weekday(node.pk, stretch.now, Measure.FOUND_BY_HOUR)
    tables = [
        orders.days(trend, read_days(node.pk, trend, orders.TREND)),
        *([children.table(node, below, found["below"], query, wanted.sort)] if below else []),
        orders.stages(three),
        orders.sources(three),
        orders.categories(three, tree, chosen, address, query),
        orders.weekdays(weekdays),
    ]
    headline = [Compared(entry, *(entry.cell(three[when], when) for when in WHEN)) for entry in HEADLINE]
    return Board(node, stretch, headline, tables)


def _asks(node: Grid, below: Sequence[Grid], stretch: Stretch) -> list[reading.Ask]:
    periods = dict(zip(WHEN, (stretch.now, stretch.before, stretch.year_before), strict=True))
    own = sorted({*HEADLINE_MEASURES, *orders.OWN_MEASURES})
    return [
        *(reading.Ask(when, [node.pk], period, own) for when, period in periods.items()),
        reading.Ask("below", [child.pk for child in below], stretch.now, HEADLINE_MEASURES),
    ]
