"""What people told on a day (民情日志), and the reports that are made of it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from grids.models import Grid
from residents.models import House, Organisation, Resident
from residents.models.placed import Placed
from visits.models.visits import Visit
from visits.querysets import LogQuerySet, ReportQuerySet
from visits.states import EntryKind, Period
from workorders.models import WorkOrder


class LogEntry(Placed):
    """One thing that somebody told a worker, or that the worker saw; where it needs doing, the order made of it."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("author")
    )
    client_uuid = models.UUIDField()
    kind = models.CharField(_("kind"), max_length=8, choices=EntryKind.choices)
    text = EncryptedTextField(_("what was said or seen"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    heard_at = models.DateTimeField(_("when"))
    house = models.ForeignKey(House, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    resident = models.ForeignKey(
        Resident, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    visit = models.ForeignKey(
        Visit, null=True, blank=True, on_delete=models.SET_NULL, related_name="entries", verbose_name=_("visit")
    )
    order = models.OneToOneField(
        WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="log_entry", verbose_name=_("order")
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        constraints = [models.UniqueConstraint(fields=["author", "client_uuid"], name="logentry_once_per_uuid")]
        indexes = [
            # The log of a person, a grid, a community, a street; what reports count.
            models.Index(fields=["author", "-heard_at", "-id"], name="log_of_author"),
            models.Index(fields=["grid", "-heard_at", "-id"], name="log_of_grid"),
            models.Index(fields=["community", "-heard_at", "-id"], name="log_of_community"),
            models.Index(fields=["street", "-heard_at", "-id"], name="log_of_street"),
            models.Index(fields=["district", "-heard_at", "-id"], name="log_of_district"),
        ]

    def __str__(self) -> str:
        return f"log entry {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("visits:entry", args=[self.pk])


class Report(models.Model):
    """A day's, week's or month's report of a node: counts as they were, and the text that somebody signed."""

    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("node"))
    period = models.CharField(_("period"), max_length=5, choices=Period.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    counts = models.JSONField(default=dict)
    """What `visits.summaries` counted when it was submitted."""
    text = models.TextField(_("text"), max_length=4000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    submitted_at = models.DateTimeField(_("submitted"))

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a period")
        constraints = [
            models.UniqueConstraint(fields=["node", "period", "starts_on"], name="report_once_a_period"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="report_span"),
        ]
        indexes = [models.Index(fields=["-starts_on", "-id"], name="report_newest")]  # The list.

    def __str__(self) -> str:
        return f"{self.period} {self.starts_on} of {self.node_id}"

    def get_absolute_url(self) -> str:
        return reverse("visits:report", args=[self.pk])
