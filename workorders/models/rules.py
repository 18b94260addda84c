"""The rows that rule work orders: categories, limits, the ladder."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, Kind
from grids.roles import Role
from workorders.querysets import CategoryQuerySet, RuleQuerySet
from workorders.states import Difficulty, LimitUnit, Profile, Scheme, Stage, Urgency


class Category(models.Model):
    """A node of the category tree; fixtures say their source and whether somebody checked them (DOMAIN.md §2.7)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("parent")
    )
    difficulty = models.CharField(
        _("usual difficulty"), max_length=10, choices=Difficulty.choices, default=Difficulty.SIMPLE
    )
    urgency = models.CharField(_("usual urgency"), max_length=10, choices=Urgency.choices, default=Urgency.ORDINARY)
    lead_function = models.CharField(_("leading function"), max_length=30, blank=True)
    """Units with this function lead; blank inherits from the parent."""
    goes_straight_to_unit = models.BooleanField(_("dispatch straight to the leading unit"), default=False)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    needs_photo = models.BooleanField(_("result needs a photo"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    scheme = models.CharField(_("used for"), max_length=10, choices=Scheme.choices, default=Scheme.INCIDENT)
    source = models.CharField(_("source"), max_length=80, blank=True)
    verified = models.BooleanField(_("verified against the source"), default=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """A row that a district edits. Editing closes the row and opens a new one, so that an order keeps the rows
    that were in force when it was accepted, and the history stays readable."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RuleQuerySet.as_manager()

    class Meta:
        abstract = True


class Limit(Rule):
    """How long a stage may take: the most specific row answers (workorders/limits.py)."""

    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="limits", verbose_name=_("category")
    )
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty.choices, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Kind.choices, blank=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, blank=True)
    profile = models.CharField(_("rule"), max_length=12, choices=Profile.choices, blank=True)
    value = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    warn_percent = models.PositiveSmallIntegerField(_("warn after this share of the time (%)"), default=80)
    times = models.PositiveSmallIntegerField(_("how often"), default=1)
    """How often an order may be extended, suspended or reopened; without meaning for other stages."""
    source = models.CharField(_("source"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "stage", "category", "difficulty", "level", "urgency", "profile"],
                condition=models.Q(valid_to=None),
                nulls_distinct=False,
                name="limit_one_in_force_per_cell",
            ),
            models.CheckConstraint(condition=models.Q(value__gte=1), name="limit_is_positive"),
            models.CheckConstraint(condition=models.Q(warn_percent__range=(1, 99)), name="limit_warn_percent_range"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.value} {self.get_unit_display()}"


class EscalationStep(Rule):
    """One step of the ladder that an overdue order climbs: whose it becomes, for how long, after what grace."""

    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, blank=True)
    """Orders of an urgency with rows of its own climb by those; all others by the blank ones."""
    position = models.PositiveSmallIntegerField(_("step"))
    level = models.CharField(_("level"), max_length=10, choices=Kind.choices)
    role = models.CharField(_("owner"), max_length=20, choices=Role.choices)
    value = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAY)
    warn_percent = models.PositiveSmallIntegerField(_("warn after this share of the time (%)"), default=80)
    grace_value = models.PositiveSmallIntegerField(_("grace before climbing further"), default=1)
    grace_unit = models.CharField(
        _("unit of the grace"), max_length=12, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAY
    )

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "urgency", "position"],
                condition=models.Q(valid_to=None),
                name="escalationstep_one_in_force_per_position",
            )
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_level_display()} {self.get_role_display()}"
