"""What a facility can be, and what can be done to its entry."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FacilityState(models.TextChoices):
    IN_USE = "in_use", pgettext_lazy("of a facility", "In use")
    DAMAGED = "damaged", pgettext_lazy("of a facility", "Damaged")
    REMOVED = "removed", pgettext_lazy("of a facility", "Removed")


class FacilityStep(models.TextChoices):
    ADD = "add", _("Entered")
    EDIT = "edit", _("Changed")
    STATE = "state", _("State changed")
    MOVE = "move", _("Came into another grid")


class BigClass(models.TextChoices):
    """The big classes of components (DOMAIN.md §2.8)."""

    UTILITIES = "01", _("Public utilities")
    TRAFFIC = "02", _("Roads and traffic")
    APPEARANCE = "03", _("City appearance")
    GREENERY = "04", _("Parks and greenery")
    OTHER = "05", _("Other components")


SOURCES: dict[str, Promise] = {
    "GB/T 30428 family, copies of deployed systems (secondary)": _(
        "GB/T 30428 family, copies of deployed systems (secondary)"
    ),
    "Our own number: position only, no picture": _("Our own number: position only, no picture"),
}
"""What facilities/data/kinds.csv names as the source of a kind."""
