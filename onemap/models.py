"""Where people on duty are, as far as they share it: a consent with its times, and the last position alone."""

from django.conf import settings
from django.db import models
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from onemap.duty import Shift
from onemap.querysets import DutyHoursQuerySet, PositionQuerySet, SharingQuerySet


class DutyHours(models.Model):
    """Hours beside the office's in which people of a node are on duty, and may share their position if they agree.

    They hold for everybody who works in a grid at or below the node, or for one person. Change through
    `onemap.duty_hours` only.
    """

    node = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="+", verbose_name=_("node")
    )  # The index serves the list, and who is on duty in a grid.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("person"),
    )
    days = models.CharField(_("days of the week"), max_length=7)
    """Digits, 1 is Monday."""
    begins = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    """At or before the beginning it is of the next morning."""
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = DutyHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty hours")
        verbose_name_plural = _("duty hours")
        constraints = [
            models.CheckConstraint(condition=models.Q(days__regex="^[1-7]+$"), name="dutyhours_some_days"),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="dutyhours_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.begins:%H:%M}–{self.ends:%H:%M}"

    @property
    def shift(self) -> Shift:
        days = frozenset(int(digit) for digit in self.days)
        return Shift(days, self.begins, self.ends, self.starts_on, self.ends_on)

    @property
    def weekdays(self) -> list[str]:
        """Return the names of its days."""
        return [str(WEEKDAYS_ABBR[int(digit) - 1]) for digit in self.days]

    @property
    def is_overnight(self) -> bool:
        return self.ends <= self.begins


class Sharing(models.Model):
    """Somebody's consent to show their position, from a moment until the duty ends at the latest (office or shift)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("person")
    )
    began_at = models.DateTimeField(_("since"))
    ends_at = models.DateTimeField(_("until"))
    """When it runs out by itself."""
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SharingQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to share the position")
        verbose_name_plural = _("consents to share the position")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(ended_at=None), name="sharing_one_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("began_at")), name="sharing_ends_after_it_began"
            ),
        ]
        indexes = [
            models.Index(fields=["ended_at"], name="sharing_by_end"),  # What retention removes.
        ]

    def __str__(self) -> str:
        return f"sharing of {self.user_id} since {self.began_at:%Y-%m-%d %H:%M}"


class Position(models.Model):
    """Where somebody was last; there is no track. It goes with the consent, and at the day's end."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("person"),
    )
    lng = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)
    lat = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    accuracy_m = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True)
    at = models.DateTimeField(_("at"))

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")

    def __str__(self) -> str:
        return f"position of {self.user_id}"
