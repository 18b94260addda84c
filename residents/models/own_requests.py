"""A resident's own request about their data: to see it, to have it corrected, to object (PIPL art. 44-47)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from residents.models.people import Resident
from residents.models.placed import Placed
from residents.querysets import PlacedQuerySet


class RequestKind(models.TextChoices):
    SEE = "see", _("See what is held")
    CORRECT = "correct", _("Have it corrected")
    OBJECT = "object", _("Object, or have it deleted")


class RequestChannel(models.TextChoices):
    COUNTER = "counter", _("At the counter")
    HOME = "home", _("At home, to a grid worker")
    PHONE = "phone", _("By phone")
    LETTER = "letter", _("By letter or e-mail")
    HOTLINE = "hotline", _("Through the hotline")


class RequestDecision(models.TextChoices):
    GRANTED = "granted", _("Done as asked")
    PARTLY = "partly", _("Done in part")
    REFUSED = "refused", _("Not done")


class OwnRequest(Placed):
    """One request; answered within 15 working days (DOMAIN.md §4.4, rule 8), with reasons where it is not granted."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="own_requests")
    kind = models.CharField(_("what is asked for"), max_length=7, choices=RequestKind.choices)
    channel = models.CharField(_("how it came"), max_length=7, choices=RequestChannel.choices)
    words = EncryptedTextField(_("what the resident says"))
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("answer by"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    registered_at = models.DateTimeField()
    decision = models.CharField(_("decision"), max_length=7, choices=RequestDecision.choices, blank=True)
    answer = EncryptedTextField(_("answer and reasons"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    told_late_at = models.DateTimeField(null=True, blank=True)

    objects = PlacedQuerySet["OwnRequest"].as_manager()

    class Meta:
        verbose_name = _("resident's request")
        verbose_name_plural = _("residents' requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="", answered_at=None)
                | (~models.Q(decision="") & models.Q(answered_at__isnull=False)),
                name="own_request_answered_whole",
            ),
        ]
        indexes = [
            # The lists of each level: open by due day, done newest first; and the day's warnings.
            models.Index(fields=["due_on", "id"], condition=models.Q(answered_at=None), name="own_request_open"),
            models.Index(fields=["community", "-answered_at", "-id"], name="own_request_of_community"),
            models.Index(fields=["street", "-answered_at", "-id"], name="own_request_of_street"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("residents:own-request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
