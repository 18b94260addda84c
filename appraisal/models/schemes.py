"""Schemes of appraisal and their indicators."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appraisal.querysets import SchemeQuerySet
from appraisal.states import (
    COUNTS,
    EVIDENCE,
    FORMULA_WORDS,
    GIVEN,
    MEANINGS,
    RATIO_NEEDS_TARGET,
    TARGET_IS_FLOOR,
    Code,
    Evidence,
    Formula,
    Judged,
    Length,
)
from grids.models import Grid


class Scheme(models.Model):
    """One version of a scheme. Once a period is opened under it, a database trigger refuses changing it: a change is
    a new version for periods to come."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    series = models.UUIDField(editable=False)
    """The same for all versions of one scheme."""
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    judged = models.CharField(_("for"), max_length=6, choices=Judged.choices)
    name = models.CharField(pgettext_lazy("of a scheme", "name"), max_length=80)
    length = models.CharField(_("length of a period"), max_length=7, choices=Length.choices, default=Length.MONTH)
    objection_days = models.PositiveSmallIntegerField(_("working days for objections"), default=5)
    points_limit = models.DecimalField(
        _("most that immediate points add or take"), max_digits=5, decimal_places=2, default=Decimal(20)
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheme of appraisal")
        verbose_name_plural = _("schemes of appraisal")
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="scheme_version_once"),
            models.UniqueConstraint(
                fields=["series"], condition=models.Q(valid_to=None), name="scheme_one_version_in_force"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")), name="scheme_span"
            ),
            models.CheckConstraint(
                condition=models.Q(objection_days__range=(1, 30)), name="scheme_objection_days_range"
            ),
            models.CheckConstraint(condition=models.Q(points_limit__range=(0, 100)), name="scheme_points_limit_range"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("appraisal:scheme", args=[self.pk])


class Indicator(models.Model):
    """One line of a scheme: what is counted, how it is scored, how much it weighs."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="indicators", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(_("indicator"), max_length=12, choices=Code.choices)
    name = models.CharField(pgettext_lazy("of an indicator", "name"), max_length=60, blank=True)
    """In the district's own words; blank means those of the code."""
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2)
    formula = models.CharField(_("formula"), max_length=8, choices=Formula.choices, default=Formula.BETWEEN)
    target = models.DecimalField(_("target"), max_digits=7, decimal_places=2, default=Decimal(100))
    floor = models.DecimalField(
        pgettext_lazy("of a score", "floor"), max_digits=7, decimal_places=2, default=Decimal(0)
    )
    cap = models.DecimalField(pgettext_lazy("of a score", "cap"), max_digits=5, decimal_places=2, default=Decimal(100))
    minimum = models.PositiveIntegerField(_("fewest cases"), default=5)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code", "name"], name="indicator_once_per_scheme"),
            models.CheckConstraint(condition=models.Q(weight__gt=0, weight__lte=100), name="indicator_weight_range"),
            models.CheckConstraint(condition=models.Q(cap__gt=0, cap__lte=150), name="indicator_cap_range"),
            models.CheckConstraint(
                condition=~models.Q(formula=Formula.BETWEEN) | ~models.Q(target=models.F("floor")),
                name="indicator_target_is_not_floor",
                violation_error_message=TARGET_IS_FLOOR,
            ),
            models.CheckConstraint(
                condition=~models.Q(formula=Formula.RATIO) | models.Q(target__gt=0),
                name="indicator_ratio_has_target",
                violation_error_message=RATIO_NEEDS_TARGET,
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name or str(Code(self.code).label)

    @property
    def meaning(self) -> str:
        return str(MEANINGS[self.code])

    @property
    def formula_words(self) -> str:
        return str(FORMULA_WORDS[self.formula])

    @property
    def is_rate(self) -> bool:
        return self.code not in COUNTS and self.code not in GIVEN

    @property
    def is_given(self) -> bool:
        return self.code in GIVEN

    @property
    def evidence(self) -> Evidence:
        return EVIDENCE.get(self.code, Evidence.ORDERS)
