"""The words of the audit log and of notices for what is done with personal data."""

from django.utils.translation import gettext_lazy as _

from accounts import audit


def register() -> None:
    """Name them; called once, when the app is ready."""
    audit.register("residents.reveal", _("Looked at a masked number"))
