"""To whom a demand on a work order can be addressed: the unit or the node that has it, or that answers for it."""

from dataclasses import dataclass

from grids.models import Grid, Unit
from workorders.models import WorkOrder
from workorders.states import State

IN_HAND = frozenset({State.DISPATCHED, State.IN_PROGRESS, State.SUSPENDED})


@dataclass(frozen=True)
class Addressee:
    """A unit, or else a node."""

    unit: Unit | None = None
    node: Grid | None = None

    @property
    def key(self) -> str:
        return f"unit-{self.unit.pk}" if self.unit is not None else f"node-{self.node.pk}" if self.node else ""

    def __str__(self) -> str:
        return str(self.unit or self.node or "")


def offered(order: WorkOrder) -> list[Addressee]:
    """Offer whoever has the order first, then the leading unit, then who is accountable (首接负责制), then its path.

    The units and nodes named here must be joined, or cost a query each.
    """
    found: list[Addressee] = []
    if order.lead_unit is not None:
        found.append(Addressee(unit=order.lead_unit))
    holder = Addressee(node=order.holder)
    if order.state in IN_HAND:
        found.append(holder)
    else:
        found.insert(0, holder)
    if order.accountable_unit is not None:
        found.append(Addressee(unit=order.accountable_unit))
    found += [
        Addressee(node=node)
        for node in (order.accountable_node, order.grid, order.community, order.street, order.district)
        if node is not None
    ]
    return list({choice.key: choice for choice in found}.values())


def of_item(unit: Unit | None, node: Grid) -> Addressee:
    return Addressee(unit=unit) if unit is not None else Addressee(node=node)
