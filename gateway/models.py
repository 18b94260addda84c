"""Who is told of moves, and how each telling went."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from gateway import backoff
from gateway.querysets import DeliveryQuerySet, ReceiverQuerySet
from gateway.states import DeliveryState, Failure, Health, PauseReason
from grids.models import Grid
from workorders.models import Event, WorkOrder


class Receiver(models.Model):
    """An address of another system that is told of a district's moves."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    url = models.URLField(_("address"), max_length=500)
    secret = EncryptedTextField()
    former_secret = EncryptedTextField(blank=True)
    former_secret_until = models.DateTimeField(null=True, blank=True)
    """Until then the former secret signs too, so that the other side can change over in its own time."""
    moves = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    """Which moves (workorders.states.Move) it wants; none named: all."""
    kinds = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    """Of which kinds of order (workorders.states.OrderKind); none named: of all."""
    read_upto = models.BigIntegerField(default=0)
    """Each event up to this id has its delivery, or is not wanted (gateway/stream.py)."""
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=10, choices=PauseReason.choices, blank=True)
    failures = models.PositiveIntegerField(default=0)
    """On end, since it last took something."""
    failing_since = models.DateTimeField(null=True, blank=True)
    last_failure = models.CharField(max_length=10, choices=Failure.choices, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    """Whoever delivers holds the receiver until then; one who is killed holds it no longer."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReceiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("receiver")
        verbose_name_plural = _("receivers")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name"],
                name="receiver_name_once",
                violation_error_message=_("There is a receiver of this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(paused_at=None) ^ ~models.Q(pause_reason=""), name="receiver_pause_has_reason"
            ),
        ]
        indexes = [
            # The sweep: whose turn has come.
            models.Index(fields=["next_at"], condition=models.Q(paused_at=None), name="receiver_due"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gateway:receiver", args=[self.pk])

    @property
    def health(self) -> Health:
        if self.paused_at is not None:
            return Health.PAUSED
        if backoff.is_failing(self.failures):
            return Health.FAILING
        if self.failures:
            return Health.SHAKY
        return Health.WELL if self.last_sent_at else Health.NEW

    def keys(self, now: dt.datetime) -> list[str]:
        """Return the secrets that sign at this moment, the newest first."""
        if self.former_secret and self.former_secret_until is not None and now < self.former_secret_until:
            return [self.secret, self.former_secret]
        return [self.secret]


class Delivery(models.Model):
    """One move for one receiver. The log of what was told, kept for a while; what it said is made from the event."""

    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=10, choices=Failure.choices, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            # Also the log, newest first.
            models.UniqueConstraint(fields=["receiver", "event"], name="delivery_once"),
        ]
        indexes = [
            # The sweep: the next ones in the order of the moves.
            models.Index(
                fields=["receiver", "event"],
                condition=models.Q(state__in=["waiting", "failed"]),
                name="delivery_open",
            ),
            # Does an earlier move of the same order wait?
            models.Index(
                fields=["receiver", "order", "event"],
                condition=models.Q(state__in=["waiting", "failed"]),
                name="delivery_open_of_order",
            ),
            # The log of one state, newest first.
            models.Index(fields=["receiver", "state", "-event"], name="delivery_log"),
            # Clearing away what is old.
            models.Index(fields=["tried_at"], name="delivery_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.receiver_id}"
