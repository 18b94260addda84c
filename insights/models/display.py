"""Screens on a wall: links that open the cockpit of one node without signing in."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission


class DisplayQuerySet(models.QuerySet["Display"]):
    def visible_to(self, user: User) -> "DisplayQuerySet":
        """Return the links of the area in which this person gives them."""
        area = Q(pk__in=())
        for post in standing_for(user).nodes(Permission.GIVE_DISPLAYS):
            area |= Q(node__tree_id=post.tree_id, node__lft__gte=post.lft, node__lft__lte=post.rght)
        return self.filter(area)

    def usable(self, now: dt.datetime) -> "DisplayQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=now)


class Display(models.Model):
    """A link for one screen. It shows sums alone; only the hash of its code is kept (docs/adr/0017)."""

    node = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("where the screen hangs"), max_length=60)
    has_ticker = models.BooleanField(_("shows the latest moves by order number"), default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(pgettext_lazy("display", "given"))
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    last_seen_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = DisplayQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a screen")
        verbose_name_plural = _("links of screens")
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("given_at")), name="display_span")]

    def __str__(self) -> str:
        return self.name
