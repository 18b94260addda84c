"""A service tier that somebody granted, and each step that led to it or ended it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from care.querysets import GrantQuerySet
from care.tiers import GRANTED, HEIGHTENED, LADDERS, Act, End, GrantState, Reason, Tier, reasons
from grids.models import Grid
from grids.roles import Role
from residents.models import Resident

_TIERS = [(tier.value, tier.label) for tier in GRANTED]
_TWO = sorted(HEIGHTENED)


class TierGrant(models.Model):
    """Yellow, orange or red for one resident, proposed by one person and decided by others, for a time.

    Change it through `care.actions` only. A database trigger refuses changing what was proposed or approved, and
    deleting it before its history may go (care/retention.py).
    """

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="tier_grants", db_index=False)
    tier = models.CharField(_("service tier"), max_length=6, choices=_TIERS)
    reason_code = models.CharField(_("reason"), max_length=30)
    """A code of the closed list (care/data/reasons.csv); the database holds it to the list of its tier."""
    fact = EncryptedTextField(_("what was seen"))
    basis = EncryptedTextField(_("legal or official basis"))
    days = models.PositiveSmallIntegerField(_("for how many days"))
    is_minor = models.BooleanField(default=False)
    """Below 14 years on the day of the proposal."""
    guardian_notified_on = models.DateField(_("guardian notified on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=GrantState.choices, default=GrantState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seconded_at = models.DateTimeField(null=True, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    """The last day; brought forward when it is revoked."""
    warned_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=10, choices=End.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    """When it was refused, withdrawn or ended."""
    version = models.PositiveIntegerField(default=1)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("service tier")
        verbose_name_plural = _("service tiers")
        constraints = [
            models.UniqueConstraint(fields=["resident"], condition=Q(state="in_force"), name="grant_one_in_force"),
            models.UniqueConstraint(
                fields=["resident", "tier"], condition=Q(state="proposed"), name="grant_one_proposed"
            ),
            models.CheckConstraint(
                condition=Q(tier="yellow", reason_code__startswith="yellow-")
                | Q(tier="orange", reason_code__startswith="orange-")
                | Q(tier="red", reason_code__startswith="red-"),
                name="grant_reason_of_its_tier",
            ),
            models.CheckConstraint(
                condition=~Q(fact="")
                & ~Q(basis="")
                & Q(days__gte=1)
                & (
                    Q(tier="yellow", days__lte=LADDERS[Tier.YELLOW].max_days)
                    | Q(tier="orange", days__lte=LADDERS[Tier.ORANGE].max_days)
                    | Q(tier="red", days__lte=LADDERS[Tier.RED].max_days)
                ),
                name="grant_says_why_and_how_long",
            ),
            models.CheckConstraint(condition=Q(is_minor=False) | Q(tier="yellow"), name="grant_minors_only_yellow"),
            models.CheckConstraint(
                condition=Q(is_minor=False) | ~Q(state="in_force") | Q(guardian_notified_on__isnull=False),
                name="grant_guardian_notified",
            ),
            models.CheckConstraint(
                condition=(Q(approved_by=None) | ~Q(approved_by=F("proposed_by")))
                & (Q(seconded_by=None) | ~Q(seconded_by=F("proposed_by")))
                & (Q(approved_by=None) | Q(seconded_by=None) | ~Q(approved_by=F("seconded_by"))),
                name="grant_each_another_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "refused", "withdrawn"])
                | Q(approved_by__isnull=False, starts_on__isnull=False, ends_on__isnull=False)
                & (Q(tier="yellow") | Q(seconded_by__isnull=False)),
                name="grant_in_force_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "in_force"], closed_at=None)
                | Q(state__in=["refused", "withdrawn", "ended"], closed_at__isnull=False),
                name="grant_open_or_closed",
            ),
        ]
        indexes = [
            # The sweep, and the list of what ends soon. A resident's: the constraints above, and the history below.
            models.Index(fields=["district", "ends_on", "id"], condition=Q(state="in_force"), name="grant_ends"),
            models.Index(fields=["resident", "-id"], name="grant_of_resident"),
            # What waits for a decision, the oldest first.
            models.Index(fields=["district", "proposed_at", "id"], condition=Q(state="proposed"), name="grant_waits"),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"  # neither a name nor a colour ends up in logs

    def get_absolute_url(self) -> str:
        return reverse("care:grant", args=[self.pk])

    @property
    def reason(self) -> Reason:
        return reasons()[self.reason_code]

    @property
    def is_heightened(self) -> bool:
        return self.tier in HEIGHTENED


class TierStep(models.Model):
    """One step of a grant; a database trigger refuses changing it."""

    grant = models.ForeignKey(TierGrant, on_delete=models.CASCADE, related_name="steps", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=8, choices=Act.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    words = EncryptedTextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["grant", "id"], name="tierstep_of_grant")]  # Its record.
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "act"],
                condition=Q(act__in=[Act.PROPOSE, Act.APPROVE, Act.SECOND, Act.BEGIN, Act.END]),
                name="tierstep_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.grant_id}"
