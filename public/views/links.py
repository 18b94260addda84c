"""Links of building leads, for those who give them: the list, one link, give, send, revoke."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from public import actions
from public.actions.links import hash_of
from public.models import LeadLink
from public.querysets import buildings_for_links

FRESH = "fresh_lead_link"
FRESH_S = 10 * 60
USES_SHOWN = 50


@require_GET
def links(request: UserRequest) -> HttpResponse:
    """List the links of one's buildings, newest first."""
    if not standing_for(request.user).has(Permission.GIVE_LINKS):
        raise PermissionDenied(_("Your posts do not open this page."))
    rows = LeadLink.objects.visible_to(request.user).select_related("building__estate", "building__grid", "given_by")
    rows = rows.defer("building__grid__boundary")
    page = keyset.page(request, rows, ("-given_at", "-id"))
    return render(request, "public/links.html", {"page": page, "now": timezone.now()})


@never_cache
@require_GET
def link(request: UserRequest, pk: int) -> HttpResponse:
    """Show one link with its uses; its address and code only just after it was given, on the device that gave it."""
    rows = LeadLink.objects.visible_to(request.user).select_related("building__estate", "given_by", "revoked_by")
    item = get_object_or_404(rows, pk=pk)
    context: dict[str, Any] = {"link": item, "uses": item.used.order_by("-at", "-id")[:USES_SHOWN]}
    token = _fresh(request, item)
    if token:
        address = _address(token)
        code = segno.make(address, error="m", micro=False)
        context |= {"address": address, "qr": code.svg_data_uri(scale=6, border=4, light="#fff")}
    context["is_open"] = item.revoked_at is None and item.expires_at > timezone.now()
    return render(request, "public/link.html", context)


def _fresh(request: UserRequest, item: LeadLink) -> str:
    """Return the token of a link that was just given from this browser; empty else. No row keeps it."""
    token = request.get_signed_cookie(FRESH, default="", max_age=FRESH_S) or ""
    return token if token and hash_of(token) == item.token_hash and item.revoked_at is None else ""


def _address(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('public:lead-enter', args=[token])}"


@require_POST
def give(request: UserRequest, pk: int) -> HttpResponse:
    """Give the lead of a building a link; a link that they had ends with it."""
    building = get_object_or_404(buildings_for_links(request.user), pk=pk)
    made, token = actions.give(building, actor=request.user)
    answer = redirect("public:link", made.pk)
    answer.set_signed_cookie(
        FRESH, token, max_age=FRESH_S, path="/lead-links/", secure=settings.HTTPS, httponly=True, samesite="Strict"
    )
    return answer


@require_POST
def send(request: UserRequest, pk: int) -> HttpResponse:
    """Send a link that was just given to its holder, as a text message."""
    item = get_object_or_404(LeadLink.objects.visible_to(request.user), pk=pk)
    token = _fresh(request, item)
    if not token:
        messages.error(request, _("The link can be sent only just after it was given. Renew it first."))
        return redirect("public:link", pk)
    actions.send_by_sms(item, token, _address(token), actor=request.user)
    messages.success(request, _("The link is on its way as a text message."))
    return redirect("public:link", pk)


@require_POST
def revoke(request: UserRequest, pk: int) -> HttpResponse:
    """End a link."""
    item = get_object_or_404(LeadLink.objects.visible_to(request.user), pk=pk)
    actions.revoke(item, actor=request.user)
    messages.success(request, _("The link is revoked: it opens nothing any more."))
    return redirect("public:link", pk)
