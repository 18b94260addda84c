"""The words of the notices about the tree."""

from django.utils.translation import gettext_lazy as _

from accounts import notices


def register() -> None:
    notices.register("audit_broken", title=_("The audit log has %(count)s faults"), icon="alert-triangle")
    notices.register("tree_broken", title=_("The area tree has %(count)s faults"), icon="alert-triangle")
