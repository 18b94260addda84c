"""What happened to work orders, who had a part in it, and what they looked like."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, Unit
from grids.roles import Role
from workorders.models.orders import WorkOrder
from workorders.states import Move, State


class Involvement(models.Model):
    """Keeps sight: a person or a unit that was handed the order, whatever became of it later."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="involvements")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None) ^ models.Q(unit=None), name="involvement_user_or_unit"
            ),
            models.UniqueConstraint(
                fields=["user", "order"], condition=models.Q(unit=None), name="involvement_user_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "order"], condition=models.Q(user=None), name="involvement_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.unit_id} in {self.order_id}"


class Referral(models.Model):
    """An order shared with a unit or a person: they see it, nothing else changes (转介)."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="referrals")
    to_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_user=None) ^ models.Q(to_unit=None), name="referral_user_or_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} referred to {self.to_unit_id or self.to_user_id}"


class Event(models.Model):
    """One move of one order; a database trigger refuses changing or deleting it."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    move = models.CharField(max_length=20, choices=Move.choices)
    from_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=State.choices)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    """What else the move fixed, for replaying and for the flow record: times in ISO, keys of rows; no words."""
    elapsed_seconds = models.PositiveIntegerField(default=0)
    """Since the order's previous move."""

    class Meta:
        indexes = [
            # The flow record.
            models.Index(fields=["order", "id"], name="event_of_order"),
            # What happened in a district of late (rollups, "since yesterday").
            models.Index(fields=["district", "-at"], name="event_of_district"),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.order_id}"


class PhotoKind(models.TextChoices):
    BEFORE = "before", _("Before")
    AFTER = "after", _("After")


class Photo(models.Model):
    """A picture of the incident or its result: re-encoded JPEG without metadata (workorders/photos.py)."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="photos")
    kind = models.CharField(max_length=6, choices=PhotoKind.choices)
    image = models.FileField(upload_to="orders/%Y/%m/")
    thumbnail = models.FileField(upload_to="orders/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True, blank=True)
    lng = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "kind", "sha256"], name="photo_once_per_order")]

    def __str__(self) -> str:
        return f"{self.kind} photo of {self.order_id}"
