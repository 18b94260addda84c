"""The words of the notices about supervision. They name the number and nothing of the content."""

from django.utils.translation import gettext_lazy as _

from accounts import notices

TITLES = {
    "supervision_issued": _("Supervision order %(number)s asks for your reply"),
    "supervision_asked_again": _("Supervision order %(number)s asks you again"),
    "supervision_raised": _("Supervision order %(number)s was raised a level"),
    "supervision_replied": _("Supervision order %(number)s was answered"),
    "supervision_closed": _("Supervision order %(number)s is closed"),
    "supervision_due_soon": _("The reply to supervision order %(number)s is due soon"),
    "supervision_overdue": _("The reply to supervision order %(number)s is overdue"),
    "supervision_order_finished": _("The work order under supervision order %(number)s ended; conclude it"),
    "supervision_drafted": _("Supervision order %(number)s is drafted: issue or drop it"),
    "supervision_drafts": _("%(count)s supervision orders are drafted: issue or drop them"),
    "situations": _("%(count)s orders in your area need a look"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title, icon="urgent" if kind != "situations" else "binoculars")
