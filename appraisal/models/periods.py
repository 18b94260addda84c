"""A period under a scheme, the result of each who is judged in it, and the lines that the result is made of."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appraisal.models.schemes import Indicator, Scheme
from appraisal.querysets import AssessmentQuerySet, ResultQuerySet
from appraisal.states import LineNote, PeriodState
from grids.models import Employment, Grid, Unit
from hotline.periods import Period

WHO = models.Q(user=None) ^ models.Q(unit=None)


class Assessment(models.Model):
    """One period under one version of a scheme. Once it is final, a database trigger refuses changing anything."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    series = models.UUIDField(editable=False)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=9, choices=PeriodState.choices, default=PeriodState.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"))
    computed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(_("computed"), null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True)
    objections_until = models.DateTimeField(_("objections until"), null=True)
    final_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    final_at = models.DateTimeField(_("final"), null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of appraisal")
        verbose_name_plural = _("periods of appraisal")
        constraints = [
            models.UniqueConstraint(fields=["series", "first"], name="assessment_once_per_period"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="assessment_span"),
            models.CheckConstraint(
                condition=models.Q(state=PeriodState.FINAL) ^ models.Q(final_at=None), name="assessment_final_has_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["published", "final"]) | models.Q(objections_until__isnull=False),
                name="assessment_published_has_objections",
            ),
        ]
        indexes = [
            # The list of periods, newest first.
            models.Index(fields=["district", "-first", "-id"], name="assessment_of_district"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.name} {self.period_words}"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:period", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(self.first, self.last, self.scheme.length)

    @property
    def period_words(self) -> str:
        if self.scheme.length == "month":
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y-%m-%d} – {self.last:%Y-%m-%d}"

    @property
    def is_shown(self) -> bool:
        return self.state in {PeriodState.PUBLISHED, PeriodState.FINAL}

    @property
    def takes_points(self) -> bool:
        return self.state in {PeriodState.OPEN, PeriodState.COMPUTED}


class Result(models.Model):
    """What a worker or a unit came to in a period."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="results", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Where the post was, or where the unit is attached."""
    employment = models.CharField(max_length=10, choices=Employment.choices, blank=True)
    group = models.CharField(_("group"), max_length=30)
    """Who is compared with whom (`subjects.GROUPS`)."""
    revision = models.PositiveSmallIntegerField(default=1)
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True)
    """The weighted lines; null where nothing could be judged."""
    points = models.DecimalField(_("immediate points"), max_digits=6, decimal_places=2, default=Decimal(0))
    total = models.DecimalField(_("total"), max_digits=6, decimal_places=2, null=True)
    rank = models.PositiveIntegerField(_("rank"), null=True)
    group_size = models.PositiveIntegerField(default=0)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of appraisal")
        verbose_name_plural = _("results of appraisal")
        constraints = [
            models.CheckConstraint(condition=WHO, name="result_user_or_unit"),
            models.UniqueConstraint(
                fields=["assessment", "user"], condition=models.Q(unit=None), name="result_once_per_user"
            ),
            models.UniqueConstraint(
                fields=["assessment", "unit"], condition=models.Q(user=None), name="result_once_per_unit"
            ),
        ]
        indexes = [
            # The result list of a period, group by group in order of rank.
            models.Index(fields=["assessment", "group", "rank", "id"], name="result_list"),
            # One's own results.
            models.Index(fields=["user", "-assessment"], condition=models.Q(unit=None), name="result_of_user"),
            models.Index(fields=["unit", "-assessment"], condition=models.Q(user=None), name="result_of_unit"),
        ]

    def __str__(self) -> str:
        return str(self.user if self.user_id else self.unit)

    def get_absolute_url(self) -> str:
        return reverse("appraisal:result", args=[self.pk])


class Line(models.Model):
    """One indicator in one revision of a result, with what it was counted from; a database trigger refuses changes,
    and deleting once the period is published."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="lines", db_index=False)
    revision = models.PositiveSmallIntegerField(default=1)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", db_index=False)
    numerator = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    denominator = models.PositiveIntegerField(null=True)
    value = models.DecimalField(_("value"), max_digits=9, decimal_places=2, null=True)
    raw_score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=Decimal(0))
    """After the weights of what was left out were spread."""
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, default=Decimal(0))
    note = models.CharField(max_length=8, choices=LineNote.choices, blank=True)
    hits = ArrayField(models.BigIntegerField(), default=list)
    """Keys of what the numerator counts."""
    others = ArrayField(models.BigIntegerField(), default=list)
    """Keys of what only the denominator counts."""
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who gave the mark, where it was given by hand."""

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["result", "revision", "indicator"], name="line_once")]

    def __str__(self) -> str:
        return f"{self.indicator_id} of {self.result_id}"

    @property
    def counted(self) -> int:
        return len(self.hits) + len(self.others)


class Mark(models.Model):
    """A mark out of 100 for one indicator that is judged by hand; the newest counts, a database trigger refuses
    changing one."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="marks", db_index=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    value = models.DecimalField(_("mark"), max_digits=5, decimal_places=2)
    words = models.CharField(_("reason"), max_length=300)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.CheckConstraint(condition=WHO, name="mark_user_or_unit"),
            models.CheckConstraint(condition=models.Q(value__range=(0, 100)), name="mark_range"),
        ]
        indexes = [models.Index(fields=["assessment", "indicator", "id"], name="mark_of_period")]  # Computing.

    def __str__(self) -> str:
        return f"{self.value} in {self.assessment_id}"
