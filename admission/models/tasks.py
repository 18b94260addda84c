"""Tasks that departments put into grids: the application, its fields, its rounds and what came of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admission.querysets import AssignmentQuerySet, RoundQuerySet, TaskQuerySet
from admission.states import Allowed, FieldKind, Rhythm, TaskMove, TaskState
from grids.models import Grid, Kind, Settlement, Unit
from workorders.models import Photo, WorkOrder

MAX_FIELDS = 12
MAX_MINUTES = 480


class Task(models.Model):
    """What a unit wants done in grids. Change it through `admission.actions` only."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("applying unit")
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("applicant")
    )
    state = models.CharField(_("state"), max_length=10, choices=TaskState.choices, default=TaskState.PENDING)
    title = models.CharField(_("title"), max_length=60)
    purpose = models.TextField(_("purpose"), max_length=1000)
    basis = models.CharField(_("legal or official basis"), max_length=300)
    # Where: nodes of the tree, and which kinds of grid below them.
    nodes: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(Grid, related_name="+", verbose_name=_("area"))
    in_base = models.BooleanField(_("base grids"), default=True)
    in_dedicated = models.BooleanField(_("dedicated grids"), default=False)
    in_micro = models.BooleanField(_("micro-grids"), default=False)
    settlement = models.CharField(_("urban or rural"), max_length=5, choices=Settlement.choices, blank=True)
    # When.
    rhythm = models.CharField(_("rhythm"), max_length=8, choices=Rhythm.choices, default=Rhythm.ONCE)
    starts_on = models.DateField(_("first round"))
    ends_on = models.DateField(_("last round on or before"))
    allowed_value = models.PositiveSmallIntegerField(_("time for a round"), default=5)
    allowed_unit = models.CharField(
        _("counted in"), max_length=12, choices=Allowed.choices, default=Allowed.WORKING_DAY
    )
    minutes = models.PositiveSmallIntegerField(_("estimated minutes for a grid"))
    # How it was decided.
    applied_at = models.DateTimeField(_("applied"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    opinion = models.TextField(_("opinion"), max_length=1000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    next_on = models.DateField(null=True, blank=True)
    """The next round that the fan-out has to issue; null before admission and after the last one."""
    version = models.PositiveIntegerField(default=1)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="task_span"),
            models.CheckConstraint(
                condition=models.Q(in_base=True) | models.Q(in_dedicated=True) | models.Q(in_micro=True),
                name="task_goes_to_some_kind",
            ),
            models.CheckConstraint(condition=models.Q(minutes__range=(1, MAX_MINUTES)), name="task_minutes_range"),
            models.CheckConstraint(condition=models.Q(allowed_value__gte=1), name="task_allows_time"),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("applicant")),
                name="task_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[TaskState.PENDING, TaskState.WITHDRAWN])
                ^ models.Q(decided_at__isnull=False),
                name="task_decided_has_a_time",
            ),
        ]
        indexes = [
            # The list of a district's centre, newest first, by state; the fan-out's admitted ones.
            models.Index(fields=["district", "state", "-applied_at", "-id"], name="task_of_district"),
            # The fan-out: rounds that are due to begin.
            models.Index(fields=["next_on"], condition=models.Q(next_on__isnull=False), name="task_next_round"),
            # The list of the applying unit, newest first.
            models.Index(fields=["unit", "-applied_at", "-id"], name="task_of_unit"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("admission:task", args=[self.pk])

    @property
    def kinds(self) -> list[str]:
        """The kinds of grid that the task goes to."""
        chosen = {Kind.BASE: self.in_base, Kind.DEDICATED: self.in_dedicated, Kind.MICRO: self.in_micro}
        return [kind.value for kind, is_in in chosen.items() if is_in]

    @property
    def kind_words(self) -> list[str]:
        return [str(Kind(kind).label) for kind in self.kinds]


class TaskField(models.Model):
    """One thing to fill in for each grid."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="fields", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=8, choices=FieldKind.choices)
    label = models.CharField(_("question"), max_length=60)
    is_required = models.BooleanField(_("must be filled"), default=True)
    minimum = models.DecimalField(_("lowest"), max_digits=12, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField(_("highest"), max_digits=12, decimal_places=2, null=True, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="taskfield_one_per_position"),
            models.CheckConstraint(
                condition=models.Q(position__range=(1, MAX_FIELDS)), name="taskfield_at_most_twelve"
            ),
            models.CheckConstraint(
                condition=models.Q(minimum=None) | models.Q(maximum=None) | models.Q(maximum__gte=models.F("minimum")),
                name="taskfield_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class TaskEvent(models.Model):
    """What was done with an application; a database trigger refuses changing or deleting it."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    move = models.CharField(max_length=10, choices=TaskMove.choices)
    note = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    """What the decider changed: field → [before, after]."""

    class Meta:
        indexes = [models.Index(fields=["task", "id"], name="taskevent_of_task")]  # The record on the task's page.

    def __str__(self) -> str:
        return f"{self.move} {self.task_id}"

    @property
    def changes(self) -> list[str]:
        """What the decider changed, in words: the field's name, then before → after."""
        return [f"{_word(name)}: {_said(name, old)} → {_said(name, new)}" for name, (old, new) in self.details.items()]


def _word(name: str) -> str:
    return str(Task._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # every name is one of Task's


def _said(name: str, value: str) -> str:
    """Say a kept value: a choice by its label, a fact by yes or no."""
    choices = dict(getattr(Task._meta.get_field(name), "choices", None) or ())
    if value in {"True", "False"}:
        return str(gettext("Yes") if value == "True" else gettext("No"))
    return str(choices.get(value, value)) or "—"


class Round(models.Model):
    """One turn of a task through its grids."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="rounds", db_index=False)
    day = models.DateField(_("round"))
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    is_missed = models.BooleanField(default=False)
    """The fan-out stood still until the next round had begun; nothing was issued for this one."""
    grids = models.PositiveIntegerField(default=0)
    """How many grids the round has; as many assignments stand below it."""

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["task", "day"], name="round_once_per_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class Assignment(models.Model):
    """One grid in one round: the order that went there, and what was handed in."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    community = models.ForeignKey(Grid, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    street = models.ForeignKey(Grid, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="assignment")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    """To whom it was given; then who handed it in."""
    issued_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    is_dropped = models.BooleanField(default=False)
    """The task ended before it was done; it counts nowhere."""
    minutes = models.PositiveSmallIntegerField(_("minutes it took"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "grid"], name="assignment_once_per_round"),
            models.CheckConstraint(
                condition=models.Q(handed_in_at=None) | models.Q(minutes__range=(1, MAX_MINUTES * 3)),
                name="assignment_handed_in_with_minutes",
            ),
        ]
        indexes = [
            # Progress by node, and the list of grids not done yet.
            models.Index(fields=["round", "street", "community"], name="assignment_of_round"),
            # The median of stated minutes.
            models.Index(fields=["task", "handed_in_at"], name="assignment_of_task"),
            # What a worker was given of late.
            models.Index(fields=["worker", "issued_at"], name="assignment_of_worker"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.grid_id}"


class Answer(models.Model):
    """What was filled into one field for one grid; one of the columns, by the field's kind."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="answers", db_index=False)
    field = models.ForeignKey(TaskField, on_delete=models.PROTECT, related_name="+", db_index=False)
    flag = models.BooleanField(null=True, blank=True)
    number = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    text = models.CharField(max_length=200, blank=True)
    date = models.DateField(null=True, blank=True)
    photo = models.ForeignKey(Photo, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "field"], name="answer_once_per_field")]

    def __str__(self) -> str:
        return f"{self.field_id} of {self.assignment_id}"
