"""The words of the audit log for what early warning records there."""

from django.utils.translation import gettext_lazy as _

from accounts import audit


def register() -> None:
    audit.register("alerts.change_rule", _("Changed a rule of early warning"))
    audit.register("alerts.retire_rule", _("Retired a rule of early warning"))
    audit.register("alerts.export_list", _("Took the list of early warnings along"))
