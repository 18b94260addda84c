"""What the pages, workbook and API of the rankings show: groups of comparable nodes or units, and places in them.

Places are those in the whole district's group, so that a street's page and the district's say the same; rows are those
of the node that is looked at. Groups are made of the tree as it is now and hold for the periods compared with, too.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from care.suppression import hidden
from grids.models import Grid, Kind, Settlement, UnitKind
from hotline.periods import Period
from insights import access, comparable, figures, rankings
from insights.figures import FORMULAS, Sums
from insights.measures import Measure
from insights.rankings import Candidate, Placed, Ranking, Size, Unplaced


class Level(models.TextChoices):
    STREET = "street", pgettext_lazy("ranked", "Streets")
    COMMUNITY = "community", pgettext_lazy("ranked", "Communities")
    GRID = "grid", pgettext_lazy("ranked", "Grids")
    UNIT = "unit", pgettext_lazy("ranked", "Units")


class SizeBy(models.TextChoices):
    RESIDENTS = "residents", pgettext_lazy("size by", "Residents")
    ORDERS = "orders", pgettext_lazy("size by", "Orders")


LEVELS: dict[str, tuple[Kind, ...]] = {
    Level.STREET: (Kind.STREET,),
    Level.COMMUNITY: (Kind.COMMUNITY,),
    Level.GRID: (Kind.BASE, Kind.DEDICATED),
}
WITHOUT_UNIT = frozenset({Measure.FOUND, Measure.FOUND_BY_CATEGORY, Measure.FOUND_BY_HOUR})
"""What is found is nobody's until it is handed to a unit: such rates are for nodes only."""


def rate_choices() -> list[tuple[str, str]]:
    return [(name, figures.label(name)) for name in FORMULAS]


def fits(name: str, level: str) -> bool:
    """Say whether a rate can be reckoned for this level."""
    return level != Level.UNIT or FORMULAS[name].bottom[0] not in WITHOUT_UNIT


@dataclass(frozen=True)
class Wanted:
    """What is ranked: below which node, at which level, by which rate, when, in classes of what size."""

    node: Grid
    level: str
    rate: str
    period: Period
    size_by: str
    today: dt.date

    @property
    def formula(self) -> figures.Formula:
        return FORMULAS[self.rate]

    @property
    def query(self) -> dict[str, str]:
        return {"level": self.level, "rate": self.rate, "size_by": self.size_by, **self.period.query}


@dataclass(frozen=True)
class Member:
    """A node or unit that is ranked."""

    key: int
    name: str
    above: str
    kind: str
    size: int
    is_whole: bool
    is_shown: bool


@dataclass(frozen=True)
class Row:
    """A place with its name, and the places of the period before and of the year before."""

    member: Member
    placed: Placed
    before: int | None
    year_before: int | None
    is_dark: bool = False
    """Its numbers are too small, or would give a small one away, for who sees sums alone; the place stays."""

    @property
    def figure(self) -> figures.Figure | None:
        return None if self.is_dark else self.placed.figure

    @property
    def percent(self) -> Decimal | None:
        """Return the value that decides the place."""
        return None if self.is_dark else self.placed.percent

    @property
    def unplaced_words(self) -> Promise | str:
        return Unplaced(self.placed.unplaced).label if self.placed.unplaced else ""

    @property
    def change(self) -> int | None:
        """Return how many places better than in the period before; None where one of both has no place."""
        return _better(self.before, self.placed.place)

    @property
    def change_of_year(self) -> int | None:
        return _better(self.year_before, self.placed.place)


@dataclass(frozen=True)
class Group:
    """Comparable ones, all of the district; `rows` are those of the node that is looked at."""

    key: str
    kind: str
    size: Size
    bounds: tuple[int, int] | None
    ranking: Ranking
    rows: list[Row]
    shows_sums: bool = True
    """What the mean was divided from is shown: nobody here is kept from small numbers."""


def _better(then: int | None, now: int | None) -> int | None:
    return None if then is None or now is None else then - now


def seen_by(user: User, wanted: Wanted) -> list[Group]:
    """Return the groups as this person may see them."""
    return groups(wanted, aggregates_only=access.sees_aggregates_only(user, wanted.node))


