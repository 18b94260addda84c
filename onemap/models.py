"""Where people on duty are, as far as they share it: a consent with its times, and the last position alone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onemap.querysets import PositionQuerySet, SharingQuerySet


class Sharing(models.Model):
    """Somebody's consent to show their position, from a moment until the office closes that day at the latest."""

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
