"""The clocks of work orders, their climbs, and the runs of the timers."""

from django.conf import settings
from django.db import models

from grids.models import Grid
from workorders.models.orders import WorkOrder
from workorders.models.rules import EscalationStep, Limit
from workorders.querysets import ClockQuerySet
from workorders.states import LimitUnit, Stage


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
    is_given = models.BooleanField(default=False)
    """The deadline came with the order (a round of standing work), not from a row of limits."""
    next_at = models.DateTimeField(null=True, blank=True)
    """The next moment at which the sweep has something to do for this clock; null when nothing is left."""

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "stage"], condition=models.Q(stopped_at=None), name="stageclock_one_running_per_stage"
            ),
            models.CheckConstraint(
                condition=models.Q(limit__isnull=False) | models.Q(step__isnull=False) | models.Q(is_given=True),
                name="stageclock_names_its_rule",
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
            # What stopped, and what ran out, on the days that are counted (insights).
            models.Index(
                fields=["district", "stopped_at"],
                condition=models.Q(stopped_at__isnull=False),
                name="stageclock_stopped",
            ),
            models.Index(
                fields=["district", "overdue_at"],
                condition=models.Q(overdue_at__isnull=False),
                name="stageclock_overdue",
            ),
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


class TimerRun(models.Model):
    """One run of the timers: what it did, for the district's page and for the bench."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    warned = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    escalated = models.PositiveIntegerField(default=0)
    resumed = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="timerrun_newest")]  # The timers page.

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
