"""What people said a place means, and the marks by which changes of the registers are seen."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from locating import words
from locating.querysets import CorrectionQuerySet


class Correction(models.Model):
    """Somebody said which grid these words mean; it is found first from then on, until it is retired.

    The words hold no number of a dwelling (`locating.words.key_of`).
    """

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(_("words"), max_length=60, db_collation="C")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("grid"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("corrected"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    retired_because = models.CharField(_("why retired"), max_length=200, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrected place")
        verbose_name_plural = _("corrected places")
        constraints = [
            # Looked up by its words as well.
            models.UniqueConstraint(
                fields=["district", "key"], condition=models.Q(retired_at=None), name="correction_one_in_force"
            )
        ]
        indexes = [models.Index(fields=["district", "-at", "-id"], name="correction_newest")]  # Their page.

    def __str__(self) -> str:
        return f"correction {self.pk}"

    @property
    def place(self) -> str:
        """The words as they are shown: the name and the number of the building or on the road."""
        return words.shown(self.key)


class PlaceChange(models.Model):
    """How often one transaction changed estates and buildings of a district; written by triggers (migration 0002).

    Its numbers are the version of what `locating/index.py` keeps in each process. Rows older than a day go with the
    next change.
    """

    district_id = models.BigIntegerField()
    xact = models.BigIntegerField()
    changes = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # The version of a district as well.
            models.UniqueConstraint(fields=["district_id", "xact"], name="placechange_once_a_transaction")
        ]

    def __str__(self) -> str:
        return f"{self.changes} changes in {self.district_id}"
