"""Rules of early warning, the warnings that they gave, and what became of each."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.querysets import WarningQuerySet
from alerts.states import REASONS, Act, RuleKind, Severity, State
from facilities.models import Facility
from grids.models import Grid, Unit
from grids.roles import Role
from hotline.models import Topic
from residents.models import Organisation
from workorders.models import Category, WorkOrder
from workorders.models.rules import Rule


class WarningRule(Rule):
    """One rule of a district; editing ends the row and begins another under the same code (alerts/rules.py)."""

    code = models.SlugField(_("code"), max_length=40)
    """What the rows of one rule, and its warnings, share through all changes."""
    kind = models.CharField(_("kind"), max_length=12, choices=RuleKind.choices)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.SERIOUS)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """What an order made from its warnings is about, where the warning itself does not say."""
    lapse_days = models.PositiveSmallIntegerField(
        _("lapses after (days)"), default=14, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    retire_after = models.PositiveSmallIntegerField(
        _("judged after so many decisions"), default=10, validators=[MinValueValidator(3), MaxValueValidator(200)]
    )
    retire_below = models.PositiveSmallIntegerField(
        _("to be retired below (%)"), default=30, validators=[MaxValueValidator(100)]
    )
    is_active = models.BooleanField(_("active"), default=True)
    note = models.CharField(_("reason"), max_length=200, blank=True)
    """Why it was changed or retired."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], condition=Q(valid_to=None), name="warningrule_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return self.code


class EarlyWarning(models.Model):
    """Something unusual that a rule found. A person confirms it, and it becomes an order, or dismisses it; else it
    lapses. Change it through `alerts.actions` and `alerts.sweeps` only."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=40)
    """The code of the rule."""
    kind = models.CharField(_("kind"), max_length=12, choices=RuleKind.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.NEW)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    # What it is about. The node says whose it is to decide.
    subject = models.CharField(max_length=80)
    """Names the thing to the sweep, so that it is told once."""
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("where"))
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("facility")
    )
    orders: "models.ManyToManyField[WorkOrder, models.Model]" = models.ManyToManyField(WorkOrder, related_name="+")
    """The reports of a repeated place or facility: what the warning counts, and no warning counts them again."""
    lng = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    first_on = models.DateField()
    last_on = models.DateField()
    """The days that it looked at, both inclusive."""
    figures = models.JSONField(default=dict)
    """The numbers behind it as they were, and the parameters of the rule; words are made from them at display."""
    size = models.PositiveIntegerField()
    """What grows, as it was when last told."""
    evidence = models.JSONField(default=list)
    """What of a standing matter was told: of a key site the checks that are due."""
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    grown_at = models.DateTimeField(null=True, blank=True)
    """When those who decide were reminded, once, that it is still growing."""
    # What became of it.
    closed_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=10, choices=REASONS, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    order = models.ForeignKey(
        WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("work order")
    )
    version = models.PositiveIntegerField(default=1)

    objects = WarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("early warning")
        verbose_name_plural = _("early warnings")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "rule", "subject"], condition=Q(state="new"), name="warning_one_open"
            ),
            models.UniqueConstraint(
                fields=["district", "rule", "subject", "first_on", "last_on"],
                condition=Q(evidence=[]),
                name="warning_once_per_window",
            ),
            models.CheckConstraint(condition=Q(state="new") ^ Q(closed_at__isnull=False), name="warning_new_or_closed"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(order__isnull=False), name="warning_confirmed_has_its_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dismissed", "lapsed"]) | ~Q(reason=""), name="warning_says_why_not"
            ),
            models.CheckConstraint(condition=Q(last_on__gte=models.F("first_on")), name="warning_window"),
        ]
        indexes = [
            # The list of what waits, and of what is closed, newest first; the count behind the navigation.
            models.Index(fields=["district", "state", "-found_at", "-id"], name="warning_by_state"),
            # What a rule told of before, for the sweep and for its precision.
            models.Index(fields=["district", "rule", "-found_at"], name="warning_of_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("alerts:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == State.NEW

    def number(self, name: str) -> Any:
        """Return a frozen figure; None where the warning has none of that name."""
        return self.figures.get(name)


class WarningEvent(models.Model):
    """One thing that happened to a warning; a database trigger refuses changing or deleting it."""

    warning = models.ForeignKey(EarlyWarning, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=8, choices=Act.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    reason = models.CharField(max_length=10, choices=REASONS, blank=True)
    note = models.CharField(max_length=500, blank=True)
    figures = models.JSONField(default=dict)
    """The numbers as they were at this moment, of what the system found."""

    class Meta:
        indexes = [models.Index(fields=["warning", "id"], name="warningevent_of_warning")]  # Its history.

    def __str__(self) -> str:
        return f"{self.act} {self.warning_id}"
