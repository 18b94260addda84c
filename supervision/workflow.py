"""Who may make which act on a supervision order in which state: one table for pages, API and tasks. No database."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from grids.standing import Standing
from supervision.access import ANSWERS, SUPERVISES
from supervision.models import SupervisionOrder
from supervision.states import RUNNING, Act, State, higher
from workorders.models import WorkOrder
from workorders.workflow import InvalidMove


def supervises(order: WorkOrder, who: Standing) -> bool:
    return who.has_over(SUPERVISES, order.path_ids, order.grid_id)


def answers(item: SupervisionOrder, who: Standing) -> bool:
    """The people of the unit, or those who answer at exactly the node."""
    if item.unit_id is not None:
        return item.unit_id in who.unit_ids
    return who.has_at(ANSWERS, item.node_id)


def _judges(item: SupervisionOrder, who: Standing) -> bool:
    """Nobody judges their own reply."""
    own = item.state == State.REPLIED and item.replier_id == who.user_id
    return not own and supervises(item.order, who)


@dataclass(frozen=True)
class Rule:
    sources: frozenset[State]
    to: State
    allowed: Callable[[SupervisionOrder, Standing], bool]


ACTS: dict[Act, Rule] = {
    Act.ISSUE: Rule(frozenset({State.DRAFT}), State.ISSUED, _judges),
    Act.REPLY: Rule(frozenset({State.ISSUED}), State.REPLIED, answers),
    Act.CLOSE: Rule(RUNNING, State.CLOSED, _judges),
    Act.ASK_AGAIN: Rule(frozenset({State.REPLIED}), State.ISSUED, _judges),
    Act.RAISE: Rule(RUNNING, State.ISSUED, _judges),
    Act.DROP: Rule(frozenset({State.DRAFT}), State.DROPPED, _judges),
}
"""In the order in which the buttons stand. Drafting, falling overdue and the prompt are the system's alone."""


def refusal(item: SupervisionOrder, act: Act) -> str | None:
    """Say why the state does not allow the act, whoever asks; None where it does."""
    if item.state not in ACTS[act].sources:
        if item.state in {State.CLOSED, State.DROPPED}:
            return _("This supervision order is ended; nothing more can be done with it.")
        return _("This is not possible while the supervision order is “%(state)s”.") % {
            "state": item.get_state_display()
        }
    if act == Act.RAISE and not higher(item.level):
        return _("This is the highest level already.")
    if act == Act.ISSUE and item.order.is_final:
        return _("The work order is finished; there is nothing left to supervise. Drop the draft.")
    return None


def check_act(item: SupervisionOrder, act: Act, who: Standing | None) -> None:
    """Let the act pass or raise InvalidMove or PermissionDenied; `who` is None for the system."""
    why_not = refusal(item, act)
    if why_not is not None:
        raise InvalidMove(why_not)
    if who is not None and not ACTS[act].allowed(item, who):
        raise PermissionDenied(_("Your posts do not allow this on this supervision order."))


def acts_for(item: SupervisionOrder, who: Standing) -> list[Act]:
    """List what this person may do now, the usual act first."""
    return [act for act, rule in ACTS.items() if refusal(item, act) is None and rule.allowed(item, who)]


def check_issue(order: WorkOrder, open_one: SupervisionOrder | None, who: Standing | None) -> None:
    """Let a supervision order be issued on this work order, or raise; `open_one` is its open one, if any."""
    if order.is_final:
        raise InvalidMove(_("The work order is finished; there is nothing left to supervise."))
    if open_one is not None and open_one.is_running:
        raise InvalidMove(
            _("Supervision order %(number)s is open on this work order already.") % {"number": open_one.number}
        )
    if who is not None and not supervises(order, who):
        raise PermissionDenied(_("Your posts do not let you supervise this work order."))