def groups(wanted: Wanted, *, is_compared: bool = True, aggregates_only: bool = False) -> list[Group]:
    """Return the groups that have rows here: four queries, for nodes or units and for three periods.

    Not compared with earlier periods it is two. For who sees aggregates only, small numbers are dark.
    """
    measures = {wanted.formula.top[0], wanted.formula.bottom[0], Measure.FOUND, Measure.ENDED}
    is_of_units = wanted.level == Level.UNIT
    things = comparable.units(wanted.node) if is_of_units else comparable.nodes(wanted.node, LEVELS[wanted.level])
    read = figures.of_units if is_of_units else figures.of_nodes
    keys = [thing.pk for thing in things]
    periods = [wanted.period, wanted.period.before, wanted.period.year_before]
    sums = [read(keys, period, measures) for period in (periods if is_compared else periods[:1])]
    found = []
    for kind, alike in _by(list(_members(wanted, things, sums[0])), lambda member: member.kind).items():
        bounds = rankings.size_bounds([member.size for member in alike])
        classes = {member.key: rankings.size_of(member.size, bounds) for member in alike}
        for size, members in _by(alike, lambda member, of=classes: of[member.key]).items():  # type: ignore[misc]
            if any(member.is_shown for member in members):
                group = _group(wanted, kind, Size(size), bounds, members, sums)
                found.append(_darkened(group) if aggregates_only else group)
    return sorted(found, key=lambda group: (group.kind != Settlement.URBAN, group.kind, list(Size).index(group.size)))


def _members(wanted: Wanted, things: list[comparable.Thing], sums: Mapping[int, Sums]) -> Iterator[Member]:
    """Return who is ranked, as of the period: without whom there was only before it or only after it."""
    node, period = wanted.node, wanted.period
    end = min(period.last, wanted.today)
    for thing in things:
        if thing.first <= end and thing.last >= period.first:
            of_orders = sums[thing.pk].count(Measure.ENDED if wanted.level == Level.UNIT else Measure.FOUND)
            size = thing.residents if wanted.size_by == SizeBy.RESIDENTS and thing.residents is not None else of_orders
            is_whole = thing.first <= period.first and thing.last >= end
            is_shown = node.lft <= thing.lft <= node.rght
            yield Member(thing.pk, thing.name, thing.above, thing.kind, size, is_whole, is_shown)


def _by(members: list[Member], key: Callable[[Member], str]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        found[key(member)].append(member)
    return found


def _group(
    wanted: Wanted,
    kind: str,
    size: Size,
    bounds: tuple[int, int] | None,
    members: list[Member],
    sums: list[Mapping[int, Sums]],
) -> Group:
    now, *earlier = (_rank(wanted, members, of_period) for of_period in sums)
    then, a_year_ago = [{row.key: row.place for row in ranking.rows} for ranking in earlier] or [{}, {}]
    named = {member.key: member for member in members}
    rows = [
        Row(named[placed.key], placed, then.get(placed.key), a_year_ago.get(placed.key))
        for placed in now.rows
        if named[placed.key].is_shown
    ]
    return Group(f"{kind}-{size}" if size else kind, kind, size, bounds, now, rows)


def _darkened(group: Group) -> Group:
    """Hide small numerators and rests, and what would let them be worked out from the whole district's group."""
    counts = {
        str(placed.key): {"top": int(placed.figure.numerator), "rest": bottom - int(placed.figure.numerator)}
        for placed in group.ranking.rows
        if (bottom := placed.figure.denominator or 0)
    }
    dark = {int(key) for key, _part in hidden(counts)}
    return replace(group, rows=[replace(row, is_dark=row.member.key in dark) for row in group.rows], shows_sums=False)


def _rank(wanted: Wanted, members: list[Member], sums: Mapping[int, Sums]) -> Ranking:
    formula = wanted.formula
    candidates = (Candidate(one.key, formula.of(sums[one.key]), one.is_whole) for one in members)
    return rankings.rank(candidates, is_good_high=formula.is_good_high)


def kind_words(kind: str) -> str:
    """Return what members of a group have in common."""
    if kind in Settlement.values:
        return str(Settlement(kind).label)
    if kind in UnitKind.values:
        return str(UnitKind(kind).label)
    return str(Kind(kind).label) if kind in Kind.values else _("Urban and rural together")


def size_words(group: Group, size_by: str) -> str:
    """Return the class of size with its bounds, in words; "" for a group that is not cut."""
    if group.bounds is None:
        return ""
    first, second = group.bounds
    texts = {
        SizeBy.RESIDENTS: {
            Size.SMALL: _("up to %(most)s residents"),
            Size.MIDDLE: _("%(least)s to %(most)s residents"),
            Size.LARGE: _("%(least)s residents and more"),
        },
        SizeBy.ORDERS: {
            Size.SMALL: _("up to %(most)s orders"),
            Size.MIDDLE: _("%(least)s to %(most)s orders"),
            Size.LARGE: _("%(least)s orders and more"),
        },
    }
    least = {Size.MIDDLE: first + 1, Size.LARGE: second + 1}.get(group.size, 0)
    return texts[SizeBy(size_by)][group.size] % {
        "least": f"{least:,}",
        "most": f"{first if group.size == Size.SMALL else second:,}",
    }
