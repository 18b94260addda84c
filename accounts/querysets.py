"""Reads on accounts."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import AuditRecord, Notification, User  # noqa: F401 - named in the bases below


Scope = Callable[["User"], models.Q]
_scopes: list[Scope] = []


def register_scope(scope: Scope) -> None:
    """Let a higher app say whose accounts an administrator manages; all registered scopes must hold."""
    _scopes.append(scope)


class UserQuerySet(models.QuerySet["User"]):
    def managed_by(self, administrator: "User") -> "UserQuerySet":
        """Return the accounts that this administrator may see and change: superusers are only for superusers."""
        if administrator.is_superuser:
            return self
        found = self.filter(is_superuser=False)
        for scope in _scopes:
            found = found.filter(scope(administrator))
        return found

    def matching(self, words: str) -> "UserQuerySet":
        """Return the accounts whose name, sign-in name or employee number contains the words."""
        return self.filter(
            models.Q(display_name__icontains=words)
            | models.Q(username__icontains=words)
            | models.Q(employee_number__icontains=words)
        )


class AuditQuerySet(models.QuerySet["AuditRecord"]):
    def by_person(self, words: str) -> "AuditQuerySet":
        """Return what people of this name or sign-in name did."""
        return self.filter(models.Q(actor__display_name__icontains=words) | models.Q(actor__username__iexact=words))

    def between(self, first: dt.date | None, last: dt.date | None) -> "AuditQuerySet":
        """Return the lines of these local days, both inclusive; None leaves that side open."""
        found = self
        if first is not None:
            found = found.filter(at__gte=_midnight(first))
        if last is not None and last < dt.date.max:  # the last day of all has none after it
            found = found.filter(at__lt=_midnight(last + dt.timedelta(days=1)))
        return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class NotificationQuerySet(models.QuerySet["Notification"]):
    def inbox(self, user_id: int, now: dt.datetime) -> "NotificationQuerySet":
        """Return the notices that this person may read by now, newest first; held ones are absent."""
        return self.filter(recipient_id=user_id, deliver_at__lte=now).order_by("-deliver_at", "-id")

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def mail_due(self, now: dt.datetime) -> "NotificationQuerySet":
        """Return the notices whose e-mail should leave by now and has not."""
        return self.filter(email_sent_at=None, email_due_at__lte=now)

    def without_address(self) -> "NotificationQuerySet":
        """Return the notices to people without an e-mail address, or whose account is closed."""
        return self.filter(models.Q(recipient__email="") | models.Q(recipient__is_active=False))
