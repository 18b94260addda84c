"""A joint review of an order that climbed, the units in it, and its record that nobody changes."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.querysets import ReviewQuerySet
from coordination.states import Decision, Entry, Part, ReviewState
from grids.models import Grid, Unit
from grids.roles import Role
from workorders.models import Precedent, WorkOrder


class JointReview(models.Model):
    """A level puts an order that climbed to it before a meeting. Once decided, a database trigger refuses changes."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("order"))
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("level"))
    question = models.TextField(_("what is to be decided"), max_length=2000)
    meets_at = models.DateTimeField(pgettext_lazy("of a meeting", "when"))
    place = models.CharField(pgettext_lazy("of a meeting", "where"), max_length=200)
    due_at = models.DateTimeField(_("decide by"))
    state = models.CharField(_("state"), max_length=10, choices=ReviewState.choices, default=ReviewState.CONVENED)
    convened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    """The next moment at which the sweep has something to do; null when nothing is left."""
    decision = models.CharField(
        pgettext_lazy("of a meeting", "decision"), max_length=10, choices=Decision.choices, blank=True
    )
    lead_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("lead unit")
    )
    precedent = models.ForeignKey(Precedent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint review")
        verbose_name_plural = _("joint reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(state=ReviewState.CONVENED), name="review_one_open_of_an_order"
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReviewState.CONVENED) ^ models.Q(finished_at__isnull=False),
                name="review_convened_or_finished",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReviewState.DECIDED) ^ models.Q(decision=""), name="review_decided_says_what"
            ),
        ]
        indexes = [
            # The sweep of overdue decisions.
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(finished_at=None, next_at__isnull=False),
                name="review_next",
            ),
            # The lists: waiting ones by their date, decided ones newest first.
            models.Index(fields=["due_at", "id"], condition=models.Q(finished_at=None), name="review_waiting"),
            models.Index(fields=["-finished_at", "-id"], name="review_finished"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("coordination:review", args=[self.pk])

    @property
    def is_final(self) -> bool:
        return self.finished_at is not None


class ReviewUnit(models.Model):
    """A unit that attends the meeting, or that is to assist by its decision; a database trigger refuses changes."""

    review = models.ForeignKey(JointReview, on_delete=models.PROTECT, related_name="units", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=6, choices=Part.choices)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["review", "unit", "part"], name="reviewunit_once")]
        indexes = [models.Index(fields=["unit", "review"], name="reviewunit_of_unit")]  # A unit's meetings.

    def __str__(self) -> str:
        return f"{self.unit_id} in {self.review_id}"


class ReviewEntry(models.Model):
    """One line of the record: convening, minutes, decision, correction; a database trigger refuses changing it."""

    review = models.ForeignKey(JointReview, on_delete=models.PROTECT, related_name="entries", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Entry.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["review", "id"], name="reviewentry_of_review")]  # The record.

    def __str__(self) -> str:
        return f"{self.kind} {self.review_id}"
