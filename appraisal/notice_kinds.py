"""The words of the notices about appraisal. They name the period and the rule, and nobody."""

from django.utils.translation import gettext_lazy as _

from accounts import audit, notices

TITLES = {
    "appraisal_published": _("Appraisal %(period)s is published; objections until %(until)s"),
    "appraisal_final": _("Appraisal %(period)s is final"),
    "appraisal_points": _("Immediate points: %(points)s (%(rule)s)"),
    "appraisal_points_back": _("Immediate points given back: %(points)s (%(rule)s)"),
    "appraisal_decided": _("Appraisal %(period)s: your objection is decided"),
}
ACTIONS = {
    "appraisal.add_scheme": _("Added a scheme of appraisal"),
    "appraisal.change_scheme": _("Changed a scheme of appraisal"),
    "appraisal.end_scheme": _("Ended a scheme of appraisal"),
    "appraisal.open_period": _("Opened a period of appraisal"),
    "appraisal.compute": _("Counted a period of appraisal"),
    "appraisal.publish": _("Published a period of appraisal"),
    "appraisal.finalise": _("Made a period of appraisal final"),
    "appraisal.set_rule": _("Set a rule of immediate points"),
    "appraisal.end_rule": _("Ended a rule of immediate points"),
    "appraisal.object": _("Objected to a line of appraisal"),
    "appraisal.decide": _("Decided an objection"),
    "appraisal.set_element": _("Set a pay element"),
    "appraisal.end_band": _("Ended a band of results"),
    "appraisal.keep_record": _("Changed a worker's record"),
    "appraisal.export_payroll": _("Took a payroll along"),
    "appraisal.export_results": _("Took results of appraisal along"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title, icon="award")
    for action, label in ACTIONS.items():
        audit.register(action, label)
