"""Reads on accounts."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Notification  # noqa: F401 - named in the bases below


class NotificationQuerySet(models.QuerySet["Notification"]):
    def inbox(self, user_id: int, now: dt.datetime) -> "NotificationQuerySet":
        """Return the notices that this person may read by now, newest first; held ones are absent."""
        return self.filter(recipient_id=user_id, deliver_at__lte=now).order_by("-deliver_at", "-id")

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)
