"""A hotline request, its pictures and its history."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.fields import EncryptedTextField
from grids.models import Grid
from grids.roles import Role
from hotline.querysets import RequestQuerySet
from hotline.states import (
    ENDED,
    Act,
    CallState,
    RefuseReason,
    ReplyWay,
    RequestKind,
    RequestSource,
    RequestState,
    Solved,
)
from workorders.models import Category, WorkOrder
from workorders.states import Urgency

LONGEST_TEXT = 10_000


class Request(models.Model):
    """What somebody asks of the district (诉求). Change it through `hotline.actions` only.

    Fields after the order form that DOMAIN.md §2.9 names. Several requests may share one order.
    """

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    client_uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    """Safe to send again: the same key is the same request."""
    platform_no = models.CharField(_("number at the city platform"), max_length=40, blank=True)
    platform_row = models.JSONField(default=dict, blank=True)
    """What the city platform said beside what has a column here; no name and no phone."""
    source = models.CharField(_("source"), max_length=10, choices=RequestSource.choices)
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices, default=RequestState.RECEIVED)
    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind.choices)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.ORDINARY)
    # Who asks. Encrypted; found by the fingerprint alone.
    requester_name = EncryptedTextField(_("requester's name"), blank=True, default="")
    requester_phone = EncryptedTextField(_("requester's phone"), blank=True, default="")
    phone_hash = models.UUIDField(null=True, blank=True)
    """residents/fingerprints.py `of_phone` of the normalised phone."""
    is_secret = models.BooleanField(_("wants secrecy"), default=False)
    """Then nobody but the desk and the call-back sees who asks (GB/T 33358)."""
    reply_way = models.CharField(_("answer wanted"), max_length=6, choices=ReplyWay.choices, default=ReplyWay.PHONE)
    reply_address = EncryptedTextField(_("where to send the answer"), blank=True, default="")
    """E-mail address, WeCom name or postal address; a phone number only where it differs from the requester's."""
    # What about.
    title = models.CharField(pgettext_lazy("of a request", "subject"), max_length=200)
    text = models.TextField(_("what is asked"), max_length=LONGEST_TEXT)
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("category"),
    )
    suggestion_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    """Which suggested category the operator took, 1-3; 0 none of them; null where none was suggested."""
    # Where. No grid until somebody located it.
    address = models.CharField(_("address"), max_length=200, blank=True)
    street = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    community = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    grid = models.ForeignKey(
        Grid,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("grid"),
    )
    micro = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_located = models.BooleanField(default=False)
    """Whether the grid is sure: confirmed by a person, or found without doubt; else it is only a proposal."""
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    # What became of it.
    order = models.ForeignKey(
        WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="requests", verbose_name=_("order")
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    refusal = models.CharField(
        _("why not taken on"), max_length=12, choices=RefuseReason.choices, blank=True, default=""
    )
    answer = models.TextField(pgettext_lazy("to a request", "answer"), blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    """Since when an operator has it open at the desk; a hint for the others that lapses (actions/claiming.py)."""
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    """The legal limit: the order's whole deadline, with its extensions and pauses; at the desk that of the rule."""
    dispatched_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    """The first answer; a reopened request keeps it, for the on-time rate."""
    told_at = models.DateTimeField(null=True, blank=True)
    """When the requester got the latest answer: a message left, or somebody told them."""
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reopen_count = models.PositiveSmallIntegerField(_("reopened"), default=0)
    # What the requester says of it, from the last call-back or the public's rating.
    call_state = models.CharField(_("call-back"), max_length=11, choices=CallState.choices, blank=True, default="")
    was_contacted = models.BooleanField(_("contacted by the handler"), null=True, blank=True)
    solved = models.CharField(_("solved"), max_length=9, choices=Solved.choices, blank=True, default="")
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    is_excluded = models.BooleanField(_("excluded from assessment"), default=False)
    """By somebody's decision alone."""
    topic = models.ForeignKey(
        "Topic", null=True, blank=True, on_delete=models.SET_NULL, related_name="requests", verbose_name=_("hot topic")
    )
    is_topic_fixed = models.BooleanField(default=False)
    """A person put it into its topic, or took it out of one: the sweep leaves it so."""
    is_key = models.BooleanField(_("under key supervision"), default=False)
    version = models.PositiveIntegerField(default=1)
    """Raised with each act; a form that was opened on an older version is refused as stale."""

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("hotline", "request")
        verbose_name_plural = pgettext_lazy("hotline", "requests")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "platform_no"],
                condition=~models.Q(platform_no=""),
                name="request_platform_no_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RequestState.MERGED) ^ models.Q(merged_into=None),
                name="request_merged_into_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RequestState.DISPATCHED) | models.Q(order__isnull=False),
                name="request_dispatched_has_an_order",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(ENDED)) ^ models.Q(closed_at=None), name="request_ended_is_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(satisfaction=None) | models.Q(satisfaction__range=(1, 5)),
                name="request_satisfaction_range",
            ),
        ]
        indexes = [
            # Lists of each level, newest first.
            models.Index(fields=["district", "-received_at", "-id"], name="request_of_district"),
            models.Index(fields=["street", "-received_at", "-id"], name="request_of_street"),
            models.Index(fields=["community", "-received_at", "-id"], name="request_of_community"),
            models.Index(fields=["grid", "-received_at", "-id"], name="request_of_grid"),
            # The desk: what is not dispatched yet, the oldest deadline first.
            models.Index(
                fields=["district", "due_at", "id"],
                condition=models.Q(state=RequestState.RECEIVED),
                name="request_at_the_desk",
            ),
            # What fell due on the days that are counted (insights).
            models.Index(
                fields=["district", "due_at"], condition=models.Q(due_at__isnull=False), name="request_by_deadline"
            ),
            # The requester's earlier requests.
            models.Index(
                fields=["phone_hash", "-received_at"],
                condition=models.Q(phone_hash__isnull=False),
                name="request_of_phone",
            ),
            # The call-back queue.
            models.Index(
                fields=["district", "answered_at", "id"],
                condition=models.Q(call_state=CallState.QUEUED),
                name="request_to_be_called",
            ),
            # Answers that somebody has to bring to the requester.
            models.Index(
                fields=["district", "answered_at", "id"],
                condition=models.Q(answered_at__isnull=False, told_at=None),
                name="request_to_be_told",
            ),
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="request_merged"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("hotline:request", args=[self.pk])

    @property
    def is_ended(self) -> bool:
        return self.closed_at is not None

    @property
    def path_ids(self) -> tuple[int | None, ...]:
        """The nodes from the district down, for `Standing.has_over`."""
        return (self.district_id, self.street_id, self.community_id, self.grid_id, self.micro_id)


class RequestPhoto(models.Model):
    """A picture that came with a request: re-encoded, without metadata; its order gets a copy of the row."""

    matter = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="photos")
    image = models.FileField(upload_to="requests/%Y/%m/")
    thumbnail = models.FileField(upload_to="requests/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["matter", "sha256"], name="requestphoto_once_per_request")]

    def __str__(self) -> str:
        return f"photo of request {self.matter_id}"


class RequestEvent(models.Model):
    """One act on one request; a database trigger refuses changing or deleting it."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    matter = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=16, choices=Act.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """None where the system, the city platform or the requester acted; `details["by"]` then says which."""
    actor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    from_state = models.CharField(max_length=10, choices=RequestState.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=RequestState.choices)
    note = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    """Keys of rows, times in ISO, choices; no words and nothing that identifies anybody."""

    class Meta:
        indexes = [
            models.Index(fields=["matter", "id"], name="requestevent_of_request"),
            models.Index(fields=["district", "-at"], name="requestevent_of_district"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.matter_id}"
