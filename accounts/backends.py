"""Sign in by name and password. Permissions never come from here: posts give them (grids/backends.py)."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.kept import Kept
from accounts.models import User

_OF_KEY = Kept(lambda pk: User.objects.filter(pk=pk), pk=-1)


class PasswordBackend(ModelBackend):
    """Django's own check, which takes as long for an unknown name as for a known one; without its permission tables."""

    def get_user(self, user_id: Any) -> User | None:
        """Return who is signed in; each request asks for it."""
        found = next(iter(_OF_KEY.instances(pk=user_id)), None)
        return found if self.user_can_authenticate(found) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name under which failures are counted: without case, as names are compared."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(given).strip().lower()[:150]
