"""What is exchanged with the city's platform: partners, runs, their rows, and what was told back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.fields import EncryptedTextField
from grids.models import Grid
from hotline.exchange.querysets import ExchangePartnerQuerySet, ExchangeRunQuerySet
from hotline.exchange.states import Direction, RunState, Verdict, Way
from hotline.models.requests import Request


class ExchangePartner(models.Model):
    """A platform that pushes orders and asks for answers over the network, known by its signature."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    code = models.CharField(_("code"), max_length=32, unique=True)
    """Stands in each call; no secret."""
    key = EncryptedTextField()
    former_key = EncryptedTextField(blank=True, default="")
    former_key_until = models.DateTimeField(null=True, blank=True)
    """Until then the former key is still taken, so that the other side can change over in its own time."""
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ExchangePartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange partner")
        verbose_name_plural = _("exchange partners")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name"],
                name="exchangepartner_name_once",
                violation_error_message=_("There is a partner of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("hotline:exchange-partner", args=[self.pk])


class ExchangeRun(models.Model):
    """One exchange: a file that came, a push, an export, or an earlier one's refused rows tried again."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    way = models.CharField(pgettext_lazy("exchange", "way"), max_length=6, choices=Way.choices)
    state = models.CharField(_("state"), max_length=7, choices=RunState.choices, default=RunState.RUNNING)
    failure = models.CharField(max_length=300, blank=True)
    """Why it failed, in words; holds nothing of a row."""
    partner = models.ForeignKey(ExchangePartner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """None: the platform, or an operator on the server."""
    replay_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replays")
    is_history = models.BooleanField(_("closed requests of the past"), default=False)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    """When its file and rows were deleted."""
    # In.
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    file = models.CharField(max_length=100, blank=True)
    """Where the encrypted copy lies (rosters/files.py)."""
    sheet = models.CharField(max_length=100, blank=True)
    heading_row = models.PositiveIntegerField(default=1)
    body_after = models.PositiveIntegerField(default=1)
    headings = models.JSONField(default=list, blank=True)
    matching = models.JSONField(default=dict, blank=True)
    """Field by the column's place, counted from 0, as text."""
    expected_rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    """The last row that is done, written in the transaction that did it."""
    counts = models.JSONField(default=dict, blank=True)
    """Rows by verdict; of an export, rows told by state."""
    # Out: the statuses after `after` up to `upto`.
    after = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)

    objects = ExchangeRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")
        indexes = [
            # The list, newest first.
            models.Index(fields=["district", "-id"], name="exchangerun_of_district"),
            # What a dead job left; what is to be purged.
            models.Index(fields=["heartbeat_at"], condition=models.Q(state="running"), name="exchangerun_running"),
            models.Index(fields=["began_at"], condition=models.Q(purged_at=None), name="exchangerun_to_purge"),
        ]

    def __str__(self) -> str:
        return f"exchange {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("hotline:exchange", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state == RunState.RUNNING

    @property
    def share_done(self) -> float:
        return min(1.0, self.rows_done / self.expected_rows) if self.expected_rows else 0.0

    @property
    def who(self) -> str:
        """The partner or the person behind it; nobody where it was brought in on the server."""
        if self.partner is not None:
            return self.partner.name
        return self.actor.display_name if self.actor is not None else ""

    @property
    def row_count(self) -> int:
        return sum(self.counts.values())


class ExchangeRow(models.Model):
    """How one row that came was answered."""

    run = models.ForeignKey(ExchangeRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("row"))
    """As the spreadsheet numbers it; in a push, counted from 1."""
    platform_no = models.CharField(_("number at the city platform"), max_length=40, blank=True)
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict.choices)
    codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    """Why it was refused, or what to look at (hotline/exchange/words.py)."""
    matter = models.ForeignKey(
        Request, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sealed = EncryptedTextField(blank=True, default="")
    """The cells of a refused row, so that it can be tried again; JSON."""
    settled_by = models.ForeignKey(
        ExchangeRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    """The later run that took the refused row in."""

    class Meta:
        verbose_name = _("row of an exchange")
        verbose_name_plural = _("rows of exchanges")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="exchangerow_once")]
        indexes = [
            # A run's refused rows.
            models.Index(fields=["run", "number"], condition=models.Q(verdict="refused"), name="exchangerow_refused"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of {self.run_id}"


class ExchangeStatus(models.Model):
    """What the platform is told about one request; never changed, so that whoever asks again gets the same."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="+", db_index=False)
    platform_no = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10)
    sealed = EncryptedTextField()
    """The cells by field; JSON."""

    class Meta:
        verbose_name = _("status told to the platform")
        verbose_name_plural = _("statuses told to the platform")
        indexes = [
            # The stream of a district, in the order of telling.
            models.Index(fields=["district", "id"], name="exchangestatus_of_district"),
            # The last one of a request; clearing away what is old.
            models.Index(fields=["matter", "-id"], name="exchangestatus_of_request"),
            models.Index(fields=["at"], name="exchangestatus_at"),
        ]

    def __str__(self) -> str:
        return f"status of request {self.matter_id}"


class ExchangeMark(models.Model):
    """Up to where the platform knows a request: compared with how it is now, to find what has changed."""

    matter = models.OneToOneField(Request, primary_key=True, on_delete=models.CASCADE, related_name="exchangemark")
    stamp = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("mark of what was told")
        verbose_name_plural = _("marks of what was told")

    def __str__(self) -> str:
        return f"mark of request {self.matter_id}"
