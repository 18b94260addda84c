"""Visits as they were made: where, whom, how it ended, what was found."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from residents.models import House, Organisation, Resident
from residents.models.placed import Placed
from visits.querysets import VisitQuerySet
from visits.states import NextTry, Outcome


class Visit(Placed):
    """One visit at a house, to a person without one, or at an organisation; the path is that of the place."""

    house = models.ForeignKey(
        House, null=True, blank=True, on_delete=models.PROTECT, related_name="visits", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="visits", db_index=False
    )
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("visitor")
    )
    client_uuid = models.UUIDField()
    """Made on the phone: the same visit sent again is the same visit."""
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome.choices)
    note = EncryptedTextField(_("note"), blank=True)
    next_try = models.CharField(_("next try"), max_length=9, choices=NextTry.choices, blank=True)
    checks = models.JSONField(_("checked"), default=list, blank=True)
    """At an organisation: codes of `states.Check`."""
    visited_at = models.DateTimeField(_("visited at"))
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    annulled_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Entered by mistake: kept, and counted nowhere."""
    annulled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(fields=["visitor", "client_uuid"], name="visit_once_per_uuid"),
            models.CheckConstraint(
                condition=models.Q(organisation=None) | models.Q(house=None), name="visit_to_people_or_organisation"
            ),
        ]
        indexes = [
            # The panel of a house, of an organisation.
            models.Index(
                fields=["house", "-visited_at"], condition=models.Q(house__isnull=False), name="visit_of_house"
            ),
            models.Index(
                fields=["organisation", "-visited_at"],
                condition=models.Q(organisation__isnull=False),
                name="visit_of_organisation",
            ),
            # The lists: one's own, a grid's, a community's; retention.
            models.Index(fields=["visitor", "-visited_at", "-id"], name="visit_of_visitor"),
            models.Index(fields=["grid", "-visited_at", "-id"], name="visit_of_grid"),
            models.Index(fields=["community", "-visited_at", "-id"], name="visit_of_community"),
            models.Index(fields=["visited_at"], name="visit_age"),
            # What was taken back of late: its day is counted anew (insights).
            models.Index(fields=["annulled_at"], condition=models.Q(annulled_at__isnull=False), name="visit_annulled"),
        ]

    def __str__(self) -> str:
        return f"visit {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("visits:visit", args=[self.pk])


class VisitedPerson(models.Model):
    """Somebody whom a visit names: reached or not, by the visit's outcome."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="people", db_index=False)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="visits", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "resident"], name="visited_once_a_visit")]
        indexes = [models.Index(fields=["resident", "-visit"], name="visit_of_resident")]  # The panel of a person.

    def __str__(self) -> str:
        return f"{self.resident_id} at {self.visit_id}"


class VisitPhoto(models.Model):
    """A picture taken outdoors on a visit; never asked for indoors (LESSONS.md §3.5)."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="photos")
    image = models.FileField(upload_to="visits/%Y/%m/")
    thumbnail = models.FileField(upload_to="visits/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["visit", "sha256"], name="visitphoto_once")]

    def __str__(self) -> str:
        return f"photo of visit {self.visit_id}"
