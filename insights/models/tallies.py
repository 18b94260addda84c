"""The rollups: counts per node and day, per unit and day, and how far they have been brought."""

from django.db import models

from grids.models import Grid, Unit


class Count(models.Model):
    """How many of something there were on a day; days are of the district's time zone."""

    day = models.DateField()
    measure = models.CharField(max_length=16)
    """One of `insights.measures.Measure`; another one needs no migration."""
    key = models.CharField(max_length=30, blank=True)
    count = models.IntegerField()
    total = models.BigIntegerField(default=0)
    """Seconds or weight, as the measure says."""

    class Meta:
        abstract = True


class Tally(Count):
    """Of a node: everything in its subtree as the tree stood on that day."""

    pk = models.CompositePrimaryKey("node_id", "day", "measure", "key")
    node = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name = "tally"
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.measure} {self.key} of {self.node_id} on {self.day}"


class UnitTally(Count):
    """Of the unit that led the orders."""

    pk = models.CompositePrimaryKey("unit_id", "day", "measure", "key")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name = "tally of a unit"
        verbose_name_plural = "tallies of units"

    def __str__(self) -> str:
        return f"{self.measure} {self.key} of unit {self.unit_id} on {self.day}"


class ChangedDay(models.Model):
    """When a figure of a day, of any node or unit of the district, last became another one (insights/counting.py)."""

    pk = models.CompositePrimaryKey("district_id", "day")
    district = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "changed day"
        verbose_name_plural = "changed days"

    def __str__(self) -> str:
        return f"{self.day} of {self.district_id}"


class Mark(models.Model):
    """How far a history had been read at a moment. A run goes on from a mark that is old enough for every transaction
    of its time to have ended (insights/rolling.py)."""

    district = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    history = models.CharField(max_length=30)
    """Which append-only table, as a source names it."""
    last_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["district", "history", "-at"], name="mark_newest")]  # Where a run goes on.

    def __str__(self) -> str:
        return f"{self.history} to {self.last_id}"
