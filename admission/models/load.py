"""Rows that say how much working time is assumed where none is measured, and how much a week holds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Employment
from workorders.models import Category
from workorders.models.rules import Rule
from workorders.states import Difficulty


class Effort(Rule):
    """Minutes of work in one incident, by category and difficulty; blanks mean any, the most specific row answers."""

    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty.choices, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("working time of incidents")
        verbose_name_plural = _("working times of incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "category", "difficulty"],
                condition=models.Q(valid_to=None),
                nulls_distinct=False,
                name="effort_one_in_force_per_cell",
            )
        ]

    def __str__(self) -> str:
        return f"{self.category or '*'} {self.difficulty or '*'}: {self.minutes}"


class Capacity(Rule):
    """Minutes a week above which a worker's load is too much."""

    employment = models.CharField(_("employment"), max_length=10, choices=Employment.choices)
    minutes = models.PositiveSmallIntegerField(_("minutes a week"))
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("weekly working time")
        verbose_name_plural = _("weekly working times")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "employment"],
                condition=models.Q(valid_to=None),
                name="capacity_one_in_force_per_employment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_employment_display()}: {self.minutes}"
