"""A whistle, the units that it calls, and what happened: `Whistle`, `Summons`, `WhistleEvent`."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.querysets import WhistleQuerySet
from coordination.states import CAME, Act, Attendance, WhistleState
from grids.models import Grid, Unit
from grids.roles import Role
from workorders.models import WorkOrder


class Whistle(models.Model):
    """A community, a street or the district calls units to a place. Change it through `coordination.actions` only."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    client_uuid = models.UUIDField(default=uuid.uuid4)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("who calls"))
    order = models.ForeignKey(
        WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="whistles", verbose_name=_("order")
    )
    subject = models.CharField(_("subject"), max_length=100)
    words = models.TextField(_("what is to be done"), max_length=2000, blank=True)
    place = models.CharField(_("place"), max_length=200)
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    meets_at = models.DateTimeField(_("when to be there"))
    state = models.CharField(_("state"), max_length=10, choices=WhistleState.choices, default=WhistleState.OPEN)
    blown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("called by")
    )
    blown_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField(_("check in by"))
    next_at = models.DateTimeField(null=True, blank=True)
    """The next moment at which the sweep has something to do; null when nothing is left."""
    warned_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(_("outcome"), max_length=2000, blank=True)
    """What came of it, or why it was cancelled."""
    version = models.PositiveIntegerField(default=0)

    objects = WhistleQuerySet.as_manager()

    class Meta:
        verbose_name = _("whistle")
        verbose_name_plural = _("whistles")
        constraints = [
            models.UniqueConstraint(fields=["blown_by", "client_uuid"], name="whistle_once_per_sending"),
            models.CheckConstraint(
                condition=models.Q(state=WhistleState.OPEN, finished_at=None)
                | ~models.Q(state=WhistleState.OPEN) & models.Q(finished_at__isnull=False),
                name="whistle_open_or_finished",
            ),
            models.CheckConstraint(
                condition=models.Q(lng=None, lat=None) | models.Q(lng__isnull=False, lat__isnull=False),
                name="whistle_point_is_whole",
            ),
        ]
        indexes = [
            # The sweep: open whistles with something due.
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(finished_at=None, next_at__isnull=False),
                name="whistle_next",
            ),
            # The lists of what is open, the soonest due first.
            models.Index(fields=["due_at", "id"], condition=models.Q(finished_at=None), name="whistle_open"),
            # The list of past ones, newest first.
            models.Index(fields=["-finished_at", "-id"], name="whistle_past"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("coordination:whistle", args=[self.pk])

    @property
    def is_final(self) -> bool:
        return self.finished_at is not None

    @property
    def point(self) -> tuple[Decimal, Decimal] | None:
        return (self.lng, self.lat) if self.lng is not None and self.lat is not None else None


class Summons(models.Model):
    """One unit called by one whistle: whether it came, what it did, how it is rated."""

    whistle = models.ForeignKey(Whistle, on_delete=models.CASCADE, related_name="summons", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    attendance = models.CharField(max_length=10, choices=Attendance.choices, default=Attendance.AWAITED)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    absent_at = models.DateTimeField(null=True, blank=True)
    """When the timer wrote the absence down; it stays when the unit comes after all."""
    report = models.TextField(max_length=2000, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_note = models.CharField(max_length=500, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["whistle", "unit"], name="summons_unit_once"),
            models.CheckConstraint(
                condition=models.Q(attendance__in=sorted(CAME), checked_in_at__isnull=False)
                | ~models.Q(attendance__in=sorted(CAME)) & models.Q(checked_in_at=None),
                name="summons_came_when_checked_in",
            ),
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__range=(1, 5)), name="summons_rating_one_to_five"
            ),
        ]
        indexes = [
            # What a unit was called to.
            models.Index(fields=["unit", "whistle"], name="summons_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} by {self.whistle_id}"

    @property
    def came(self) -> bool:
        return self.attendance in CAME


class WhistleEvent(models.Model):
    """One act on a whistle; a database trigger refuses changing or deleting it."""

    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=10, choices=Act.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["whistle", "id"], name="whistleevent_of_whistle")]  # Its record.

    def __str__(self) -> str:
        return f"{self.act} {self.whistle_id}"
