"""The words of the notices about hotline requests. They name the number and nothing of the content."""

from django.utils.translation import gettext_lazy as _

from accounts import notices

TITLES = {
    "request_received": _("Request %(number)s waits at the desk"),
}


def register() -> None:
    for kind, title in TITLES.items():
        notices.register(kind, title=title, icon="phone-call")
