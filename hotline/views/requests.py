"""Pages of hotline requests: the list, and one request."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from hotline import identity, showing_replies
from hotline.models import Request
from workorders.models import WorkOrder

SORT = ("-received_at", "-id")


def check_may(request: HttpRequest, permission: Permission) -> None:
    """Raise PermissionDenied where no post of the person gives the permission."""
    if not standing_for(request.user).has(permission):
        raise PermissionDenied(_("Your posts do not open this page."))


@require_GET
def requests(request: UserRequest) -> HttpResponse:
    """Show the requests that one may see, newest first."""
    check_may(request, Permission.VIEW_REQUESTS)
    rows = Request.objects.visible_to(request.user).select_related("category", "grid", "community").without_private()
    page = keyset.page(request, rows, SORT)
    return render(request, "hotline/requests.html", {"page": page, "now": timezone.now()})


@require_GET
def request_page(request: UserRequest, pk: int) -> HttpResponse:
    """Show one request: what is asked, where it stands, its history; who asks only to whom that is open."""
    seen = Request.objects.visible_to(request.user).select_related("category__parent", "grid", "community", "street")
    matter = get_object_or_404(seen.prefetch_related("photos"), pk=pk)
    orders = WorkOrder.objects.visible_to(request.user)
    context: dict[str, Any] = {
        "matter": matter,
        "sees_identity": identity.may_see(matter, standing_for(request.user)),
        "order": orders.filter(pk=matter.order_id).first() if matter.order_id else None,
        "events": matter.events.select_related("actor").order_by("-id"),
        "answer": showing_replies.of_request(matter, standing_for(request.user)),
        "now": timezone.now(),
    }
    return render(request, "hotline/request.html", context)
