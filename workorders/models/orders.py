"""Work orders and their numbers."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from facilities.models import Facility
from grids.models import Grid, Unit
from workorders.models.rules import Category
from workorders.querysets import OrderQuerySet
from workorders.states import (
    FINAL,
    ApprovalKind,
    ClosingKind,
    Difficulty,
    OrderKind,
    Profile,
    Source,
    Stage,
    State,
    SupervisionLevel,
    Urgency,
)


class WorkOrder(models.Model):
    """An incident on its way from report to closing. Change it through `workorders.actions` only."""

    district = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("district")
    )
    number = models.CharField(_("number"), max_length=24)
    client_uuid = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(_("kind"), max_length=10, choices=OrderKind.choices, default=OrderKind.INCIDENT)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="assists", db_index=False
    )
    """The order that this one assists (kind `assist`)."""
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
    facility = models.ForeignKey(
        Facility,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,
        verbose_name=_("facility"),
    )
    """The component that it is about: this manhole cover, not one somewhere near."""
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
    contact_hash = models.CharField(max_length=32, blank=True, default="")
    """Finds the orders of one phone without reading any phone (accounts/crypto.py)."""
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
    accountable_unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("accountable unit"),
    )
    """The first unit that received the order: it answers for it to the end (首接负责制, DOMAIN.md §1.2)."""
    accountable_node = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The node that first received it; it answers where no unit was first."""
    transfer_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The unit that was asked to take over and has not answered yet."""
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
    profile = models.CharField(_("rule"), max_length=12, choices=Profile.choices, blank=True, default="")
    """The rule whose limits hold for it (`Limit.profile`); blank is grid work. Those of a profile are watched by the
    app that made them (workorders/watching.py)."""
    is_reply_due = models.BooleanField(default=False)
    """Whether whoever asked still waits for an approved reply: until then the order cannot be closed."""
    is_confidential = models.BooleanField(_("confidential"), default=False)
    supervision_level = models.CharField(
        _("supervision"), max_length=10, choices=SupervisionLevel.choices, blank=True, default=""
    )
    # How it went.
    return_count = models.PositiveSmallIntegerField(_("returns"), default=0)
    is_dispatch_final = models.BooleanField(default=False)
    rework_count = models.PositiveSmallIntegerField(_("reworks"), default=0)
    result = models.TextField(_("result"), max_length=2000, blank=True)
    assist_count = models.PositiveSmallIntegerField(_("assisting units"), default=0)
    """How many units were asked to assist, so that an order without any costs no question about them."""
    answer = models.TextField(_("answer"), max_length=2000, blank=True, default="")
    """The one answer to whoever reported it, from the results of all who worked on it (docs/adr/0006)."""
    closing_kind = models.CharField(_("closing kind"), max_length=10, choices=ClosingKind.choices, blank=True)
    is_excluded = models.BooleanField(_("excluded from assessment"), default=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    repeats = models.PositiveSmallIntegerField(_("earlier cases"), default=0)
    """How many like it of the same place or person there were when it was reported."""
    reopen_count = models.PositiveSmallIntegerField(_("reopened"), default=0)
    extension_count = models.PositiveSmallIntegerField(_("extensions"), default=0)
    urge_count = models.PositiveSmallIntegerField(_("urged"), default=0)
    last_urged_at = models.DateTimeField(null=True, blank=True)
    pending_approvals = ArrayField(
        models.CharField(max_length=12, choices=ApprovalKind.choices), default=list, blank=True
    )
    """What was asked for and is not decided yet, kept here for the table of moves; the truth is Approval."""
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    # When. `accepted_at` also says which limit rows hold for it.
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=models.Q(kind=OrderKind.ASSIST) ^ models.Q(parent=None), name="workorder_assist_has_parent"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.SUSPENDED) ^ models.Q(suspended_until=None),
                name="workorder_suspended_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.MERGED) ^ models.Q(merged_into=None),
                name="workorder_merged_into_another",
            ),
        ]
        indexes = [
            # How often a precedent dispatched.
            models.Index(
                KeyTransform("precedent", "routing"),
                condition=models.Q(routing__has_key="precedent"),
                name="order_by_precedent",
            ),
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
            # What an order consists of, and what was merged into it.
            models.Index(fields=["parent"], condition=models.Q(parent__isnull=False), name="order_of_parent"),
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="order_merged"),
            # What a facility has been through.
            models.Index(
                fields=["facility", "-reported_at"],
                condition=models.Q(facility__isnull=False),
                name="order_of_facility",
            ),
            # Open orders near a point, and the orders of one phone.
            models.Index(
                fields=["lat", "lng"],
                condition=models.Q(finished_at=None, lat__isnull=False),
                name="order_open_by_place",
            ),
            models.Index(
                fields=["contact_hash", "-reported_at"], condition=~models.Q(contact_hash=""), name="order_of_contact"
            ),
            # "Waiting for my decision", "asked to take over", "supervised".
            models.Index(
                fields=["district"], condition=~models.Q(pending_approvals=[]), name="order_awaiting_approval"
            ),
            models.Index(
                fields=["transfer_unit"], condition=models.Q(transfer_unit__isnull=False), name="order_in_transfer"
            ),
            models.Index(
                fields=["district", "-reported_at", "-id"],
                condition=~models.Q(supervision_level="") & models.Q(finished_at=None),
                name="order_supervised",
            ),
            # Progress of an accountable unit's orders.
            models.Index(
                fields=["accountable_unit"],
                condition=models.Q(accountable_unit__isnull=False, finished_at=None),
                name="order_open_of_accountable",
            ),
            # The sweep that resumes suspended orders.
            models.Index(
                fields=["suspended_until"], condition=models.Q(suspended_until__isnull=False), name="order_suspended"
            ),
            # What fell due on the days that are counted (insights).
            models.Index(
                fields=["district", "whole_due_at"],
                condition=models.Q(whole_due_at__isnull=False),
                name="order_by_whole_deadline",
            ),
            # What was closed of late, without a photo of the result (supervision/situations.py).
            models.Index(
                fields=["district", "finished_at"],
                condition=models.Q(finished_at__isnull=False),
                name="order_finished_of_late",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("workorders:detail", args=[self.pk])

    @property
    def is_final(self) -> bool:
        return self.finished_at is not None

    @property
    def is_answered_for_elsewhere(self) -> bool:
        """Whether another unit or level than the one that handles it answers for it (首接负责制)."""
        if self.accountable_unit_id is not None:
            return self.lead_unit_id != self.accountable_unit_id
        if self.accountable_node_id is None:
            return False
        return self.lead_unit_id is not None or self.dispatched_from_id not in {None, self.accountable_node_id}

    @property
    def needs_answer(self) -> bool:
        """Whether the accountable unit still has to say the answer to what another unit did."""
        return not self.answer and self.accountable_unit_id not in {None, self.lead_unit_id}

    @property
    def path_ids(self) -> tuple[int, ...]:
        """The nodes from the district down to the order's grid."""
        ids = (self.district_id, self.street_id, self.community_id, self.co_community_id, self.grid_id)
        return tuple(dict.fromkeys(node_id for node_id in ids if node_id is not None))

    @property
    def point(self) -> tuple[Decimal, Decimal] | None:
        return (self.lng, self.lat) if self.lng is not None and self.lat is not None else None


class NumberSequence(models.Model):
    """The last running number of a day and source: the five digits at the end of an order's number."""

    prefix = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}{self.last:05d}"
