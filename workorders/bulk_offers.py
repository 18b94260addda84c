"""Which moves a list offers for many orders at once: those that at least one of its rows allows."""

from collections.abc import Iterable

from grids.standing import Standing
from workorders.forms.bulk import FORMS
from workorders.forms.pages import MOVE_PAGES
from workorders.models import WorkOrder
from workorders.rows import ListedOrder
from workorders.states import Move
from workorders.workflow import MOVES, refusal

UNREAD = ("contact_name", "contact_phone", "description", "result", "routing", "answer")
"""Columns that the table of moves never looks at."""


def offered(rows: Iterable[ListedOrder], who: Standing) -> list[tuple[Move, str]]:
    """List the moves and their icons: one query, none where every row is finished."""
    open_ids = [row.id for row in rows if not row.is_final]
    if not open_ids:
        return []
    orders = list(WorkOrder.objects.filter(pk__in=open_ids).defer(*UNREAD))
    legal = [move for move in FORMS if any(allows(order, move, who) for order in orders)]
    return [(move, MOVE_PAGES[move].icon) for move in legal]


def allows(order: WorkOrder, move: Move, who: Standing) -> bool:
    return refusal(order, move) is None and MOVES[move].allowed(order, who)
