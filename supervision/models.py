"""Supervision orders with their history, the rows that rule them, and who was told of which situation."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, Unit
from grids.roles import Role
from supervision.querysets import SupervisionQuerySet
from supervision.states import OPEN, RUNNING, Act, Outcome, Situation, State
from workorders.models import WorkOrder
from workorders.models.rules import Rule
from workorders.states import LimitUnit
from workorders.states import SupervisionLevel as Level


class SupervisionOrder(models.Model):
    """What a supervisor demands of whoever has a work order, by when. Change it through `supervision.actions` only."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("number"), max_length=24)
    order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, related_name="supervisions", verbose_name=_("work order")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    demand = models.TextField(_("demand"), max_length=2000, blank=True)
    """Blank in a draft: whoever issues it says what is demanded."""
    # To whom: a unit, or the people of a node.
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("node"))
    """The node addressed; with a unit, the one at which the unit stands."""
    # By whom, and how it went.
    issuer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    replier = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reply = models.TextField(_("reply"), max_length=2000, blank=True)
    """The last reply; earlier ones stand in the history."""
    asked_count = models.PositiveSmallIntegerField(default=0)
    """How often a reply was asked for: issue, ask again, raise."""
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    conclusion = models.TextField(_("conclusion"), max_length=2000, blank=True)
    # When.
    opened_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("reply due"), null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    """When the present deadline was found to have passed."""
    next_at = models.DateTimeField(null=True, blank=True)
    """The next moment at which the sweep has something to do; null when nothing is left."""
    replied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    overdue_since = models.DateTimeField(null=True, blank=True)
    """The work order's latest deadline that had passed when this began: one deadline makes one draft."""
    prompted_at = models.DateTimeField(null=True, blank=True)
    """When the supervisor was told that the work order has ended."""
    version = models.PositiveIntegerField(default=1)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision order")
        verbose_name_plural = _("supervision orders")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="supervision_number_once"),
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(state__in=sorted(OPEN)), name="supervision_one_open_per_order"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "dropped"]) | models.Q(due_at__isnull=False),
                name="supervision_issued_is_due",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["closed", "dropped"]) ^ models.Q(closed_at=None),
                name="supervision_ended_has_its_time",
            ),
        ]
        indexes = [
            # The sweep: replies due soon or overdue.
            models.Index(fields=["next_at", "id"], condition=models.Q(next_at__isnull=False), name="supervision_next"),
            # Lists of what runs, the most urgent first.
            models.Index(
                fields=["district", "due_at", "id"],
                condition=models.Q(state__in=sorted(RUNNING)),
                name="supervision_running",
            ),
            # The list of what is closed, the latest first.
            models.Index(fields=["district", "-closed_at", "-id"], name="supervision_closed"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("supervision:detail", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def addressee(self) -> Unit | Grid:
        return self.unit or self.node


class SupervisionEvent(models.Model):
    """One act on one supervision order; a database trigger refuses changing or deleting it."""

    supervision = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    act = models.CharField(max_length=20, choices=Act.choices)
    to_state = models.CharField(max_length=10, choices=State.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["supervision", "id"], name="supervisionevent_of_order")]  # The history.

    def __str__(self) -> str:
        return f"{self.act} {self.supervision_id}"


class SupervisionLimit(Rule):
    """How long the addressee of a level has to reply, or (level blank) after how long a draft is made."""

    level = models.CharField(_("level"), max_length=10, choices=Level.choices, blank=True)
    value = models.PositiveSmallIntegerField(_("limit"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "level"], condition=models.Q(valid_to=None), name="supervisionlimit_one_in_force"
            ),
            models.CheckConstraint(condition=models.Q(value__gte=1), name="supervisionlimit_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.value} {self.unit}"


class SituationRule(Rule):
    """When an order is in a situation, and how soon a person is told of the same order again."""

    situation = models.CharField(_("situation"), max_length=20, choices=Situation.choices)
    value = models.PositiveSmallIntegerField(_("threshold"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices, blank=True)
    """Blank where the threshold is a number of times."""
    repeat_days = models.PositiveSmallIntegerField(
        _("tell again after (days)"), validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "situation"], condition=models.Q(valid_to=None), name="situationrule_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.situation} {self.value} {self.unit}"


class Told(models.Model):
    """That a person was told of an order in a situation, when, and how bad it was then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="+", db_index=False)
    situation = models.CharField(max_length=20, choices=Situation.choices)
    told_at = models.DateTimeField()
    gravity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "situation", "user"], name="told_once_per_person_and_situation")
        ]
        indexes = [models.Index(fields=["told_at"], name="told_oldest")]  # Forgetting what is long past.

    def __str__(self) -> str:
        return f"{self.situation} of {self.order_id} to {self.user_id}"
