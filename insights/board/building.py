"""Reads what a dashboard shows and puts its tables together."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.kept import Kept
from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from insights import access, reading
from insights.asks import Ask, By
from insights.board import children, hiding, orders, people
from insights.board.asking import Wanted
from insights.board.comparing import WHEN, Compared, Three
from insights.board.linking import Links, address_of
from insights.catalogue import HEADLINE, HEADLINE_MEASURES
from insights.cells import Table
from insights.figures import Sums
from insights.measures import Measure
from insights.stretches import Stretch
from workorders.categories import is_english
from workorders.models import Category

_BELOW = Kept(
    lambda node: Grid.objects.filter(parent=node, kind__in=access.CHILD_KINDS).only("pk", "name", "kind"), node=-1
)
_CATEGORIES = Kept(lambda: Category.objects.values_list("pk", "name", "name_en", "parent_id"))


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


def build(node: Grid, stretch: Stretch, wanted: Wanted, user: User) -> Board:
    """Return the dashboard of a node as this person may see it: six queries, thirteen more where small numbers hide."""
    below = _BELOW.instances(node=node.pk)
    found = reading.read(_asks(node, below, stretch))
    three: Three = {when: found[when][node.pk] for when in WHEN}
    tree = _tree()
    chosen = wanted.category if wanted.category in tree else None
    stocks: Three = reading.stocks(node.pk, **_ends(stretch))
    since = _counted_since(node, stretch)
    areas = [children.table(node, below, found["below"], stretch.period.query, wanted.sort)] if below else []
    tables = [
        orders.days(orders.trend_period(stretch.now), _by_first_day(found["trend"])),
        *areas,
        *(orders.levels(three), orders.stages(three), orders.sources(three)),
        orders.categories(three, tree, chosen, address_of(node.pk), stretch.period.query),
        orders.weekdays(found["hours"]),
        *(people.registers(stocks, since), people.visits(three, stocks, since)),
        *(people.hotline(three), people.requests(three), people.supervised(three)),
    ]
    headline = [Compared(entry, *(entry.cell(three[when], when) for when in WHEN)) for entry in HEADLINE]
    if access.sees_aggregates_only(user, node):
        own = [table for table in tables if table not in areas]
        sight = hiding.sight(node, stretch, headline, own, orders.category_splits(tree, chosen))
        headline = [hiding.headline(one, node.pk, sight) for one in headline]
        tables = [hiding.table(one, node.pk, sight) for one in tables]
    else:
        links = Links(node, stretch, standing_for(user))
        headline, tables = [links.compared(one) for one in headline], [links.table(one) for one in tables]
    return Board(node, stretch, headline, [_in_order(table, wanted) for table in tables])


def _in_order(table: Table, wanted: Wanted) -> Table:
    """Sort by what is shown, so that the order tells nothing of what is not."""
    if table.slug == "areas":
        return children.in_order(table, wanted.sort)
    return orders.greatest_first(table) if table.slug == "categories" else table


def _counted_since(node: Grid, stretch: Stretch) -> list[str]:
    """Say from when on registers and coverage were counted, where one of the periods ends before that day."""
    first = reading.first_stock(node.pk)
    if first is None or first <= min(_ends(stretch).values()):
        return []
    return [_("Counted since %(date)s; “—” before that day.") % {"date": first.isoformat()}]


def _by_first_day(found: Mapping[int, Sums]) -> dict[dt.date, Sums]:
    return {dt.date.fromordinal(number): sums for number, sums in found.items()}


def _tree() -> orders.Parents:
    english = is_english()
    return {pk: (name_en if english and name_en else name, parent) for pk, name, name_en, parent in _CATEGORIES.rows()}


def _ends(stretch: Stretch) -> dict[str, dt.date]:
    return {"now": stretch.now.last, "before": stretch.before.last, "year": stretch.year_before.last}


def _asks(node: Grid, below: Sequence[Grid], stretch: Stretch) -> list[Ask]:
    periods = dict(zip(WHEN, (stretch.now, stretch.before, stretch.year_before), strict=True))
    trend = orders.trend_period(stretch.now)
    own = sorted({*HEADLINE_MEASURES, *orders.OWN_MEASURES, *people.OWN_MEASURES})
    return [
        *(Ask(when, [node.pk], period, own) for when, period in periods.items()),
        Ask("below", [child.pk for child in below], stretch.now, HEADLINE_MEASURES),
        Ask("trend", [node.pk], trend, orders.TREND, By.DAY if orders.is_by_day(trend) else By.MONTH),
        Ask("hours", [node.pk], stretch.now, [Measure.FOUND_BY_HOUR], By.WEEKDAY),
    ]
