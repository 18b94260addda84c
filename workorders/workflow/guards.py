"""Guards that several concepts' rows share: what was asked for and is not decided yet."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workorders.models import WorkOrder
from workorders.states import ApprovalKind
from workorders.workflow.rule import Guard


def not_asked(kind: ApprovalKind) -> Guard:
    """Refuse to ask for what was asked for already."""

    def guard(order: WorkOrder) -> str | Promise | None:
        return _("This was asked for already and is not decided yet.") if kind in order.pending_approvals else None

    return guard


def asked(kind: ApprovalKind) -> Guard:
    """Refuse to decide where nobody asked."""

    def guard(order: WorkOrder) -> str | Promise | None:
        return None if kind in order.pending_approvals else _("Nothing of this kind waits for a decision.")

    return guard
