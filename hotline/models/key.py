"""Key supervision of requests, and the cards that complaints get (DOMAIN.md §2.9)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid, Unit
from hotline.calling import Colour, KeyReason
from hotline.models.requests import Request
from supervision.models import SupervisionOrder
from workorders.models import WorkOrder


class KeyCase(models.Model):
    """A request under key supervision, from when to when, and why; one open one at a time."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="key_cases", db_index=False)
    reason = models.CharField(pgettext_lazy("of key supervision", "reason"), max_length=10, choices=KeyReason.choices)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    flagged_at = models.DateTimeField(_("since"))
    flagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """None where a rule did."""
    supervision = models.ForeignKey(
        SupervisionOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    """Taken out by decision, with the reason; a case that ends with its request stays."""
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lifted_note = models.TextField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(lifted_at=None), name="keycase_one_open"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) ^ Q(lifted_by__isnull=False), name="keycase_lifted_by_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "-flagged_at", "-id"], name="keycase_of_district"),  # The ledger.
            models.Index(fields=["matter", "-id"], name="keycase_of_request"),
        ]

    def __str__(self) -> str:
        return f"key case {self.matter_id}"


class Card(models.Model):
    """A card given to whoever handles a complaint: one of each colour for each order; never changed."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="cards")
    colour = models.CharField(_("card"), max_length=6, choices=Colour.choices)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    """The order's deadline at that moment."""
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Who had the order then."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "colour"], name="card_once_per_order_and_colour")]
        indexes = [models.Index(fields=["district", "-at"], name="card_of_district")]

    def __str__(self) -> str:
        return f"{self.colour} {self.order_id}"
