"""A roster that somebody brings in, and what the comparison says of each of its rows.

A row's key is made of its batch and its number: `batch << 32 | number`. The row, what it holds (`staged`) and the
range of a whole batch are found by it, and a million rows need one index for all of that. Tables with as many rows as
a file lead to their batch without a constraint: PostgreSQL would look it up a million times, and a batch is never
deleted (rosters/purging.py empties it).
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from rosters.querysets import BatchQuerySet, RowQuerySet
from rosters.states import RUNNING, BatchKind, Conflict, Decision, Outcome, Result, State

ROWS = 1 << 32
"""Keys of one batch."""


class Batch(models.Model):
    """One file for one area: `node` is the node that it speaks of; rows outside it are refused."""

    kind = models.CharField(_("what it lists"), max_length=13, choices=BatchKind.choices)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """None: an operator on the server (`manage.py import_residents`)."""
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.UPLOADED)
    failure = models.CharField(max_length=300, blank=True)
    """Why it failed, in words for whoever brought it; holds nothing of a row."""

    file_name = models.CharField(_("file"), max_length=200)
    file = models.CharField(max_length=100, blank=True)
    """Where the encrypted copy lies (rosters/files.py), deleted with the rows; empty where none is kept."""
    digest = models.CharField(max_length=64, blank=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    heading_row = models.PositiveIntegerField(default=1)
    """The number of the row that holds the headings, as the spreadsheet shows it."""
    body_after = models.PositiveIntegerField(default=1)
    """The last row before the body: the headings', or that of remarks below them."""
    headings = models.JSONField(default=list)
    matching = models.JSONField(default=dict)
    """Field by the column's place, counted from 0, as text: {"0": "name", "3": "identity_number"}."""

    is_complete = models.BooleanField(_("the list is complete for the area"), default=False)
    """Only then does somebody who is not on it count as moved out."""
    blanks_overwrite = models.BooleanField(_("empty cells empty the register's"), default=False)
    rules = models.JSONField(default=dict)
    """Decision by outcome, for rows without one of their own: {"new": "apply", "changed": "skip"}."""
    skipped_fields = models.JSONField(default=list)
    """Fields that are not taken over where the register has something else."""

    expected_rows = models.PositiveIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    """The last row of the file that is staged, as the spreadsheet numbers it."""
    counts = models.JSONField(default=dict)
    """Rows by outcome, and conflicts by reason as `conflict:other_name`."""
    problems = models.JSONField(default=list)
    """[field, code, refuses, count] of each kind of mistake, most frequent first."""

    phase = models.CharField(max_length=12, blank=True)
    """Which part of the running step it is at (rosters/running.py)."""
    cursor = models.BigIntegerField(default=0)
    """The number up to which the running phase has done its work, all in the transactions that did it."""
    done = models.JSONField(default=dict)
    """What was written: {"added": 12, "changed": 3, "moved_out": 0, "stale": 1, "houses": 4, ...}."""
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    step_began_at = models.DateTimeField(null=True, blank=True)
    step_total = models.BigIntegerField(default=0)
    step_done = models.BigIntegerField(default=0)

    checked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    """When its rows were deleted; from then on it cannot be taken back."""

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        indexes = [
            # The list of an area's rosters, newest first.
            models.Index(fields=["node", "-id"], name="batch_of_node"),
            # Who has work for a background job; who is to be purged.
            models.Index(fields=["heartbeat_at"], condition=models.Q(state__in=sorted(RUNNING)), name="batch_running"),
            models.Index(fields=["created_at"], condition=models.Q(purged_at=None), name="batch_to_purge"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("rosters:batch", args=[self.pk])

    @property
    def first_key(self) -> int:
        return self.pk * ROWS

    @property
    def last_key(self) -> int:
        return self.pk * ROWS + ROWS - 1

    @property
    def fields(self) -> list[str]:
        """The fields that columns of the file are matched to."""
        return list(self.matching.values())

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def share_done(self) -> float:
        """How much of the running step is done, from 0 to 1."""
        return min(1.0, self.step_done / self.step_total) if self.step_total else 0.0

    @property
    def rate(self) -> float | None:
        """Rows a second of the running step so far."""
        if self.step_began_at is None or self.heartbeat_at is None or not self.step_done:
            return None
        seconds = (self.heartbeat_at - self.step_began_at).total_seconds()
        return self.step_done / seconds if seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the running step ends, if it goes on as fast as it has."""
        return max(0, self.step_total - self.step_done) / self.rate if self.rate else None


class Row(models.Model):
    """What the comparison says of one row of the file, what was decided, and what became of it.

    Those who are no longer on a complete list have rows of their own behind the last one of the file.
    """

    id = models.BigIntegerField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    number = models.PositiveIntegerField()
    """As the spreadsheet numbers it."""
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    conflict = models.CharField(max_length=12, choices=Conflict.choices, blank=True)
    fields = ArrayField(models.CharField(max_length=30), default=list)
    """The fields in which the file differs from the register."""
    target_id = models.BigIntegerField(null=True)
    """The row of the register that is meant; of a new one the key that it gets."""
    is_addition = models.BooleanField(default=False)
    """Taking the row over makes a new row of the register."""
    rival_id = models.BigIntegerField(null=True)
    """The row of the register, or of the file, that it contradicts."""
    target_version = models.PositiveIntegerField(null=True)
    """The register row's version when it was compared; after it was written, the version that this made."""
    decision = models.CharField(max_length=5, choices=Decision.choices, blank=True)
    """Empty: by the batch's rules."""
    result = models.CharField(max_length=6, choices=Result.choices, blank=True)
    before = models.JSONField(null=True)
    """The register's columns before the change, encrypted ones as they were encrypted; for taking it back."""

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a roster")
        verbose_name_plural = _("rows of a roster")
        indexes = [
            # The lists of a batch: by outcome, in the file's order.
            models.Index(fields=["batch", "outcome", "number"], name="row_of_outcome"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of roster {self.batch_id}"


class Problem(models.Model):
    """Something wrong with a cell. `sample` is masked: no number of a person stands here."""

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="problem_rows", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField()
    field = models.CharField(max_length=30, blank=True)
    code = models.CharField(max_length=30)
    """A key of rosters/words.py."""
    refuses = models.BooleanField(default=True)
    """False: a warning, the row is taken."""
    sample = models.CharField(max_length=40, blank=True)
    is_compared = models.BooleanField(default=False)
    """Found by comparing with the register, not in the file alone."""

    class Meta:
        indexes = [
            # The groups of the page, each with its first rows; a row's own reasons.
            models.Index(fields=["batch", "field", "code", "number"], name="problem_group"),
            models.Index(fields=["batch", "number"], name="problem_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in row {self.number} of roster {self.batch_id}"


class Made(models.Model):
    """A row that a batch made beside those of its own kind: the house of a resident, a household."""

    class What(models.TextChoices):
        ESTATE = "estate", _("Estate")
        BUILDING = "building", _("Building")
        HOUSE = "house", _("House")
        HOUSEHOLD = "household", _("Household")
        MEMBERSHIP = "membership", _("Membership of a household")
        ENDED = "ended", _("Membership that was ended")
        ACCOUNT = "account", _("Account")
        POST = "post", _("Post")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="made", db_index=False, db_constraint=False)
    what = models.CharField(max_length=10, choices=What.choices)
    target_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["batch", "what", "target_id"], name="made_by_batch")]  # Taking a batch back.

    def __str__(self) -> str:
        return f"{self.what} {self.target_id}"


class RememberedHeader(models.Model):
    """Which field somebody last chose for a heading; an empty field: none."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=13, choices=BatchKind.choices)
    heading = models.CharField(max_length=60)
    field = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "heading"], name="remembered_header_once")]

    def __str__(self) -> str:
        return f"{self.heading} → {self.field}"


class PlaceUsed(models.Model):
    """The estate and building of each name that a list of houses uses, for as long as it is being written."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    community_id = models.BigIntegerField()
    estate = models.CharField(max_length=60, db_collation="C")
    building_no = models.CharField(max_length=20, db_collation="C")
    estate_id = models.BigIntegerField(null=True)
    building_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "rosters_place"
        indexes = [
            # Each chunk of houses asks here.
            models.Index(fields=["batch", "community_id", "estate", "building_no"], name="place_used"),
        ]

    def __str__(self) -> str:
        return f"place of roster {self.batch_id}"
