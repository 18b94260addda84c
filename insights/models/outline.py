"""The boundary of each node on each day: a past period's map shows the boundaries of its time."""

from django.db import models

from grids.models import Grid
from insights.models.lineage import BEGINNING, END


class Outline(models.Model):
    """How a node was bounded from a day to a day inclusive; a day has the boundary in which it ended.

    Only a change makes a row. What was there before anybody kept it is as it was when it was first kept.
    """

    node = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    boundary = models.JSONField()
    """GeoJSON geometry in WGS-84, as `Grid.boundary`."""
    first_on = models.DateField(default=BEGINNING)
    last_on = models.DateField(default=END)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "first_on"], name="outline_once"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="outline_span"),
        ]

    def __str__(self) -> str:
        return f"outline of {self.node_id} from {self.first_on}"
