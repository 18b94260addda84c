"""Contact households (包网联户): which worker keeps in touch with which buildings and houses."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from care.querysets import DutyQuerySet
from grids.models import Grid, Post
from residents.models import Building, House


class ContactDuty(models.Model):
    """A worker keeps in touch with a whole building or one house; a house's own duty goes before its building's."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="contact_duties", db_index=False)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Whose post it is, so that the day's visits need not ask."""
    building = models.ForeignKey(
        Building, null=True, blank=True, on_delete=models.PROTECT, related_name="contact_duties", db_index=False
    )
    house = models.ForeignKey(
        House, null=True, blank=True, on_delete=models.PROTECT, related_name="contact_duties", db_index=False
    )
    started_on = models.DateField(_("from"), default=timezone.localdate)
    ended_on = models.DateField(_("to"), null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assigned_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact duty")
        verbose_name_plural = _("contact duties")
        constraints = [
            models.CheckConstraint(
                condition=Q(building=None, house__isnull=False) | Q(building__isnull=False, house=None),
                name="contactduty_building_or_house",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="contactduty_span"
            ),
            # Also who keeps in touch with this place.
            models.UniqueConstraint(
                fields=["building"], condition=Q(ended_on=None, building__isnull=False), name="contactduty_one_building"
            ),
            models.UniqueConstraint(
                fields=["house"], condition=Q(ended_on=None, house__isnull=False), name="contactduty_one_house"
            ),
        ]
        indexes = [
            # What a worker has; what an ended post leaves.
            models.Index(fields=["worker"], condition=Q(ended_on=None), name="contactduty_of_worker"),
            models.Index(fields=["post"], condition=Q(ended_on=None), name="contactduty_of_post"),
            models.Index(fields=["house"], condition=Q(house__isnull=False), name="contactduty_of_house"),
            models.Index(fields=["building"], condition=Q(building__isnull=False), name="contactduty_of_building"),
        ]

    def __str__(self) -> str:
        return f"contact duty {self.pk}"


class ContactPlan(models.Model):
    """A proposal of who keeps in touch with whom in a grid or community: drawn up, edited, then accepted as a whole."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        ACCEPTED = "accepted", _("Accepted")
        DROPPED = "dropped", _("Dropped")

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    shares = models.JSONField(default=list)
    """A list of {"building", "houses" (ids, or null for the whole building), "weight", "post" (id or null)}."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("plan of contact households")
        verbose_name_plural = _("plans of contact households")
        constraints = [
            models.UniqueConstraint(fields=["node"], condition=Q(state="draft"), name="contactplan_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft", closed_at=None) | ~Q(state="draft") & Q(closed_at__isnull=False),
                name="contactplan_open_or_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"contact plan {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("care:plan", args=[self.pk])


class HandOver(models.Model):
    """The contact households that an ending post leaves: the leader gives each to somebody else."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="hand_over")
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    ends_on = models.DateField(_("last day of the post"))
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("hand-over list")
        verbose_name_plural = _("hand-over lists")

    def __str__(self) -> str:
        return f"hand-over of post {self.post_id}"

    def get_absolute_url(self) -> str:
        return reverse("care:hand-over", args=[self.pk])
