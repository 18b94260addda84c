"""The tree of each day: which nodes stood above which, from when to when."""

import datetime as dt

from django.db import models

from grids.models import Grid

BEGINNING, END = dt.date(1970, 1, 1), dt.date(9999, 12, 31)
"""How it stood before anybody kept it is how it stood when it was first kept; what holds now has no end."""


class Lineage(models.Model):
    """A node lies in another one (or is it) from a day to a day inclusive: what a day's figures are added up by.

    A grid that moves to another community in July keeps its June rows under the former one.
    """

    district = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+")
    node = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    above = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    first_on = models.DateField(default=BEGINNING)
    last_on = models.DateField(default=END)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "above", "first_on"], name="lineage_once"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="lineage_span"),
        ]
        indexes = [
            # Children of a node on a day.
            models.Index(fields=["above", "node"], name="lineage_below"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} in {self.above_id}"
