"""The hotline's weekly circular (周通报)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.models import Grid


class Circular(models.Model):
    """A week's figures with words, composed on Monday, edited, then published: from then on it never changes."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    monday = models.DateField()
    """The first day of its week."""
    figures = models.JSONField(default=dict)
    """What was counted when it was composed, or composed anew; frozen with publishing (hotline/circulars.py)."""
    words = models.TextField(_("introduction"), max_length=5000, blank=True)
    demands = models.TextField(_("what is demanded"), max_length=5000, blank=True)
    composed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "monday"], name="circular_once_a_week"),
            models.CheckConstraint(
                condition=Q(published_at=None) ^ Q(published_by__isnull=False), name="circular_published_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"circular {self.monday}"

    def get_absolute_url(self) -> str:
        return reverse("hotline:circular", args=[self.pk])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
