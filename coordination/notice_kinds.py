"""The words of the notices about whistles and joint reviews. They name the number and nothing of the content."""

from django.utils.translation import gettext_lazy as _

from accounts import notices

TITLES = {
    "whistle_called": _("Whistle %(number)s calls your unit: check in"),
    "whistle_due_soon": _("Whistle %(number)s: your unit has not checked in yet"),
    "whistle_absent": _("Whistle %(number)s: your unit was recorded as absent"),
    "whistle_units_absent": _("Whistle %(number)s: %(count)d called units did not come in time"),
    "whistle_reported": _("Whistle %(number)s: a unit reported what it did"),
    "whistle_rated": _("Whistle %(number)s: your unit was rated"),
    "whistle_closed": _("Whistle %(number)s is closed"),
    "whistle_cancelled": _("Whistle %(number)s was cancelled"),
}
MEETINGS = {
    "review_convened": _("Joint review %(number)s: your unit is to attend"),
    "review_decided": _("Joint review %(number)s has decided"),
    "review_corrected": _("Joint review %(number)s: a correction was added"),
    "review_cancelled": _("Joint review %(number)s was cancelled"),
    "review_overdue": _("Joint review %(number)s: the decision is overdue"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title, icon="speakerphone")
    for kind, title in MEETINGS.items():
        notices.register(kind, title=title, icon="users-group")
