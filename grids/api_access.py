"""Who may ask a view of the API: whoever holds a post that gives a permission."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from grids.roles import Permission


def needs(permission: Permission) -> type[BasePermission]:
    """Return the class that a view's `permission_classes` names: signed in, and some post of today gives this."""

    class Needs(BasePermission):
        def has_permission(self, request: Request, view: Any) -> bool:
            return request.user.has_perm(permission)

    return Needs
