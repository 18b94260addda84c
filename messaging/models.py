"""What is told to residents, and how each way out is doing."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from grids.models import Grid
from messaging.querysets import MessageQuerySet
from messaging.states import Failure, MessageState, Way


class Message(models.Model):
    """One message to one resident, written with the change that it tells of; a sweep delivers it."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    """Goes along with every try, so that a gateway that knows it sends once."""
    way = models.CharField(max_length=10, choices=Way.choices)
    address = EncryptedTextField()
    subject = EncryptedTextField(blank=True)
    body = EncryptedTextField()
    purpose = models.CharField(max_length=40)
    """What it is, as messaging/purposes.py names it: `hotline.reply`."""
    reference = models.BigIntegerField(null=True, blank=True)
    """Primary key of what it belongs to; which table, the purpose says."""
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    carried_by = models.CharField(max_length=10, blank=True)
    """What took it: the way itself, or `console` where nothing left the house."""
    provider_id = models.CharField(max_length=80, blank=True)
    """The gateway's own number for it."""
    failure = models.CharField(max_length=10, choices=Failure.choices, blank=True)
    code = models.CharField(max_length=20, blank=True)
    """The status or error number of the last refusal, letters and digits only."""
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    """Whoever delivers holds the row until then; one who is killed holds it no longer."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to a resident")
        verbose_name_plural = _("messages to residents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=MessageState.SENT) ^ models.Q(sent_at=None), name="message_sent_has_moment"
            ),
        ]
        indexes = [
            # The sweep: what is due by one way.
            models.Index(
                fields=["way", "next_at"], condition=models.Q(state__in=["waiting", "failed"]), name="message_due"
            ),
            # The administrators' list, newest first, of all or of one state.
            models.Index(fields=["district", "-id"], name="message_log"),
            models.Index(fields=["district", "state", "-id"], name="message_log_of_state"),
            # What became of an answer: on the page of what it belongs to.
            models.Index(fields=["purpose", "reference"], name="message_about"),
            # Clearing away what is old.
            models.Index(fields=["tried_at"], name="message_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.reference or ''}".strip()


class WayHealth(models.Model):
    """How one way out is doing; ways are set up for the whole installation."""

    way = models.CharField(max_length=10, choices=Way.choices, unique=True)
    failures = models.PositiveIntegerField(default=0)
    """On end, since it last took something."""
    failing_since = models.DateTimeField(null=True, blank=True)
    last_failure = models.CharField(max_length=10, choices=Failure.choices, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    """When the administrators were told that it fails."""

    class Meta:
        verbose_name = _("way out")
        verbose_name_plural = _("ways out")

    def __str__(self) -> str:
        return self.get_way_display()
