"""Work orders, their clocks, climbs and history, and the rows that rule them."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from grids.models import Grid, Kind, Unit
from grids.roles import Role
from workorders.querysets import CategoryQuerySet, ClockQuerySet, OrderQuerySet, RuleQuerySet
from workorders.states import (
    FINAL,
    ClosingKind,
    Difficulty,
    LimitUnit,
    Move,
    Source,
    Stage,
    State,
    Urgency,
)


class Category(models.Model):
    """A node of the category tree; fixtures say their source and whether somebody checked them (DOMAIN.md §2.7)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("parent")
    )
    difficulty = models.CharField(
        _("usual difficulty"), max_length=10, choices=Difficulty.choices, default=Difficulty.SIMPLE
    )
    urgency = models.CharField(_("usual urgency"), max_length=10, choices=Urgency.choices, default=Urgency.ORDINARY)
    lead_function = models.CharField(_("leading function"), max_length=30, blank=True)
    """Units with this function lead; blank inherits from the parent."""
    goes_straight_to_unit = models.BooleanField(_("dispatch straight to the leading unit"), default=False)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    needs_photo = models.BooleanField(_("result needs a photo"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    source = models.CharField(_("source"), max_length=80, blank=True)
    verified = models.BooleanField(_("verified against the source"), default=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """A row that a district edits. Editing closes the row and opens a new one, so that an order keeps the rows
    that were in force when it was accepted, and the history stays readable."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RuleQuerySet.as_manager()

    class Meta:
        abstract = True


class Limit(Rule):
    """How long a stage may take: the most specific row answers (workorders/limits.py)."""

    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="limits", verbose_name=_("category")
    )
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty.choices, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Kind.choices, blank=True)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, blank=True)
    value = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    warn_percent = models.PositiveSmallIntegerField(_("warn after this share of the time (%)"), default=80)
    source = models.CharField(_("source"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "stage", "category", "difficulty", "level", "urgency"],
                condition=models.Q(valid_to=None),
                nulls_distinct=False,
                name="limit_one_in_force_per_cell",
            ),
            models.CheckConstraint(condition=models.Q(value__gte=1), name="limit_is_positive"),
            models.CheckConstraint(condition=models.Q(warn_percent__range=(1, 99)), name="limit_warn_percent_range"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.value} {self.get_unit_display()}"


class EscalationStep(Rule):
    """One step of the ladder that an overdue order climbs: whose it becomes, for how long, after what grace."""

    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, blank=True)
    """Orders of an urgency with rows of its own climb by those; all others by the blank ones."""
    position = models.PositiveSmallIntegerField(_("step"))
    level = models.CharField(_("level"), max_length=10, choices=Kind.choices)
    role = models.CharField(_("owner"), max_length=20, choices=Role.choices)
    value = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAY)
    warn_percent = models.PositiveSmallIntegerField(_("warn after this share of the time (%)"), default=80)
    grace_value = models.PositiveSmallIntegerField(_("grace before climbing further"), default=1)
    grace_unit = models.CharField(
        _("unit of the grace"), max_length=12, choices=LimitUnit.choices, default=LimitUnit.WORKING_DAY
    )

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "urgency", "position"],
                condition=models.Q(valid_to=None),
                name="escalationstep_one_in_force_per_position",
            )
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_level_display()} {self.get_role_display()}"


class WorkOrder(models.Model):
    """An incident on its way from report to closing. Change it through `workorders.actions` only."""

    district = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("district")
    )
    number = models.CharField(_("number"), max_length=24)
    client_uuid = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("category")
    )
    description = models.TextField(_("description"), max_length=2000)
    # Where: the node it happened in, and that node's path, kept for sight and lists.
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("grid"))
    community = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    street = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    co_community = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """The second community of a dedicated grid: its people see and act like the first one's."""
    address = models.CharField(_("address"), max_length=200, blank=True)
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    raw_lng = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    raw_lat = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    raw_crs = models.CharField(max_length=6, blank=True)
    accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    # Who: the reporter, and who has it now.
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("reporter"),
    )
    contact_name = EncryptedTextField(_("contact's name"), blank=True, default="")
    contact_phone = EncryptedTextField(_("contact's phone"), blank=True, default="")
    holder = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("current holder")
    )
    """The node whose people must act next (or, while handled, that answers for the handling)."""
    lead_unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("lead unit"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("assignee"),
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("handled by"),
    )
    dispatched_from = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    step = models.PositiveSmallIntegerField(_("step of the ladder"), default=0)
    is_escalated = models.BooleanField(_("escalated"), default=False)
    routing = models.JSONField(default=dict, blank=True)
    """Which dispatch rule answered and which did not apply, with why (workorders/routing.py)."""
    # How grave.
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty.choices)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.ORDINARY)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    # How it went.
    return_count = models.PositiveSmallIntegerField(_("returns"), default=0)
    is_dispatch_final = models.BooleanField(default=False)
    rework_count = models.PositiveSmallIntegerField(_("reworks"), default=0)
    result = models.TextField(_("result"), max_length=2000, blank=True)
    closing_kind = models.CharField(_("closing kind"), max_length=10, choices=ClosingKind.choices, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    # When. `accepted_at` also says which limit rows hold for it.
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # The running stage clock, kept here for lists and lights; the truth is StageClock.
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    whole_due_at = models.DateTimeField(_("whole order due"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    """Raised with each move; a form that was opened on an older version is refused as stale."""

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="workorder_number_once"),
            models.UniqueConstraint(fields=["reporter", "client_uuid"], name="workorder_client_uuid_once_per_reporter"),
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__range=(1, 5)), name="workorder_rating_range"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(FINAL)) ^ models.Q(finished_at=None),
                name="workorder_final_is_finished",
            ),
        ]
        indexes = [
            # Lists of an area, newest first, at each level.
            models.Index(fields=["district", "-reported_at", "-id"], name="order_of_district"),
            models.Index(fields=["street", "-reported_at", "-id"], name="order_of_street"),
            models.Index(fields=["community", "-reported_at", "-id"], name="order_of_community"),
            models.Index(fields=["grid", "-reported_at", "-id"], name="order_of_grid"),
            # "I reported", newest first.
            models.Index(fields=["reporter", "-reported_at", "-id"], name="order_of_reporter"),
            # To do, in hand, overdue, due soon: the few open ones, by area.
            models.Index(
                fields=["district", "due_at", "id"], condition=models.Q(finished_at=None), name="order_open_by_due"
            ),
            models.Index(fields=["holder"], condition=models.Q(finished_at=None), name="order_open_of_holder"),
            models.Index(fields=["assignee"], condition=models.Q(finished_at=None), name="order_open_of_assignee"),
            models.Index(fields=["lead_unit", "-reported_at", "-id"], name="order_of_unit"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("workorders:detail", args=[self.pk])

    @property
    def is_final(self) -> bool:
        return self.finished_at is not None

    @property
    def path_ids(self) -> tuple[int, ...]:
        """The nodes from the district down to the order's grid."""
        ids = (self.district_id, self.street_id, self.community_id, self.co_community_id, self.grid_id)
        return tuple(dict.fromkeys(node_id for node_id in ids if node_id is not None))

    @property
    def point(self) -> tuple[Decimal, Decimal] | None:
        return (self.lng, self.lat) if self.lng is not None and self.lat is not None else None


class StageClock(models.Model):
    """One run of one stage: when it began, when it warns, is due and makes the order climb. Times are UTC."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    limit = models.ForeignKey(Limit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.ForeignKey(
        EscalationStep, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    value = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12, choices=LimitUnit.choices)
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    climb_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    warned_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    """The next moment at which the sweep has something to do for this clock; null when nothing is left."""

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "stage"], condition=models.Q(stopped_at=None), name="stageclock_one_running_per_stage"
            ),
            models.CheckConstraint(
                condition=models.Q(limit__isnull=False) | models.Q(step__isnull=False), name="stageclock_names_its_rule"
            ),
        ]
        indexes = [
            # The timers' sweep: running clocks with something due.
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(stopped_at=None, next_at__isnull=False),
                name="stageclock_due",
            ),
            models.Index(fields=["order", "started_at"], name="stageclock_of_order"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} of {self.order_id}"


class Escalation(models.Model):
    """One climb of an order, and its strike-off on the way back down."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="escalations", db_index=False)
    position = models.PositiveSmallIntegerField()
    from_node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    passed_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    by_timer = models.BooleanField()
    struck_off_at = models.DateTimeField(null=True, blank=True)
    struck_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="escalation_once_per_step")]
        indexes = [models.Index(fields=["district", "-at"], name="escalation_newest")]  # The escalation monitor.

    def __str__(self) -> str:
        return f"{self.order_id} step {self.position}"


