"""Models that suggest a category: what was trained, how good it was, and which of them is in use."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid
from hotline.suggesting.querysets import CategoryModelQuerySet


class Origin(models.TextChoices):
    """What a model was trained on."""

    REQUESTS = "requests", _("the district's closed requests")
    FILE = "file", _("a labelled file")


class CategoryModel(models.Model):
    """A trained model of a district. Change it through `hotline.suggesting.keeping` only."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    trained_at = models.DateTimeField(_("trained"), default=timezone.now)
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    origin = models.CharField(pgettext_lazy("of a model", "trained on"), max_length=8, choices=Origin.choices)
    rows = models.PositiveIntegerField(_("messages"))
    figures = models.JSONField(default=dict)
    """hotline/suggesting/figures.py `Figures`, and `against` (keeping.Against); labels are codes of categories."""
    artefact = models.BinaryField()
    """hotline/suggesting/model.py `Model.dump`; read by `load`, which executes nothing."""
    size = models.PositiveIntegerField(pgettext_lazy("in bytes", "size"))
    is_in_use = models.BooleanField(_("in use"), default=False)
    used_from = models.DateTimeField(null=True, blank=True)
    """The last time it was taken into use."""
    used_until = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """Who took it into use; None where it was no worse than the one before and went into use by itself."""

    objects = CategoryModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("category model")
        verbose_name_plural = _("category models")
        constraints = [
            models.UniqueConstraint(
                fields=["district"], condition=Q(is_in_use=True), name="categorymodel_one_in_use_per_district"
            ),
        ]
        indexes = [
            # The page of a district's models, newest first.
            models.Index(fields=["district", "-id"], name="categorymodel_of_district"),
        ]

    def __str__(self) -> str:
        return f"category model {self.pk}"
