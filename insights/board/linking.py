"""Links from numbers to the lists that they count, for whoever may open those."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
        if cell.name in HotlineRate.values:
            return self._hotline(cell)
        top = cell.top if cell.unit != Unit.HOURS else None
        period = self._period(cell.when)
        return replace(
            cell,
            url=_address(node_id, period, top) if cell.numerator else "",
            below_url=_address(node_id, period, cell.bottom) if cell.denominator else "",
        )

    def _period(self, when: str) -> Period:
        return {"before": self.stretch.before, "year": self.stretch.year_before}.get(when, self.stretch.now)

    def _hotline(self, cell: Cell) -> Cell:
        """Link a rate to the hotline's own lists where they count the same area for this person."""
        node = self._node_query()
        if node is None or not cell.denominator:
            return cell
        query = urlencode({**self._period(cell.when).query, **node, "rate": cell.name})
        address = f"{reverse('hotline:rate-list')}?{query}"
        is_weighted = cell.name == HotlineRate.SATISFACTION
        top = "" if is_weighted or not cell.numerator else f"{address}&part=n"
        return replace(cell, url=top, below_url=f"{address}&part=d")

    def _node_query(self) -> dict[str, Any] | None:
        posts = [post for post in self.who.nodes(Permission.VIEW_RATES) if post.unit_id is None]
        node = self.node
        if not any(p.tree_id == node.tree_id and p.lft <= node.lft and p.rght >= node.rght for p in posts):
            return None
        if node.kind in {Kind.STREET, Kind.COMMUNITY}:
            return {"node": node.pk}
        return {} if node.kind == Kind.DISTRICT else None


def _address(node_id: int, period: Period, part: Part | None) -> str:
    return behind.address(node_id, period, part[0], part[1]) if part is not None else ""
