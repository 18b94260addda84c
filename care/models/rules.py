"""What a district decides about tiers and visits: rows that end when another takes their place, never edited."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from care.groups import Group
from care.tiers import HEIGHTENED, Tier
from grids.models import Grid
from workorders.models.rules import Rule

CONTACT = "contact"
KEY_SITE = "key_site"
SUBJECTS: list[tuple[str, object]] = [
    *((tier.value, tier.label) for tier in Tier),
    *((group.value, group.label) for group in Group),
    (CONTACT, _("Contact household")),
    (KEY_SITE, _("Key site")),
]


class Frequency(Rule):
    """After how many days somebody is visited again because of a tier, a group, or as a contact household."""

    subject = models.CharField(max_length=12, choices=SUBJECTS)
    days = models.PositiveSmallIntegerField(_("visit after so many days"), null=True, blank=True)
    """None: no visits for this alone."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "subject"], condition=Q(valid_to=None), name="frequency_one_in_force"
            ),
            models.CheckConstraint(condition=Q(days=None) | Q(days__range=(1, 366)), name="frequency_days"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.days}"


class ReasonSwitch(Rule):
    """A reason of the closed list that a district does not use; nothing can be added to the list."""

    reason_code = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "reason_code"], condition=Q(valid_to=None), name="reasonswitch_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return self.reason_code


class TierSwitch(models.Model):
    """A district turns orange or red on: one person asks with a stated basis, another confirms."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    tier = models.CharField(max_length=6, choices=[(tier.value, tier.label) for tier in sorted(HEIGHTENED)])
    basis = models.TextField(_("stated basis"), max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "tier"], condition=Q(ended_at=None), name="tierswitch_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("asked_by")),
                name="tierswitch_two_people",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="tierswitch_has_a_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} in {self.district_id}"

    @property
    def is_on(self) -> bool:
        return self.confirmed_at is not None and self.ended_at is None
