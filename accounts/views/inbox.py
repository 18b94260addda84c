"""The inbox: what one was told, newest first."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset, notices
from accounts.addresses import is_own
from accounts.models import Notification
from accounts.requests import UserRequest

ORDER = ("-deliver_at", "-id")


@require_GET
def inbox(request: UserRequest) -> HttpResponse:
    """List the notices delivered by now; `?unread=1` leaves out those that were read."""
    found = Notification.objects.inbox(request.user.pk, timezone.now())
    only_unread = bool(request.GET.get("unread"))
    page = keyset.page(request, found.unread() if only_unread else found, ORDER)
    lines = [(row, notices.title(row), notices.icon(row)) for row in page.rows]
    return render(request, "accounts/inbox.html", {"page": page, "lines": lines, "only_unread": only_unread})


@require_POST
def open_notice(request: UserRequest, pk: int) -> HttpResponse:
    """Mark the notice as read and go where it points, if that is within this site."""
    now = timezone.now()
    notification = get_object_or_404(Notification.objects.inbox(request.user.pk, now), pk=pk)
    if notification.read_at is None:
        notification.read_at = now
        notification.save(update_fields=["read_at"])
    return redirect(notification.url if is_own(notification.url) else "accounts:inbox")


@require_POST
def read_all(request: UserRequest) -> HttpResponse:
    now = timezone.now()
    count = Notification.objects.inbox(request.user.pk, now).unread().order_by().update(read_at=now)
    text = ngettext("%(count)d notice is marked as read.", "%(count)d notices are marked as read.", count)
    messages.success(request, text % {"count": count})
    return redirect("accounts:inbox")
