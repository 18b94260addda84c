"""Sharing one's position: the page that says what it means, the switch, and where the browser sends it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import UserRequest
from onemap import actions, sharing_page
from onemap.forms import PositionForm

may_see = permission_required("onemap.view", raise_exception=True)


@require_GET
@may_see
def sharing(request: UserRequest) -> HttpResponse:
    """Say whether one shares, what is kept, and who may see it."""
    context: dict[str, Any] = {"sharing": sharing_page.context(request.user, timezone.now())}
    return render(request, "onemap/sharing.html", context | {"seen_by": sharing_page.seen_by(request.user)})


@require_POST
@may_see
def begin(request: UserRequest) -> HttpResponse:
    """Agree until the duty ends."""
    held = actions.begin_sharing(actor=request.user)
    until = timezone.localtime(held.ends_at)
    messages.success(request, _("You share your position until %(time)s.") % {"time": f"{until:%H:%M}"})
    return _back(request)


@require_POST
@may_see
def stop(request: UserRequest) -> HttpResponse:
    """Take it back: the position is deleted at once."""
    actions.stop_sharing(actor=request.user)
    messages.success(request, _("You do not share your position any more; it has been deleted."))
    return _back(request)


def _back(request: UserRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if is_ours else "onemap:sharing")


@require_POST
@may_see
def position(request: UserRequest) -> HttpResponse:
    """Take where the browser is; 409 tells it to stop asking."""
    form = PositionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("This is no position.")}, status=400)
    try:
        actions.put_position(actor=request.user, **form.cleaned_data)
    except actions.NotShared as refusal:
        return JsonResponse({"error": str(refusal), "is_over": refusal.is_over}, status=409)
    return JsonResponse({"ok": True})
