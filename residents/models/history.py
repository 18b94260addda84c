"""What happened to a row of the registers: append-only; old values beside it, encrypted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from grids.models import Grid
from residents.models.organisations import Organisation
from residents.models.people import Household, Resident
from residents.models.places import House


class Step(models.TextChoices):
    ADD = "add", _("Entered")
    EDIT = "edit", _("Changed")
    MOVE = "move", _("Moved house")
    LEAVE = "leave", _("Left")
    RETURN = "return", _("Came back")
    RETIRE = "retire", _("Struck from the register")
    HOUSEHOLD = "household", _("Household changed")
    HEAD = "head", _("Head of household changed")
    RELOCATE = "relocate", _("Passed to another grid")
    IMPORT = "import", _("Changed by a roster")
    UNDO = "undo", _("Roster taken back")
    ANONYMISE = "anonymise", _("Made anonymous")


class Event(models.Model):
    """One change of one row; a database trigger refuses changing or deleting it."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    resident = models.ForeignKey(
        Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    house = models.ForeignKey(
        House, null=True, blank=True, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    step = models.CharField(max_length=10, choices=Step.choices)
    fields = models.JSONField(default=list, blank=True)
    """Names of the fields that changed."""
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            # The record on each page.
            models.Index(fields=["resident", "-id"], condition=models.Q(resident__isnull=False), name="re_resident"),
            models.Index(fields=["house", "-id"], condition=models.Q(house__isnull=False), name="re_house"),
            models.Index(fields=["household", "-id"], condition=models.Q(household__isnull=False), name="re_household"),
            models.Index(
                fields=["organisation", "-id"], condition=models.Q(organisation__isnull=False), name="re_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.pk}"


class FormerValues(models.Model):
    """What the changed fields held before, apart from the event so that retention can delete it."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="former")
    values = EncryptedTextField()
    """A JSON object of field names and values; seeing the row does not open these."""

    def __str__(self) -> str:
        return f"values before event {self.event_id}"
