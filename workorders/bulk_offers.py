"""Which moves a list offers for many orders at once: those that at least one of its rows allows."""

from collections.abc import Iterable
from typing import Any

from grids.standing import Standing
from workorders.forms.bulk import FORMS
from workorders.forms.pages import MOVE_PAGES
from workorders.models import WorkOrder
from workorders.rows import ListedOrder
from workorders.states import Move
from workorders.workflow import MOVES, is_possible

FACTS = (
    *("district_id", "street_id", "co_community_id", "dispatched_from_id", "accountable_node_id"),
    *("accountable_unit_id", "reporter_id", "handler_id", "signed_at", "answer", "is_reply_due"),
)
"""What the rules of these moves look at beyond what a row shows (`rows.columns`). Whatever they look at besides is
read for each order anew, so a new rule names its columns here."""


def offered(rows: Iterable[Any], who: Standing) -> list[tuple[Move, str]]:
    """List the moves and their icons, by rows that were read with these `FACTS`: no query."""
    orders = [_order(row) for row in rows if row.finished_at is None]
    legal = [move for move in FORMS if any(allows(order, move, who) for order in orders)]
    return [(move, MOVE_PAGES[move].icon) for move in legal]


def _order(row: Any) -> WorkOrder:
    return WorkOrder.from_db(None, _READ, [getattr(row, name) for name in _READ])


_READ = [field.attname for field in WorkOrder._meta.concrete_fields if field.attname in {*ListedOrder._fields, *FACTS}]
"""In the model's order, which `from_db` goes by."""


def allows(order: WorkOrder, move: Move, who: Standing) -> bool:
    return is_possible(order, move) and MOVES[move].allowed(order, who)
