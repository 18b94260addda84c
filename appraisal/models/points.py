"""Immediate points (即时积分): the list of reasons, and the points given."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appraisal.models.periods import WHO, Assessment, Result
from appraisal.querysets import PointQuerySet
from appraisal.states import Judged, PointKind
from grids.models import Grid, Unit
from workorders.models import WorkOrder


class PointRule(models.Model):
    """A reason for which points are given, and how many at least and at most; a change ends the row."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    judged = models.CharField(_("for"), max_length=6, choices=Judged.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=PointKind.choices, default=PointKind.POINT)
    name = models.CharField(pgettext_lazy("of a rule", "name"), max_length=80)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    least = models.DecimalField(_("least points"), max_digits=5, decimal_places=2)
    most = models.DecimalField(_("most points"), max_digits=5, decimal_places=2)
    needs_evidence = models.BooleanField(_("needs an order or a visit as evidence"), default=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("rule of immediate points")
        verbose_name_plural = _("rules of immediate points")
        ordering = ["judged", "-most", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(least__lte=models.F("most")),
                name="pointrule_range",
                violation_error_message=_("The least points are more than the most."),
            ),
            models.CheckConstraint(condition=models.Q(least__gte=-50, most__lte=50), name="pointrule_within_fifty"),
        ]

    def __str__(self) -> str:
        return self.name


class PointEntry(models.Model):
    """Points given to a worker or a unit; a database trigger refuses changing them. Who was wrong gives them back by
    an entry that `reverses` the first."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="entries", db_index=False)
    rule = models.ForeignKey(PointRule, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    words = models.CharField(_("what happened"), max_length=500)
    happened_on = models.DateField(_("day"))
    order = models.ForeignKey(WorkOrder, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit_key = models.BigIntegerField(null=True)
    """A visit's key, which outlives the visit: those are deleted when they were kept long enough."""
    corrects = models.ForeignKey(Result, null=True, on_delete=models.PROTECT, related_name="later_corrections")
    """A final result of an earlier period that this entry makes good."""
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    given_at = models.DateTimeField()

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("immediate points")
        verbose_name_plural = _("immediate points")
        constraints = [
            models.CheckConstraint(condition=WHO, name="pointentry_user_or_unit"),
            models.CheckConstraint(
                condition=models.Q(user=None) | models.Q(given_by=None) | ~models.Q(user=models.F("given_by")),
                name="pointentry_not_to_oneself",
            ),
        ]
        indexes = [
            # The list of a period, newest first; a result's own.
            models.Index(fields=["assessment", "-id"], name="pointentry_of_period"),
            models.Index(fields=["user", "-id"], condition=models.Q(unit=None), name="pointentry_of_user"),
            models.Index(fields=["unit", "-id"], condition=models.Q(user=None), name="pointentry_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.points} in {self.assessment_id}"


class PointPhoto(models.Model):
    """A picture that shows what points were given for: re-encoded, without metadata; a database trigger refuses
    changing it or taking it away."""

    entry = models.ForeignKey(PointEntry, on_delete=models.PROTECT, related_name="photos", db_index=False)
    image = models.FileField(upload_to="points/%Y/%m/")
    thumbnail = models.FileField(upload_to="points/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["entry", "sha256"], name="pointphoto_once_per_entry")]

    def __str__(self) -> str:
        return f"photo of points {self.entry_id}"
