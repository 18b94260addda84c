"""What each night's comparison of the figures with their source found."""

from django.db import models

from grids.models import Grid


class Check(models.Model):
    """One comparison; what differed was put right at once."""

    district = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    first_on = models.DateField()
    last_on = models.DateField()
    days = models.PositiveIntegerField(default=0)
    """On how many days something differed."""
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["district", "-at"], name="check_newest")]  # The page of the figures' keeping.

    def __str__(self) -> str:
        return f"{self.rows} rows differed on {self.at:%Y-%m-%d}"
