"""Everything that the cockpit shows of a node, as plain values: read once, kept a few seconds, shown to many."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.cache import cache
from django.utils import timezone, translation

from care.suppression import SMALLEST
from grids.models import Grid, Kind
from hotline.periods import DAY, Length, Period, around
from insights import access, dark, figures, ranking_pages
from insights.catalogue import SOLVED
from insights.cells import Part
from insights.cockpit import colours, shapes, ticker, trends
from insights.cockpit.colours import Colour, Region
from insights.dark import Dark, Split
from insights.figures import FORMULAS, Figure, HotlineRate, Rate, Sums
from insights.measures import Measure
from insights.models import Mark
from insights.ranking_pages import Group, Level, SizeBy, Wanted
from workorders.states import Source

M = Measure
KEPT_SECONDS = 8
PLACES = 8
"""Rows of the ranking in all."""
RANKED_DAYS = 90
"""A month has too few cases in its first weeks."""
LEVELS = {Kind.DISTRICT: Level.STREET, Kind.STREET: Level.COMMUNITY, Kind.COMMUNITY: Level.GRID}
ORDER_MEASURES = (M.FOUND, M.ENDED, M.FELL_DUE, M.WENT_OVERDUE, M.ESCALATED, M.REQUESTED)
HOTLINE_MEASURES = (M.REQUEST_DUE, M.CALLED, M.SAID_SOLVED, M.GRADED, M.KEY_CASES)
_STOCK = (M.RESIDENTS, M.HOUSES, M.ORGANISATIONS, M.KEY_SITES, M.WORKERS)


@dataclass(frozen=True)
class Counted:
    """A number of today and of the month so far, beside the same days of the month before; None where too small."""

    measure: str
    today: int | None
    month: int | None
    before: int | None

    @property
    def change(self) -> int | None:
        return None if self.month is None or self.before is None else self.month - self.before


@dataclass(frozen=True)
class Placed:
    """A line of the ranking."""

    group: str
    key: int
    place: int
    name: str
    figure: Figure | None
    """None where it is kept from who sees sums alone."""
    value: object


@dataclass(frozen=True)
class Board:
    """One state of the screen."""

    node_id: int
    name: str
    kind: str
    path: list[tuple[int, str, int]]
    """Key, name and left edge of each node from the district down."""
    at: dt.datetime | None
    """When the figures were last brought in step."""
    today: dt.date
    month: Period
    held: dict[str, int | None]
    """What the registers hold. Here and below, None is a number that is too small for who sees sums alone."""
    visited: tuple[int | None, int | None]
    """Residents reached within their interval, and all that are to be."""
    open: int | None
    overdue: int | None
    counted: list[Counted]
    on_time: Figure | None
    sources: list[tuple[str, int | None]]
    escalated: list[tuple[str, int | None]]
    hotline: list[tuple[str, str, Figure | None]]
    trend: trends.Trend
    colour: str
    regions: list[Region]
    bounds: list[str]
    places: list[Placed]
    moves: list[ticker.Happened] = field(default_factory=list)
    aggregates_only: bool = False

    @property
    def by_value(self) -> list[Region]:
        """Return what the map shows as a list, the greatest first, those without a value last."""
        return sorted(self.regions, key=lambda one: (one.value is None, -(one.value or 0), one.key))

    @property
    def is_ranked(self) -> bool:
        """Say whether anything lies below that is ranked."""
        return self.kind in LEVELS

    @property
    def first_shade(self) -> int:
        """Return the shade that the first bound stands for: fewer than five values take the strongest ones."""
        return colours.SHADES - len(self.bounds)


def read(
    node: Grid, colour: Colour, *, aggregates_only: bool, has_ticker: bool, now: dt.datetime | None = None
) -> Board:
    """Return the board of a node, one that is a few seconds old where there is one: at most 12 queries."""
    key = f"cockpit:board:{node.pk}:{colour}:{aggregates_only}:{has_ticker}:{translation.get_language()}"
    found: Board | None = cache.get(key) if now is None else None
    if found is None:
        found = _read(node, colour, aggregates_only, has_ticker, now or timezone.now())
        cache.set(key, found, KEPT_SECONDS)
    return found


def _read(node: Grid, colour: Colour, aggregates_only: bool, has_ticker: bool, now: dt.datetime) -> Board:
    today = timezone.localdate(now)
    month = around(today, Length.MONTH)
    path = list(Grid.objects.on_path_to(node).values_list("pk", "name", "map_version", "lft"))
    children = list(
        Grid.objects.in_force(today).filter(parent=node, kind__in=access.CHILD_KINDS).only("pk", "name").order_by("lft")
    )
    keys = [child.pk for child in children]
    days = figures.by_day(node.pk, Period(month.before.first, today), (*ORDER_MEASURES, *HOTLINE_MEASURES))
    so_far = _added(days, month.first, today)
    before = _added(days, month.before.first, month.before.first + (today - month.first))
    if aggregates_only:
        hidden = dark.read(node, _SPLITS, Period(month.first, today), [pk for pk, *_rest in path])
        below, stock = hidden.sums, hidden.held
    else:
        hidden, below = dark.NOTHING, figures.of_nodes(keys, month, colours.measures(colour))
        stock = figures.stock([node.pk, *keys], today)
    seen = Seen(node.pk, so_far, stock.get(node.pk, Sums()), hidden)
    drawn = shapes.shapes(node, children, path[0][2])
    own = below if keys else {node.pk: so_far}
    regions, bounds = colours.paint(colour, children or [node], drawn, own, stock, seen.dark)
    least = SMALLEST if aggregates_only else 0
    return Board(
        node_id=node.pk,
        name=node.name,
        kind=node.kind,
        path=[(pk, name, lft) for pk, name, _version, lft in path],
        at=_refreshed(path[0][0]),
        today=today,
        month=month,
        held={measure: seen.held((measure, ())) for measure in _STOCK},
        visited=(seen.held(_REACHED), seen.held((M.COVERAGE, ()))),
        open=seen.held((M.OPEN_BY_LIGHT, ())),
        overdue=seen.held(colours.RED),
        counted=[_counted(part, seen, days.get(today, Sums()), before, least) for part in _SHOWN],
        on_time=seen.rate(Rate.ON_TIME),
        sources=_sorted(seen),
        escalated=[(str(Kind(part[1][0]).label), seen.count(part)) for part in _CLIMBED],
        hotline=[(str(rate.label), figures.meaning(rate), seen.rate(rate)) for rate in HotlineRate],
        trend=trends.draw(days, today, least),
        colour=colour,
        regions=regions,
        bounds=bounds,
        places=_places(node, today, aggregates_only=aggregates_only),
        moves=ticker.latest(node, path[0][0], now) if has_ticker else [],
        aggregates_only=aggregates_only,
    )


_SHOWN: tuple[Part, ...] = ((M.FOUND, ()), SOLVED, (M.WENT_OVERDUE, ()), (M.ESCALATED, ()), (M.REQUESTED, ()))
_CLIMBED: tuple[Part, ...] = tuple(
    (M.ESCALATED, (kind.value,)) for kind in (Kind.BASE, Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT)
)
_SOURCES: tuple[Part, ...] = tuple((M.FOUND, (source.value,)) for source in Source)
_REACHED: Part = (M.COVERAGE, ("reached",))
_SPLITS: tuple[Split, ...] = (
    ((M.FOUND, ()), _SOURCES),
    ((M.ESCALATED, ()), _CLIMBED),
    ((M.COVERAGE, ()), (_REACHED,)),
    ((M.OPEN_BY_LIGHT, ()), (colours.RED,)),
    *((part, ()) for part in (SOLVED, (M.WENT_OVERDUE, ()), (M.REQUESTED, ()))),
    *(((measure, ()), ()) for measure in _STOCK),
    *(
        split
        for name in (Rate.ON_TIME, *HotlineRate)
        for split in dark.of_rate(FORMULAS[name].top, FORMULAS[name].bottom)
    ),
)
"""How the numbers of the screen make each other up."""


@dataclass(frozen=True)
class Seen:
    """The numbers of the month and of now, as far as one may know them."""

    node_id: int
    month: Sums
    stock: Sums
    dark: Dark

    def count(self, part: Part) -> int | None:
        return None if self.dark.hides(self.node_id, part) else self.month.count(part[0], *part[1])

    def held(self, part: Part) -> int | None:
        return None if self.dark.hides(self.node_id, part) else self.stock.count(part[0], *part[1])

    def rate(self, name: str) -> Figure | None:
        formula = FORMULAS[name]
        return None if self.dark.hides(self.node_id, formula.top, formula.bottom) else formula.of(self.month)


def _counted(part: Part, seen: Seen, today: Sums, before: Sums, least: int) -> Counted:
    """Return a number with those of the day and of the month before, where they are no smaller than `least`."""
    measure, keys = part
    others = [sums.count(measure, *keys) for sums in (today, before)]
    of_today, of_before = (number if number >= least else None for number in others)
    return Counted(measure, of_today, seen.count(part), of_before)


def _sorted(seen: Seen) -> list[tuple[str, int | None]]:
    """Return the sources that there are, the greatest first; hidden ones last, also those of which there are none."""
    counted = [(str(Source(part[1][0]).label), seen.count(part)) for part in _SOURCES]
    return sorted(((words, number) for words, number in counted if number != 0), key=lambda pair: -(pair[1] or 0))


def _added(days: Mapping[dt.date, Sums], first: dt.date, last: dt.date) -> Sums:
    whole = Sums()
    for number in range((last - first).days + 1):
        day = days.get(first + DAY * number)
        if day is not None:
            whole.add_all(day)
    return whole


def _refreshed(district_id: int) -> dt.datetime | None:
    return Mark.objects.filter(district=district_id).order_by("-at").values_list("at", flat=True).first()


def _places(node: Grid, today: dt.date, *, aggregates_only: bool) -> list[Placed]:
    """Return the first places of each group of those below, as the page of rankings has them: two queries."""
    level = LEVELS.get(Kind(node.kind))
    if level is None:
        return []
    span = Period(today - DAY * (RANKED_DAYS - 1), today)
    wanted = Wanted(node, level, Rate.ON_TIME, span, SizeBy.RESIDENTS, today)
    groups = ranking_pages.groups(wanted, is_compared=False, aggregates_only=aggregates_only)
    each = max(1, PLACES // len(groups)) if groups else 0
    return [placed for group in groups for placed in _of_group(group)[:each]][:PLACES]


def _of_group(group: Group) -> list[Placed]:
    words = [ranking_pages.kind_words(group.kind), ranking_pages.size_words(group, SizeBy.RESIDENTS)]
    return [
        Placed(
            " · ".join(filter(None, words)),
            row.member.key,
            row.placed.place,
            row.member.name,
            row.figure,
            row.percent,
        )
        for row in group.rows
        if row.placed.place is not None
    ]
