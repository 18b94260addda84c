"""When each resident is due to be visited next, and how far a grid is with it."""

from django.db import models

from grids.models import Grid
from residents.models import Resident
from visits.querysets import DueQuerySet
from visits.states import Basis, NextTry, Outcome


class Due(models.Model):
    """The one visit that a resident is due: kept by `visits.planning`, never by hand.

    The grid is the resident's own: a grid's plan joins its few hundred residents, so that a move needs nothing here
    and the million rows need no index but their key.
    """

    resident = models.OneToOneField(Resident, primary_key=True, on_delete=models.CASCADE, related_name="due_visit")
    reached_on = models.DateField(null=True, blank=True)
    """The last visit that reached them."""
    opens_on = models.DateField()
    due_on = models.DateField()
    basis = models.CharField(max_length=7, choices=Basis.choices)
    discreet_opens_on = models.DateField(null=True, blank=True)
    discreet_due_on = models.DateField(null=True, blank=True)
    """Where a tier that few may know asks for an earlier visit; shown to the responsible people alone."""
    tries = models.PositiveSmallIntegerField(default=0)
    """Tries in vain since they were last reached."""
    last_try_on = models.DateField(null=True, blank=True)
    last_outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    """Of the last visit, whether it reached them or not."""
    next_try = models.CharField(max_length=9, choices=NextTry.choices, blank=True)

    objects = DueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(opens_on__lte=models.F("due_on")), name="due_window"),
            models.CheckConstraint(
                condition=models.Q(discreet_due_on=None, discreet_opens_on=None)
                | models.Q(discreet_due_on__lt=models.F("due_on")),
                name="due_discreet_is_earlier",
            ),
        ]

    def __str__(self) -> str:
        return f"due visit of resident {self.resident_id}"


class CoverageDay(models.Model):
    """How far a grid was on a day: counts kept each night, so that a district's page adds two thousand rows."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    people = models.PositiveIntegerField()
    reached = models.PositiveIntegerField()
    """Reached within their interval."""
    overdue = models.PositiveIntegerField()
    never = models.PositiveIntegerField()
    """Of the overdue: never reached since they are known, and nobody tried."""
    nobody = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    moved = models.PositiveIntegerField()
    lapsed = models.PositiveIntegerField()
    """Of the overdue: reached before, and not tried again since."""
    many_tries = models.PositiveIntegerField()
    by_phone = models.PositiveIntegerField()
    """Of the reached: by telephone only."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "grid"], name="coverage_once_a_day")]

    def __str__(self) -> str:
        return f"coverage of {self.grid_id} on {self.day}"
