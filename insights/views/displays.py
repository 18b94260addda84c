"""Links for screens on a wall, for those who give them: the list, give, revoke."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from insights import displays
from insights.display_form import DisplayForm
from insights.models import Display

FRESH = "fresh_display"
FRESH_S = 10 * 60


@never_cache
@require_GET
@permission_required("insights.give_displays", raise_exception=True)
def displays_page(request: UserRequest) -> HttpResponse:
    """List the links of one's area, newest first; the address of one only just after it was given, to who gave it."""
    return _show(request, DisplayForm(request.user))


@require_POST
@permission_required("insights.give_displays", raise_exception=True)
def give(request: UserRequest) -> HttpResponse:
    """Give a screen a link; its address is shown on the list that follows."""
    form = DisplayForm(request.user, request.POST)
    if not form.is_valid():
        return _show(request, form)
    given = form.cleaned_data
    _made, token = displays.give(
        given["node"],
        actor=request.user,
        name=given["name"],
        days=int(given["days"]),
        has_ticker=given["has_ticker"],
    )
    answer = redirect("insights:displays")
    path = reverse("insights:displays")
    answer.set_signed_cookie(
        FRESH, token, max_age=FRESH_S, path=path, secure=settings.HTTPS, httponly=True, samesite="Strict"
    )
    return answer


@require_POST
@permission_required("insights.give_displays", raise_exception=True)
def revoke(request: UserRequest, pk: int) -> HttpResponse:
    """End a link: its screen goes dark at its next refresh."""
    display = get_object_or_404(Display.objects.visible_to(request.user), pk=pk)
    displays.revoke(display, actor=request.user)
    messages.success(request, _("The link was revoked. Its screen goes dark within half a minute."))
    return redirect("insights:displays")


def _show(request: UserRequest, form: DisplayForm) -> HttpResponse:
    rows = Display.objects.visible_to(request.user).select_related("node", "given_by").defer("node__boundary")
    page = keyset.page(request, rows, ("-given_at", "-id"))
    context: dict[str, Any] = {"page": page, "form": form, "now": timezone.now()}
    token = request.get_signed_cookie(FRESH, default="", max_age=FRESH_S) or ""
    fresh = next((row for row in page.rows if row.token_hash == displays.hash_of(token)), None) if token else None
    if fresh is not None and fresh.revoked_at is None:
        context["fresh"] = fresh
        context["address"] = f"{settings.SITE_URL}{reverse('insights:display', args=[token])}"
    return render(request, "insights/displays.html", context)
