"""What somebody asked for about an order and another person decides."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from workorders.approval_querysets import ApprovalQuerySet
from workorders.models.orders import WorkOrder
from workorders.states import ApprovalKind, ApprovalState


class Approval(models.Model):
    """One request (extension, suspension, explanation, exclusion) and its decision; one open of a kind at a time."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="approvals", db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=ApprovalKind.choices)
    state = models.CharField(_("state"), max_length=8, choices=ApprovalState.choices, default=ApprovalState.OPEN)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(_("asked"))
    reason = models.CharField(_("reason"), max_length=30, blank=True)
    note = models.TextField(_("explanation"), max_length=2000, blank=True)
    basis = models.TextField(_("basis"), max_length=2000, blank=True)
    wanted_until = models.DateTimeField(_("proposed date"), null=True, blank=True)
    granted_until = models.DateTimeField(_("granted until"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    opinion = models.TextField(_("opinion"), max_length=2000, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=models.Q(state=ApprovalState.OPEN),
                name="approval_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ApprovalState.OPEN) ^ models.Q(decided_at__isnull=False),
                name="approval_decided_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="approval_by_a_second_person",
            ),
        ]
        indexes = [
            # The approvals of an order, and of a district, the open ones first.
            models.Index(fields=["order", "-id"], name="approval_of_order"),
            models.Index(fields=["district", "state", "-id"], name="approval_of_district"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id}"
