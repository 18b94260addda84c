"""Call-backs: the draw, every try, and the queue of those still to be made."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid
from hotline.call_querysets import QueueQuerySet, TryQuerySet
from hotline.calling import ANSWERED, DrawReason, Grade, LowReason, Outcome
from hotline.models.requests import Request
from hotline.models.rules import CallRule
from hotline.states import Solved


class CallBack(models.Model):
    """Whether one answer to a request is called back, and why; a database trigger refuses changing it."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="call_backs", db_index=False)
    round = models.PositiveSmallIntegerField()
    """`Request.reopen_count` when it was answered: one draw for each answer."""
    at = models.DateTimeField()
    is_drawn = models.BooleanField()
    reason = models.CharField(max_length=10, choices=DrawReason.choices)
    rule = models.ForeignKey(CallRule, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """The district's row that gave the share; null where the product's usual one did."""
    trait = models.CharField(max_length=12, blank=True)
    share = models.PositiveSmallIntegerField(default=0)
    """Percent."""
    ticket = models.PositiveSmallIntegerField(default=0)
    """0-9999, drawn from the request's key: it is called back where this is below a hundred times the share."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "round"], name="callback_one_per_answer")]

    def __str__(self) -> str:
        return f"call-back {self.matter_id}/{self.round}"


class CallTry(models.Model):
    """One try to reach the requester with what they said, or their own rating; a database trigger refuses changing
    it."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="calls", db_index=False)
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """None where the requester rated it themselves."""
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    was_contacted = models.BooleanField(_("contacted by the handler"), null=True, blank=True)
    solved = models.CharField(_("solved"), max_length=9, choices=Solved.choices, blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction"), null=True, blank=True, choices=Grade.choices)
    reason = models.CharField(
        pgettext_lazy("of dissatisfaction", "reason"), max_length=14, choices=LowReason.choices, blank=True
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)

    objects = TryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "round"],
                condition=Q(outcome__in=sorted(ANSWERED)),
                name="calltry_one_word_per_answer",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=sorted(ANSWERED)) | Q(was_contacted=None, solved="", satisfaction=None),
                name="calltry_says_something_when_reached",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="calltry_satisfaction_range"
            ),
        ]
        indexes = [
            models.Index(fields=["matter", "id"], name="calltry_of_request"),
            # The rates of a period.
            models.Index(fields=["district", "at"], name="calltry_of_district"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.matter_id}"


class QueuedCall(models.Model):
    """A request that waits to be called back. It goes when the requester was reached or is given up."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="queued_call")
    next_at = models.DateTimeField()
    """Not to be tried before."""
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["district", "next_at", "id"], name="queuedcall_next")]  # The queue.

    def __str__(self) -> str:
        return f"queued {self.matter_id}"
