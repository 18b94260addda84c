"""A community asks another for the registration of somebody who lives with it now."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from residents.models.people import Resident
from residents.models.placed import Placed
from residents.models.places import House
from residents.querysets import HandoverQuerySet


class HandoverState(models.TextChoices):
    OPEN = "open", pgettext_lazy("of a hand-over", "Waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("of a hand-over", "Handed over")
    REFUSED = "refused", pgettext_lazy("of a hand-over", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a hand-over", "Withdrawn")
    OVERTAKEN = "overtaken", pgettext_lazy("of a hand-over", "Overtaken")
    """The entry moved on, or its person left, before anybody answered."""


class Handover(Placed):
    """One request. The path is that of the entry when it was asked for, and follows the tree and the house while it
    is open: whoever keeps that community answers."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="handovers")
    house = models.ForeignKey(
        House, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("new home")
    )
    """Where the person lives now, in the asking community."""
    is_registered_there = models.BooleanField(_("registered in the new home too"), default=True)
    to_community = models.ForeignKey(
        "grids.Grid", on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("asking community")
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(_("asked on"))
    state = models.CharField(_("state"), max_length=9, choices=HandoverState.choices, default=HandoverState.OPEN)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    """Of a refusal; for officials, and without anybody's number."""
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over of a registration")
        verbose_name_plural = _("hand-overs of registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=models.Q(state="open"), name="handover_one_open_of_a_person"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at=None)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
                name="handover_decided_whole",
            ),
        ]
        indexes = [
            # The lists of who is asked, and of who asks, newest first.
            models.Index(fields=["community", "-id"], name="handover_from"),
            models.Index(fields=["to_community", "-id"], name="handover_to"),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("residents:handover", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == HandoverState.OPEN
