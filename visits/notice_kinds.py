"""The words of the notices about visits: numbers, never people."""

from django.utils.translation import gettext_lazy as _

from accounts import notices


def register() -> None:
    notices.register("visits_overdue", title=_("%(count)s people in your area are overdue for a visit"), icon="walk")
