"""Who looked at whose number in full, why; append-only, and in the chained audit log besides."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from residents.models.organisations import Organisation
from residents.models.people import Resident
from residents.models.placed import Placed
from residents.models.places import House
from residents.querysets import PlacedQuerySet


class LookReason(models.TextChoices):
    """Why a number is needed in full; nothing else is a reason."""

    VISIT = "visit", _("Visit or call to this person")
    ORDER = "order", _("Handling a work order")
    VERIFY = "verify", _("Confirming who somebody is, in their presence")
    CORRECT = "correct", _("Correcting the entry")
    EMERGENCY = "emergency", _("Emergency: danger to life, health or property")
    OWN_REQUEST = "own_request", _("The resident's own request")
    INSPECTION = "inspection", _("Inspection of how data is handled")


class Look(Placed):
    """One look at one field of one row. It holds no value that was shown."""

    resident = models.ForeignKey(Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="looks")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="looks"
    )
    house = models.ForeignKey(
        House, null=True, blank=True, on_delete=models.PROTECT, related_name="looks", db_index=False
    )
    """Whose owner's number was shown; nothing lists the looks of a house."""
    field = models.CharField(_("what was shown"), max_length=30)
    reason = models.CharField(_("reason"), max_length=12, choices=LookReason.choices)
    reference = models.CharField(_("work order or circumstances"), max_length=100)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("person")
    )
    at = models.DateTimeField(_("time"))

    objects = PlacedQuerySet["Look"].as_manager()

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resident__isnull=False, organisation=None, house=None)
                | models.Q(resident=None, organisation__isnull=False, house=None)
                | models.Q(resident=None, organisation=None, house__isnull=False),
                name="look_at_one_row",
            )
        ]
        indexes = [
            # How often this hour.
            models.Index(fields=["actor", "-at"], name="look_of_actor"),
            # Who looked at what, of a district and of a street.
            models.Index(fields=["district", "-at", "-id"], name="look_in_district"),
            models.Index(fields=["street", "-at", "-id"], name="look_in_street"),
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
