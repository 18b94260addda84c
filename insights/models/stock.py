"""How many of something there are: what a register held, or which lights were on, at the end of a day."""

from django.db import models
from django.db.models import F, Q

from grids.models import Grid
from insights.models.lineage import END


class Stock(models.Model):
    """So many there were in a node's subtree, from a day to a day inclusive; what holds now has no end.

    Only a change makes a row. Written of today alone (insights/stocks.py): nobody can count afterwards what a
    register held on an earlier day, so no rebuild touches it.
    """

    node = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    measure = models.CharField(max_length=16)
    key = models.CharField(max_length=30, blank=True)
    first_on = models.DateField()
    last_on = models.DateField(default=END)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "measure", "key", "first_on"], name="stock_once"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="stock_span"),
        ]
        indexes = [
            # What there was on a day, mostly today.
            models.Index(fields=["node", "last_on"], name="stock_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.key} of {self.node_id} from {self.first_on}"
