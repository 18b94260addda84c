"""The words of the notices about hotline requests. They name the number and nothing of the content."""

from django.utils.translation import gettext_lazy as _

from accounts import notices

TITLES = {
    "card_yellow": _("Yellow card: complaint order %(number)s falls due within a working day"),
    "card_red": _("Red card: complaint order %(number)s is overdue"),
    "circular_composed": _("The hotline's weekly circular of %(monday)s waits to be edited and published"),
    "request_received": _("Request %(number)s waits at the desk"),
    "request_answer_undelivered": _("The answer to request %(number)s could not be delivered: tell the requester"),
    "reply_to_review": _("The reply about order %(number)s is to be reviewed"),
    "reply_returned": _("The reply about order %(number)s came back: write it anew"),
    "reply_approved": _("The reply about order %(number)s went out"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title, icon="phone-call")
