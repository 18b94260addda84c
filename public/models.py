"""What the public's pages keep: codes of buildings, links of building leads, reports that somebody looks at first."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.fields import EncryptedTextField
from grids.models import Grid, public_code
from hotline.models import Request
from public.querysets import HeldQuerySet, LeadLinkQuerySet
from public.topics import Topic
from residents.models import Building, Resident

MAX_TEXT = 1000
"""Characters of a report by a resident; a robot's does not fill the disk."""


class PlaceCode(models.Model):
    """The unguessable code on a building's poster; a grid has its own (`Grid.public_code`)."""

    building = models.OneToOneField(Building, on_delete=models.CASCADE, related_name="place_code")
    code = models.CharField(max_length=24, unique=True, default=public_code)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"code of building {self.building_id}"


class LeadLink(models.Model):
    """A personal link by which a building's lead reports without an account. Only the hash of its token is kept."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="lead_links")
    holder = models.ForeignKey(
        Resident, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("building lead")
    )
    token_hash = models.CharField(max_length=64, unique=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"))
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = LeadLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a building lead")
        verbose_name_plural = _("links of building leads")
        constraints = [
            models.UniqueConstraint(fields=["building"], condition=Q(revoked_at=None), name="leadlink_one_of_building")
        ]
        indexes = [models.Index(fields=["district", "-given_at", "-id"], name="leadlink_list")]

    def __str__(self) -> str:
        return f"link of building {self.building_id}"


class LinkAct(models.TextChoices):
    OPENED = "opened", pgettext_lazy("link", "Opened")
    REPORTED = "reported", pgettext_lazy("link", "Reported")
    SENT = "sent", pgettext_lazy("link", "Sent as a text message")


class LinkUse(models.Model):
    """One use of a link."""

    link = models.ForeignKey(LeadLink, on_delete=models.CASCADE, related_name="used", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=8, choices=LinkAct.choices)
    matter = models.ForeignKey(
        Request, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("report")
    )

    class Meta:
        indexes = [models.Index(fields=["link", "-at"], name="linkuse_of_link")]

    def __str__(self) -> str:
        return f"{self.act} {self.link_id}"


class Held(models.Model):
    """A report that may come from a robot: it has its number, waits apart from the desk, and is never lost unseen."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    client_uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    source = models.CharField(_("source"), max_length=10)
    received_at = models.DateTimeField(pgettext_lazy("request", "Received"))
    reasons = models.JSONField(default=list)
    """Of `public.guard.verdict.Reason`."""
    topic = models.CharField(_("What is it about?"), max_length=12, choices=Topic.choices, blank=True)
    text = models.TextField(_("what is asked"), max_length=MAX_TEXT, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    grid = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_located = models.BooleanField(default=False)
    lng = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    requester_name = EncryptedTextField(_("requester's name"), blank=True, default="")
    requester_phone = EncryptedTextField(_("requester's phone"), blank=True, default="")
    is_secret = models.BooleanField(_("wants secrecy"), default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    matter = models.ForeignKey(Request, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """The request that it became; none for a robot's."""

    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name = _("held report")
        verbose_name_plural = _("held reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(matter=None) | Q(decided_at__isnull=False), name="held_let_in_is_decided"
            ),
        ]
        indexes = [
            # The list of what waits, newest first, and its count, which is bounded.
            models.Index(fields=["district", "-received_at", "-id"], condition=Q(decided_at=None), name="held_waiting"),
        ]

    def __str__(self) -> str:
        return self.number


class HeldPhoto(models.Model):
    """A picture of a held report, until somebody decides: then it goes to the desk with it, or is deleted."""

    held = models.ForeignKey(Held, on_delete=models.CASCADE, related_name="photos")
    image = models.FileField(upload_to="held/%Y/%m/")
    thumbnail = models.FileField(upload_to="held/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"photo of {self.held_id}"
