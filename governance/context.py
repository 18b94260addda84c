"""What every page's shell needs."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.kept import Kept
from accounts.models import Notification, TextSize
from governance.navigation import Navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Add navigation, the bell's count, text size and the map's settings; lazily, so that fragments do not pay."""
    return {
        "navigation": Navigation(request),
        "unread_count": lambda: _unread(request),
        "text_size": lambda: text_size(request),
        "text_sizes": TextSize.choices,
        "is_demo": settings.ALLOW_SYNTHETIC_IDS,
        "map_tiles": settings.MAP_TILES,
        "map_attribution": settings.MAP_ATTRIBUTION,
        "map_approval_no": settings.MAP_APPROVAL_NO,
    }


def text_size(request: HttpRequest) -> str:
    """Return the person's text size, or for a visitor the cookie's."""
    chosen = request.user.text_size if request.user.is_authenticated else request.COOKIES.get("text_size", "")
    return chosen if chosen in TextSize.values else TextSize.STANDARD


def _unread(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return len(_UNREAD.rows(user_id=request.user.pk, now=timezone.now()))


COUNT_UP_TO = 100
"""Notices; the bell says "99+" beyond that."""
_UNREAD = Kept(
    lambda user_id, now: Notification.objects.inbox(user_id, now).unread().values_list("pk")[:COUNT_UP_TO],
    user_id=-1,
    now=dt.datetime(1, 1, 1, tzinfo=dt.UTC),
)
