"""The words of the audit log for what supervision records there."""

from django.utils.translation import gettext_lazy as _

from accounts import audit


def register() -> None:
    audit.register("supervision.change_limit", _("Changed a limit of supervision"))
    audit.register("supervision.change_situation", _("Changed a situation of the digest"))
