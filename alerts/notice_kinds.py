"""The words of the notices about early warnings: how many, and nothing of what they are about."""

from django.utils.translation import gettext_lazy as _

from accounts import notices


def register() -> None:
    notices.register(
        "warnings_new", title=_("%(count)s new early warnings wait for your decision"), icon="alert-triangle"
    )
    notices.register("warnings_grown", title=_("%(count)s early warnings are still growing"), icon="trending-up")
