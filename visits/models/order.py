"""The order in which somebody goes through a day's plan, where they set it by hand."""

from django.conf import settings
from django.db import models

from grids.models import Grid


class PlanOrder(models.Model):
    """One for each person and grid; it holds for its day alone, and the next day's takes its place."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    stops = models.JSONField()
    """Keys of the stops (`dayplan.Stop.key`), the first first."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "grid"], name="plan_order_once")]

    def __str__(self) -> str:
        return f"plan of {self.user_id} in {self.grid_id} on {self.day}"
