"""Who belongs to a care group, from when to when, and who says so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from care.groups import ENTERED, Group, GroupSource
from care.querysets import MembershipQuerySet
from grids.models import Grid
from residents.models import Resident


class CareMembership(models.Model):
    """Somebody's time in a care group. No free text: what does not fit the groups is not stored."""

    district = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+", db_index=False)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="care_groups", db_index=False)
    group = models.CharField(_("care group"), max_length=12, choices=[(g.value, g.label) for g in ENTERED])
    source = models.CharField(_("known from"), max_length=10, choices=GroupSource.choices)
    started_on = models.DateField(_("from"), default=timezone.localdate)
    ended_on = models.DateField(_("to"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership of a care group")
        verbose_name_plural = _("memberships of care groups")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "group"], condition=Q(ended_on=None), name="caremembership_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="caremembership_span"
            ),
            models.CheckConstraint(
                condition=Q(group__in=[g.value for g in Group if g in ENTERED]), name="caremembership_group_is_entered"
            ),
        ]
        indexes = [
            # A resident's, past ones too; the day's visits of a district.
            models.Index(fields=["resident", "-started_on"], name="caremembership_of_resident"),
            models.Index(
                fields=["district", "resident"],
                include=["group"],
                condition=Q(ended_on=None),
                name="caremembership_of_district",
            ),
        ]

    def __str__(self) -> str:
        return f"care group of {self.resident_id}"
