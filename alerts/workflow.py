"""Who may decide on a warning, and when. No database."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from alerts.models import EarlyWarning
from grids.roles import Permission
from grids.standing import Standing
from workorders.workflow import InvalidMove, StaleOrder


def decides(warning: EarlyWarning, who: Standing) -> bool:
    """Say whether a post over the warning's place lets this person decide; the node must be joined."""
    node = warning.node
    return any(
        post.unit_id is None and post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght
        for post in who.nodes(Permission.CONFIRM_WARNINGS)
    )


def check_decision(warning: EarlyWarning, who: Standing | None, version: int | None = None) -> None:
    """Raise PermissionDenied, InvalidMove or StaleOrder unless this person may decide on it now; None is the system."""
    if who is not None and not decides(warning, who):
        raise PermissionDenied(_("None of your posts lets you decide on this warning."))
    if not warning.is_open:
        raise InvalidMove(
            _("This warning is “%(state)s” already; nothing is left to decide.")
            % {"state": warning.get_state_display()}
        )
    if version is not None and version != warning.version:
        raise StaleOrder(_("The warning has changed since you opened it. Look at it again, then decide."))
