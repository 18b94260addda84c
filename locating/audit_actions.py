"""What the audit log says of corrected places, in words."""

from django.utils.translation import gettext_lazy as _

from accounts import audit


def register() -> None:
    """Name the actions; called once, when the app is ready."""
    audit.register("locating.correct", _("Corrected which grid a place lies in"))
    audit.register("locating.retire_correction", _("Retired a corrected place"))
