"""The words of notices about the registers; they name numbers of rows and nobody in them."""

from django.utils.translation import gettext_lazy as _

from accounts import notices


def register() -> None:
    notices.register("registers_broken", title=_("The registers have %(count)s faults"), icon="alert-triangle")
