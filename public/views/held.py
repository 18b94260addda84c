"""The desk looks through reports that may come from robots, and lets people's in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from public import actions
from public.guard.verdict import Reason
from public.models import Held, HeldPhoto
from workorders.photo_views import answer


@require_GET
def held(request: UserRequest) -> HttpResponse:
    """List what waits, newest first, with why it was held."""
    if not standing_for(request.user).has(Permission.INTAKE):
        raise PermissionDenied(_("Your posts do not open this page."))
    rows = Held.objects.visible_to(request.user).waiting().select_related("grid__parent")
    rows = rows.prefetch_related("photos").defer(
        "grid__boundary", "grid__parent__boundary", "requester_name", "requester_phone"
    )
    page = keyset.page(request, rows, ("-received_at", "-id"))
    shown = [(row, [Reason(reason).label for reason in row.reasons]) for row in page.rows]
    return render(request, "public/held.html", {"page": page, "shown": shown})


@require_safe
def photo(request: UserRequest, pk: int) -> HttpResponseBase:
    """Send the small picture of a held report to who may decide on it."""
    rows = HeldPhoto.objects.filter(held__in=Held.objects.visible_to(request.user).values("pk"))
    return answer(request, get_object_or_404(rows, pk=pk), "thumbnail")


@require_POST
def let_in(request: UserRequest, pk: int) -> HttpResponse:
    """Pass a held report to the desk."""
    matter = actions.let_in(get_object_or_404(Held.objects.visible_to(request.user), pk=pk), actor=request.user)
    messages.success(request, _("It is at the desk as %(number)s.") % {"number": matter.number})
    return redirect("public:held")


@require_POST
def discard(request: UserRequest, pk: int) -> HttpResponse:
    """Discard a held report."""
    actions.discard(get_object_or_404(Held.objects.visible_to(request.user), pk=pk), actor=request.user)
    messages.success(request, _("Discarded."))
    return redirect("public:held")
