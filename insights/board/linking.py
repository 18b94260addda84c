"""Links from numbers to the lists that they count, for whoever may open those."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import Standing
from hotline.periods import Period
from insights import behind
from insights.board.comparing import Compared
from insights.cells import Cell, Change, Part, Table, Unit
from insights.figures import HotlineRate
from insights.stretches import Stretch

_HOTLINE = frozenset(HotlineRate.values)


@lru_cache(maxsize=4096)
def address_of(node_id: int) -> str:
    """Return where a node's dashboard is; the query says of when."""
    return reverse("insights:node", args=[node_id])


@dataclass(frozen=True)
class Links:
    """Fills in the addresses."""

    node: Grid
    stretch: Stretch
    who: Standing

    def table(self, table: Table) -> Table:
        rows = [replace(row, cells=self.cells(row.cells, row.node or self.node.pk)) for row in table.rows]
        return replace(table, rows=rows)

    def compared(self, one: Compared) -> Compared:
        now, before, year = (self.cell(cell, self.node.pk) for cell in (one.now, one.before, one.year))
        return Compared(one.entry, now, before, year)

    def cells(self, cells: Sequence[Cell | Change], node_id: int) -> list[Cell | Change]:
        return [self.cell(cell, node_id) if isinstance(cell, Cell) else cell for cell in cells]

    def cell(self, cell: Cell, node_id: int) -> Cell:
        if cell.name in _HOTLINE:
            return self._hotline(cell)
        if cell.top is None and cell.bottom is None:
            return cell
        top = cell.top if cell.unit != Unit.HOURS else None
        url = self._listed(node_id, cell.when, top) if cell.numerator else ""
        below_url = self._listed(node_id, cell.when, cell.bottom) if cell.denominator else ""
        return cell._replace(url=url, below_url=below_url) if url or below_url else cell

    def _listed(self, node_id: int, when: str, part: Part | None) -> str:
        if part is None or part[0] not in behind.LISTED:
            return ""
        if (node_id, when) not in self._behind:
            self._behind[node_id, when] = behind.address(node_id, self._period(when))
        return f"{self._behind[node_id, when]}&{behind.query(*part)}"

    @cached_property
    def _behind(self) -> dict[tuple[int, str], str]:
        """The addresses that were made, by node and period: a page has a thousand links to a few of them."""
        return {}

    def _period(self, when: str) -> Period:
        return {"before": self.stretch.before, "year": self.stretch.year_before}.get(when, self.stretch.now)

    def _hotline(self, cell: Cell) -> Cell:
        """Link a rate to the hotline's own lists where they count the same area for this person."""
        if self.rates_of is None or not cell.denominator:
            return cell
        if cell.when not in self._rates:
            query = urlencode({**self._period(cell.when).query, **self.rates_of})
            self._rates[cell.when] = f"{reverse('hotline:rate-list')}?{query}"
        address = f"{self._rates[cell.when]}&rate={cell.name}"
        is_weighted = cell.name == HotlineRate.SATISFACTION
        top = "" if is_weighted or not cell.numerator else f"{address}&part=n"
        return cell._replace(url=top, below_url=f"{address}&part=d")

    @cached_property
    def _rates(self) -> dict[str, str]:
        """The addresses of the hotline's lists that were made, by period."""
        return {}

    @cached_property
    def rates_of(self) -> dict[str, Any] | None:
        """Return which lists of the hotline this person may open for the node; None where there are none."""
        posts = [post for post in self.who.nodes(Permission.VIEW_RATES) if post.unit_id is None]
        node = self.node
        if not any(p.tree_id == node.tree_id and p.lft <= node.lft and p.rght >= node.rght for p in posts):
            return None
        if node.kind in {Kind.STREET, Kind.COMMUNITY}:
            return {"node": node.pk}
        return {} if node.kind == Kind.DISTRICT else None
