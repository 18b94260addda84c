"""What the pages of rules share: whose rules they are."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission


def district_of(request: UserRequest, permission: Permission = Permission.MANAGE_RULES) -> Grid:
    """Return the district in which the person holds this permission, the first of several; 403 without one."""
    posts = standing_for(request.user).nodes(permission)
    if not posts:
        raise PermissionDenied(_("None of your posts opens this page."))
    district: Grid = Grid.objects.get(tree_id=posts[0].tree_id, parent=None)
    return district
