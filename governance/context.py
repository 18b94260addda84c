"""What every page's shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Notification


def shell(request: HttpRequest) -> dict[str, Any]:
    """Add the bell's count and the map's settings; lazily, so that fragments do not pay for them."""

    def unread() -> int:
        if not request.user.is_authenticated:
            return 0
        return Notification.objects.inbox(request.user.pk, timezone.now()).unread().count()

    return {
        "unread_count": unread,
        "map_tiles": settings.MAP_TILES,
        "map_attribution": settings.MAP_ATTRIBUTION,
        "map_approval_no": settings.MAP_APPROVAL_NO,
    }
