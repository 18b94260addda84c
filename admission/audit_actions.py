"""The words of the audit log for what is recorded about tasks."""

from django.utils.translation import gettext_lazy as _

from accounts import audit


def register() -> None:
    """Name the actions; called once, when the app is ready."""
    audit.register("admission.change_effort", _("Changed the working time of incidents"))
    audit.register("admission.change_capacity", _("Changed the weekly working time"))
    audit.register("admission.export", _("Exported the answers of a task"))
