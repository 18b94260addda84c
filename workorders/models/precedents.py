"""Decisions on who leads, that later dispatches cite."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, Unit
from workorders.models.orders import WorkOrder
from workorders.models.rules import Category
from workorders.querysets import PrecedentQuerySet


class Precedent(models.Model):
    """A meeting decided which unit leads this category's orders in this area; routing asks it first."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("holds in")
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category"))
    lead_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("lead unit")
    )
    assist_units = models.ManyToManyField(Unit, blank=True, related_name="+", verbose_name=_("assisting units"))
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="precedents")
    """The order about which it was decided."""
    source = models.CharField(_("decided in"), max_length=30, blank=True, default="")
    """The number of the meeting whose decision it is, and the address of its page."""
    source_url = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    retired_because = models.TextField(_("why retired"), max_length=2000, blank=True)

    objects = PrecedentQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "category"], condition=models.Q(retired_at=None), name="precedent_one_in_force"
            )
        ]
        indexes = [models.Index(fields=["district", "-decided_at"], name="precedent_newest")]  # Their page.

    def __str__(self) -> str:
        return f"precedent {self.pk}"
