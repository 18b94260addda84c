"""What the pages and workbooks of the six rates show: scope by posts and node, rows with names, links to lists."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid, Kind, Unit
from grids.roles import Permission
from grids.standing import Standing
from hotline import rules
from hotline.forms.rates import RatesForm
from hotline.periods import Period
from hotline.rates import COLUMNS, MEANINGS, By, Figure, Rate, Row, Scope, by_root, total
from residents import sight
from workorders.categories import descendants
from workorders.models import Category

PREFIXES = ("", "matter__")


@dataclass
class Chosen:
    """A period, a part of the area and a way to split it, as an address says them."""

    period: Period
    by: str
    node: Grid | None
    scope: Scope
    form: RatesForm
    district_id: int
    refused: Promise | str = ""
    names: dict[int, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, Any]:
        node = {"node": self.node.pk} if self.node is not None else {}
        return {**self.period.query, "by": self.by, **node}


def choose(user: User, given: QueryDict, now: dt.datetime | None = None) -> Chosen:
    """Read what is wanted. Raises PermissionDenied without the permission, Http404 for a node outside one's area."""
    who, moment = standing_for(user), now or timezone.now()
    posts = [post for post in who.nodes(Permission.VIEW_RATES) if post.unit_id is None]
    if not posts:
        raise PermissionDenied(_("Your posts do not open this page."))
    form = RatesForm(given)
    period = form.period(timezone.localdate(moment))
    node = _node(who, form.cleaned_data.get("node"))
    usual = By.COMMUNITY if node is not None or posts[0].kind != Kind.DISTRICT else By.STREET
    by = form.cleaned_data.get("by") or usual
    district = Grid.objects.only("pk").get(tree_id=posts[0].tree_id, parent=None)
    scope = scope_of(who, district.pk, node, moment)
    shown = {"length": period.length, "on": period.first, "first": period.first, "last": period.last, "by": by}
    fresh = RatesForm(shown | {"node": node.pk if node else None})
    return Chosen(period, by, node, scope, fresh, district.pk, form.refused)


def scope_of(who: Standing | None, district_id: int, node: Grid | None, now: dt.datetime) -> Scope:
    """Return what is counted: of one's area, or of the whole district for the system (`who` None)."""
    area: dict[str, Q] = {}
    for prefix in PREFIXES:
        area[prefix] = (
            sight.area(who, Permission.VIEW_RATES, prefix)
            if who is not None
            else Q(**{f"{prefix}district": district_id})
        )
        if node is not None:
            area[prefix] &= Q(**{f"{prefix}{sight.COLUMN.get(node.kind, 'grid')}": node.pk})
    return Scope(area, now, rules.weights(rules.measures(district_id)))


def _node(who: Standing, pk: int | None) -> Grid | None:
    if pk is None:
        return None
    nodes = Grid.objects.defer("boundary", "duties").filter(kind__in=[Kind.STREET, Kind.COMMUNITY])
    node: Grid | None = nodes.filter(pk=pk).first()
    posts = [post for post in who.nodes(Permission.VIEW_RATES) if post.unit_id is None]
    if node is None or not any(
        post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght for post in posts
    ):
        raise Http404
    return node


@dataclass(frozen=True)
class Cell:
    """One rate of one row: numbers, and the lists that they count."""

    rate: Rate
    figure: Figure
    before: Figure
    numerator_url: str = ""
    denominator_url: str = ""

    @property
    def change(self) -> Any:
        """Return how many percent points more than before; None where one of both has nothing to divide."""
        now, before = self.figure.percent, self.before.percent
        return None if now is None or before is None else now - before

    @property
    def meaning(self) -> Any:
        return MEANINGS[self.rate]

    @property
    def says_counted(self) -> bool:
        """Say whether the numerator is weighted, so that it is not the number of its list's rows."""
        return self.rate == Rate.SATISFACTION and self.figure.numerator != self.figure.counted


@dataclass(frozen=True)
class Line:
    name: str
    cells: list[Cell]
    url: str = ""


def table(chosen: Chosen) -> tuple[list[Cell], list[Line]]:
    """Return the six rates of the whole, and a line for each node, unit or category with anything to count."""
    rows = chosen.scope.table(chosen.by, chosen.period)
    if chosen.by == By.CATEGORY:
        rows = by_root(rows)
    chosen.names = names_of(chosen.by, rows)
    lines = [
        Line(name_of(chosen, row), _cells(chosen, row, with_key=True), _deeper(chosen, row))
        for row in rows
        if any(figure.denominator for figure in row.now.values())
    ]
    return _cells(chosen, total(rows), with_key=False), sorted(lines, key=lambda line: line.name)


def names_of(by: str, rows: list[Row]) -> dict[int, str]:
    """Return the names of a table's rows: one query."""
    keys = [row.key for row in rows if row.key is not None]
    if by == By.UNIT:
        return dict(Unit.objects.filter(pk__in=keys).values_list("pk", "name"))
    if by == By.CATEGORY:
        return dict(Category.objects.filter(pk__in=keys).values_list("pk", "name"))
    return dict(Grid.objects.filter(pk__in=keys).values_list("pk", "name"))


def name_of(chosen: Chosen, row: Row) -> str:
    if row.key is not None:
        return chosen.names.get(row.key, "")
    return {
        By.UNIT: _("Grid workers and desk, no unit"),
        By.CATEGORY: _("No category"),
    }.get(By(chosen.by), _("Not located so far"))


def _deeper(chosen: Chosen, row: Row) -> str:
    if chosen.by != By.STREET or row.key is None:
        return ""
    return f"{reverse('hotline:rates')}?{urlencode(chosen.period.query | {'by': By.COMMUNITY, 'node': row.key})}"


def _cells(chosen: Chosen, row: Row, *, with_key: bool) -> list[Cell]:
    cells = []
    for rate in Rate:
        query = chosen.query | {"rate": rate.value} | ({"key": row.key or 0} if with_key else {})
        url = f"{reverse('hotline:rate-list')}?{urlencode(query)}"
        figure, before = row.now.get(rate, Figure()), row.before.get(rate, Figure())
        cells.append(Cell(rate, figure, before, f"{url}&part=n", f"{url}&part=d"))
    return cells


def rows_of(chosen: Chosen, given: Mapping[str, Any]) -> Any:
    """Return the rows that one number counts."""
    found = chosen.scope.listed(given["rate"], chosen.period, is_numerator=given["part"] == "n")
    key = given.get("key")
    if key is None:
        return found
    column = f"{'' if chosen.scope.family(given['rate']) == 'due' else 'matter__'}{COLUMNS[By(chosen.by)]}"
    if not key:
        return found.filter(**{f"{column}__isnull": True})
    if chosen.by == By.CATEGORY:
        return found.filter(
            **{f"{column}__in": descendants(key, dict(Category.objects.values_list("pk", "parent_id")))}
        )
    return found.filter(**{column: key})