class Involvement(models.Model):
    """Keeps sight: a person or a unit that was handed the order, whatever became of it later."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="involvements")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None) ^ models.Q(unit=None), name="involvement_user_or_unit"
            ),
            models.UniqueConstraint(
                fields=["user", "order"], condition=models.Q(unit=None), name="involvement_user_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "order"], condition=models.Q(user=None), name="involvement_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.unit_id} in {self.order_id}"


class Event(models.Model):
    """One move of one order; a database trigger refuses changing or deleting it."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    move = models.CharField(max_length=20, choices=Move.choices)
    from_state = models.CharField(max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=20, choices=State.choices)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    elapsed_seconds = models.PositiveIntegerField(default=0)
    """Since the order's previous move."""

    class Meta:
        indexes = [
            # The flow record.
            models.Index(fields=["order", "id"], name="event_of_order"),
            # What happened in a district of late (rollups, "since yesterday").
            models.Index(fields=["district", "-at"], name="event_of_district"),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.order_id}"


class PhotoKind(models.TextChoices):
    BEFORE = "before", _("Before")
    AFTER = "after", _("After")


class Photo(models.Model):
    """A picture of the incident or its result: re-encoded JPEG without metadata (workorders/photos.py)."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="photos")
    kind = models.CharField(max_length=6, choices=PhotoKind.choices)
    image = models.FileField(upload_to="orders/%Y/%m/")
    thumbnail = models.FileField(upload_to="orders/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True, blank=True)
    lng = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "kind", "sha256"], name="photo_once_per_order")]

    def __str__(self) -> str:
        return f"{self.kind} photo of {self.order_id}"


class NumberSequence(models.Model):
    """The last running number of a day and source: the five digits at the end of an order's number."""

    prefix = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}{self.last:05d}"


class TimerRun(models.Model):
    """One run of the timers: what it did, for the district's page and for the bench."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    warned = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    escalated = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="timerrun_newest")]  # The timers page.

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
