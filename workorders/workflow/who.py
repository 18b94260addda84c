"""Who stands how to an order: the answers of which the table's “by whom” is made. Pure; no database."""

from grids.roles import Permission
from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import OrderKind, State
from workorders.workflow.rule import Allowed


def is_handler(order: WorkOrder, who: Standing) -> bool:
    """The assignee, or where nobody is named anyone of the lead unit."""
    if order.assignee_id is not None:
        return order.assignee_id == who.user_id
    return order.lead_unit_id is not None and order.lead_unit_id in who.unit_ids


def handled_it(order: WorkOrder, who: Standing) -> bool:
    return order.handler_id == who.user_id


def answers_for(order: WorkOrder, who: Standing) -> bool:
    """Somebody of the unit that first received the order, or of the node where no unit was first."""
    if order.accountable_unit_id is not None:
        return order.accountable_unit_id in who.unit_ids
    return who.has_at(Permission.HANDLE, order.accountable_node_id)


def over_holder(permission: Permission) -> Allowed:
    """A post that gives the permission at the node that has the order, or above it."""
    return lambda order, who: who.has_over(permission, order.path_ids, order.holder_id)


def over_grid(permission: Permission) -> Allowed:
    """A post that gives the permission at the order's place, or above it."""
    return lambda order, who: who.has_over(permission, order.path_ids, order.grid_id)


def at_holder(permission: Permission) -> Allowed:
    """A post that gives the permission at exactly the node that has the order."""
    return lambda order, who: who.has_at(permission, order.holder_id)


def owns(order: WorkOrder, who: Standing) -> bool:
    return order.assignee_id == who.user_id or who.has_at(Permission.ESCALATE, order.holder_id)


def settles(order: WorkOrder, who: Standing) -> bool:
    """People of the place; and whoever reported it, where their unit handles orders."""
    return who.has_over(Permission.HANDLE, order.path_ids, order.grid_id) or (
        order.reporter_id == who.user_id and who.has(Permission.HANDLE)
    )


def dispatches(order: WorkOrder, who: Standing) -> bool:
    return (order.state == State.FILED and order.assignee_id == who.user_id) or who.has_over(
        Permission.DISPATCH, order.path_ids, order.holder_id
    )


def checks_assist(order: WorkOrder, who: Standing) -> bool:
    """Whoever handles the order that was assisted, kept as `assignee` while the result waits; where nobody is named,
    and in their stead, the level's own people. Never the assisting unit itself."""
    if handled_it(order, who) or order.lead_unit_id in who.unit_ids:
        return False
    if order.assignee_id == who.user_id or who.has_over(Permission.DISPATCH, order.path_ids, order.holder_id):
        return True
    return order.assignee_id is None and who.has_over(Permission.VERIFY, order.path_ids, order.holder_id)


def verifies(order: WorkOrder, who: Standing) -> bool:
    if order.kind == OrderKind.ASSIST:
        return checks_assist(order, who)
    return (
        not handled_it(order, who)
        and (order.lead_unit_id is None or order.lead_unit_id not in who.unit_ids)
        and who.has_over(Permission.VERIFY, order.path_ids, order.grid_id)
    )


def closes(order: WorkOrder, who: Standing) -> bool:
    """What was solved on the spot is closed by another person (it had no verification)."""
    if order.signed_at is None and handled_it(order, who):
        return False
    return who.has_over(Permission.CLOSE, order.path_ids, order.grid_id)


def rates(order: WorkOrder, who: Standing) -> bool:
    if handled_it(order, who):
        return False
    return order.reporter_id == who.user_id or who.has_over(Permission.EVALUATE, order.path_ids, order.grid_id)


def sees_contact(order: WorkOrder, who: Standing) -> bool:
    """The resident's name and phone are for whoever has to speak with them: the reporter, the handler, the people of
    the holder while the order is open, who rates it once it is closed; then for nobody."""
    if order.state == State.CLOSED:
        return rates(order, who)
    if order.state == State.MERGED:  # its resident is told the other order's answer
        return order.reporter_id == who.user_id or who.has_over(Permission.EVALUATE, order.path_ids, order.grid_id)
    if order.is_final:
        return False
    return (
        order.reporter_id == who.user_id
        or is_handler(order, who)
        or who.has_over(Permission.HANDLE, order.path_ids, order.holder_id)
        or who.has_over(Permission.ACCEPT, order.path_ids, order.holder_id)
    )


def approves(order: WorkOrder, who: Standing) -> bool:
    """Decide on a handler's request: at the node that has the order or above it, and not its handler."""
    return not is_handler(order, who) and who.has_over(Permission.APPROVE, order.path_ids, order.holder_id)
