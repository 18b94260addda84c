"""Everything that the cockpit shows of a node, as plain values: read once, kept a few seconds, shown to many."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from django.core.cache import cache
from django.utils import timezone, translation

from grids.models import Grid, Kind
from hotline.periods import DAY, Length, Period, around
from insights import access, figures, ranking_pages, suppressing
from insights.cockpit import colours, shapes, ticker, trends
from insights.cockpit.colours import Colour, Region
from insights.figures import Figure, HotlineRate, Rate, Sums
from insights.measures import Measure
from insights.models import Mark
from insights.ranking_pages import Group, Level, SizeBy, Wanted
from workorders.states import Light, Source

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
    """A number of today and of the month so far, beside the same days of the month before."""

    measure: str
    today: int
    month: int
    before: int

    @property
    def change(self) -> int:
        return self.month - self.before


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
    """What the registers hold, None where too few."""
    visited: tuple[int | None, int | None]
    """Residents reached within their interval, and all that are to be."""
    open_by_light: dict[str, int]
    counted: list[Counted]
    on_time: Figure
    sources: list[tuple[str, int]]
    escalated: list[tuple[str, int]]
    hotline: list[tuple[str, str, Figure]]
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
    def first_shade(self) -> int:
        """Return the shade that the first bound stands for: fewer than five values take the strongest ones."""
        return colours.SHADES - len(self.bounds)

    @property
    def open(self) -> int:
        return sum(self.open_by_light.values())

    @property
    def overdue(self) -> int:
        return self.open_by_light.get(Light.RED, 0)


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
    below = figures.of_nodes(keys, month, colours.measures(colour))
    held, stock = _held([pk for pk, *_rest in path], node, keys, today, aggregates_only)
    drawn = shapes.shapes(node, children, path[0][2])
    own = below if keys else {node.pk: so_far}
    regions, bounds = colours.paint(colour, children or [node], drawn, own, stock)
    return Board(
        node_id=node.pk,
        name=node.name,
        kind=node.kind,
        path=[(pk, name, lft) for pk, name, _version, lft in path],
        at=_refreshed(path[0][0]),
        today=today,
        month=month,
        held={measure: held[measure] for measure in _STOCK},
        visited=(held["reached"], held["due"]),
        open_by_light=stock[node.pk].by_key(M.OPEN_BY_LIGHT),
        counted=[_counted(measure, days.get(today, Sums()), so_far, before) for measure in _SHOWN],
        on_time=figures.rate(Rate.ON_TIME, so_far),
        sources=_sorted(so_far.by_key(M.FOUND), lambda key: str(Source(key).label)),
        escalated=[(str(Kind(kind).label), so_far.count(M.ESCALATED, kind)) for kind in _CLIMBED],
        hotline=[(str(rate.label), figures.meaning(rate), figures.rate(rate, so_far)) for rate in HotlineRate],
        trend=trends.draw(days, today),
        colour=colour,
        regions=regions,
        bounds=bounds,
        places=_places(node, today, aggregates_only=aggregates_only),
        moves=ticker.latest(node, path[0][0], now) if has_ticker else [],
        aggregates_only=aggregates_only,
    )


_SHOWN = (M.FOUND, M.ENDED, M.WENT_OVERDUE, M.ESCALATED, M.REQUESTED)
_CLIMBED = (Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT)


def _counted(measure: str, today: Sums, month: Sums, before: Sums) -> Counted:
    keys = ("solved",) if measure == M.ENDED else ()
    return Counted(measure, *(sums.count(measure, *keys) for sums in (today, month, before)))


def _added(days: Mapping[dt.date, Sums], first: dt.date, last: dt.date) -> Sums:
    whole = Sums()
    for number in range((last - first).days + 1):
        day = days.get(first + DAY * number)
        if day is not None:
            whole.add_all(day)
    return whole


def _held(
    path: list[int], node: Grid, keys: list[int], today: dt.date, aggregates_only: bool
) -> tuple[Mapping[str, int | None], Mapping[int, Sums]]:
    """Return what the registers hold of the node, and the stock of it and those below."""
    if not aggregates_only:
        stock = figures.stock([node.pk, *keys], today)
        return _columns(stock[node.pk]), stock
    kept: dict[int, Sums] = {}

    def numbers(pks: Collection[int]) -> dict[int, dict[str, int]]:
        kept.update(figures.stock(pks, today))
        return {pk: _columns(kept.setdefault(pk, Sums())) for pk in pks}

    shown = suppressing.shown(node, numbers, {"due": ("reached", "unreached")}, path)
    return shown[node.pk], kept


def _columns(sums: Sums) -> dict[str, int]:
    reached, due = sums.count(M.COVERAGE, "reached"), sums.count(M.COVERAGE)
    return {**{str(m): sums.count(m) for m in _STOCK}, "reached": reached, "due": due, "unreached": due - reached}


def _refreshed(district_id: int) -> dt.datetime | None:
    return Mark.objects.filter(district=district_id).order_by("-at").values_list("at", flat=True).first()


def _sorted(counts: Mapping[str, int], words: Callable[[str], str]) -> list[tuple[str, int]]:
    return [(words(key), count) for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


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
