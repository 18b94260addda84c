"""What people are told: a row in the inbox, written with the change it tells of; its e-mail leaves later from the row.

Each kind of notice is registered once with its words; the row keeps only the kind and the values in it, so that
everybody reads it in their own language. Nothing that identifies a resident belongs in the values.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import bulk
from accounts.models import Notification


@dataclass(frozen=True)
class Kind:
    """The words of a notice, with `%(name)s` for its values, and its icon."""

    title: Promise | str
    icon: str


_kinds: dict[str, Kind] = {}


def register(kind: str, title: Promise | str, icon: str = "bell") -> None:
    """Give a kind its words; called from an app's `AppConfig.ready()`."""
    _kinds[kind] = Kind(title, icon)


def title(notification: Notification) -> str:
    """Say the notice in the language in force; one whose kind or values the code does not know reads neutrally."""
    kind = _kinds.get(notification.kind)
    if kind is not None:
        try:
            words: str = str(kind.title) % notification.params
            return words
        except (KeyError, TypeError, ValueError):
            pass
    return _("There is news for you.")


def icon(notification: Notification) -> str:
    kind = _kinds.get(notification.kind)
    return kind.icon if kind else "bell"


def make(
    recipient_ids: Iterable[int],
    kind: str,
    params: Mapping[str, Any],
    url: str,
    *,
    now: dt.datetime,
    is_urgent: bool = False,
) -> list[Notification]:
    """Return one unsaved notice for each recipient, held over the quiet hours unless urgent. No database."""
    deliver_at = now if is_urgent else end_of_quiet(now)
    return [
        Notification(
            recipient_id=recipient_id,
            kind=kind,
            params=dict(params),
            url=url,
            created_at=now,
            deliver_at=deliver_at,
            email_due_at=deliver_at,
        )
        for recipient_id in dict.fromkeys(recipient_ids)
    ]


def send(
    recipient_ids: Iterable[int],
    kind: str,
    params: Mapping[str, Any],
    url: str,
    *,
    now: dt.datetime,
    is_urgent: bool = False,
) -> list[Notification]:
    """Write the notices of `make` to the inboxes, in the caller's transaction: one statement."""
    return Notification.objects.bulk_create(
        make(recipient_ids, kind, params, url, now=now, is_urgent=is_urgent), batch_size=1000
    )


@dataclass(frozen=True)
class Draft:
    """One notice for one person, for `send_many`."""

    recipient_id: int
    kind: str
    params: Mapping[str, Any]
    url: str
    is_urgent: bool = False


def send_many(drafts: Sequence[Draft], *, now: dt.datetime) -> int:
    """Write any number of different notices in the caller's transaction: one statement; returns how many."""
    calm = end_of_quiet(now)
    moments = [now if draft.is_urgent else calm for draft in drafts]
    return bulk.insert(
        Notification,
        {
            "recipient_id": [draft.recipient_id for draft in drafts],
            "kind": [draft.kind for draft in drafts],
            "params": [dict(draft.params) for draft in drafts],
            "url": [draft.url for draft in drafts],
            "deliver_at": moments,
            "email_due_at": moments,
        },
        {"created_at": now},
    )


def end_of_quiet(now: dt.datetime) -> dt.datetime:
    """Return `now`, or when it lies in QUIET_HOURS (local time, may wrap over midnight) the moment they end."""
    span = quiet_hours(settings.QUIET_HOURS)
    if span is None:
        return now
    start, end = span
    local = timezone.localtime(now)
    clock = local.time()
    if start < end:
        if not start <= clock < end:
            return now
        day = local.date()
    elif clock >= start:
        day = local.date() + dt.timedelta(days=1)
    elif clock < end:
        day = local.date()
    else:
        return now
    return dt.datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(dt.UTC)


@lru_cache(maxsize=8)
def quiet_hours(value: str) -> tuple[dt.time, dt.time] | None:
    """Read `21:00-08:00`; empty means none. Raises ImproperlyConfigured naming the variable."""
    if not value.strip():
        return None
    try:
        start, end = (dt.time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError:
        message = f"QUIET_HOURS must read like 21:00-08:00, or be empty; it is {value!r}."
        raise ImproperlyConfigured(message) from None
    return None if start == end else (start, end)
