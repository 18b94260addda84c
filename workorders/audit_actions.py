"""The words of the audit log for what work orders record there."""

from django.utils.translation import gettext_lazy as _

from accounts import audit


def register() -> None:
    """Name the actions; called once, when the app is ready."""
    audit.register("workorders.show_contact", _("Looked at a resident's contact"))
    audit.register("workorders.export_list", _("Exported the order list"))
    audit.register("workorders.exclude", _("Excluded an order from assessment"))
    audit.register("workorders.refuse_exclusion", _("Refused to exclude an order from assessment"))
    audit.register("workorders.change_limit", _("Changed a limit"))
    audit.register("workorders.change_ladder", _("Changed the escalation ladder"))
    audit.register("workorders.change_category", _("Changed a category"))
    audit.register("workorders.retire_precedent", _("Retired a routing precedent"))
