"""Objections to one line or one entry of points, and the corrections that follow from upheld ones."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appraisal.models.periods import Line, Result
from appraisal.models.points import PointEntry
from appraisal.querysets import ObjectionQuerySet
from appraisal.states import ObjectionReason, ObjectionState, Remedy


class Objection(models.Model):
    """What the judged person holds against one line or one entry, and another person's decision. Once decided, a
    database trigger refuses changes."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="objections", db_index=False)
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="objections")
    entry = models.ForeignKey(PointEntry, null=True, on_delete=models.PROTECT, related_name="objections")
    reason = models.CharField(_("reason"), max_length=12, choices=ObjectionReason.choices)
    words = models.TextField(_("what is wrong"), max_length=1000)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    raised_at = models.DateTimeField(_("raised"))
    state = models.CharField(_("state"), max_length=8, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    opinion = models.TextField(_("opinion"), max_length=1000, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(line=None) ^ models.Q(entry=None), name="objection_line_or_entry"
            ),
            models.CheckConstraint(
                condition=models.Q(state=ObjectionState.OPEN) ^ models.Q(decided_at__isnull=False),
                name="objection_decided_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("raised_by")),
                name="objection_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["line"], condition=models.Q(state=ObjectionState.OPEN), name="objection_one_open_of_a_line"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=models.Q(state=ObjectionState.OPEN), name="objection_one_open_of_an_entry"
            ),
        ]
        indexes = [
            # The lists: undecided and decided, newest first; a result's own.
            models.Index(fields=["state", "-id"], name="objection_by_state"),
            models.Index(fields=["result", "id"], name="objection_of_result"),
        ]

    def __str__(self) -> str:
        return f"objection {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:objection", args=[self.pk])


class Correction(models.Model):
    """What an upheld objection changed: the total before and after; a database trigger refuses changing it."""

    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="correction")
    remedy = models.CharField(max_length=8, choices=Remedy.choices)
    revision = models.PositiveSmallIntegerField()
    """The revision of the result that it made."""
    before = models.JSONField()
    after = models.JSONField()
    """Numerator, denominator, value and points of the line or entry, and the total; numbers as text, no words."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"correction of {self.objection_id}"
