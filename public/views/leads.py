"""A building lead's own short form, by a personal link: a photo and a sentence. No residents' data is shown here."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import counters
from hotline.models import Request
from public.actions import leading, links
from public.forms.leads import LeadForm
from public.models import LeadLink
from public.views.visitors import page
from public.visitors import too_many

COOKIE = "lead_link"
LASTS_S = 12 * 3600
TRIES_PER_TEN_MINUTES = 30
REPORTS_PER_HOUR = 20
SHOWN = 5


@login_not_required  # the link is the lead's own; it is looked up by its hash
@never_cache
@require_GET
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link: the form follows at an address without the token."""
    too_often = too_many(request, "links", TRIES_PER_TEN_MINUTES, 600)
    if too_often or links.use(token) is None:
        return page(request, "lead_gone", {"too_often": too_often}, status=429 if too_often else 404)
    answer = redirect("public:lead-form")
    answer.set_signed_cookie(
        COOKIE, token, max_age=LASTS_S, path="/l/", secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return answer


def _link(request: HttpRequest) -> LeadLink | None:
    """Return the link that this device opened, while it is neither revoked nor expired."""
    token = request.get_signed_cookie(COOKIE, default="", max_age=LASTS_S)
    return links.find(token, timezone.now()) if token else None


@login_not_required  # as above
@never_cache
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Show the short form of the lead's building, or take a report in."""
    link = _link(request)
    if link is None:
        return page(request, "lead_gone", {}, status=404)
    asked = LeadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        is_too_often = counters.seen("lead", str(link.pk), 3600) >= REPORTS_PER_HOUR
        if not is_too_often and asked.is_valid():
            leading.report(link, **asked.cleaned_data)
            counters.hit("lead", str(link.pk), 3600)
            return redirect("public:lead-done")
        status = 429 if is_too_often else 400
    context: dict[str, Any] = {"form": asked, "link": link, "is_too_often": status == 429, "sent": _sent(link)}
    return page(request, "lead_form", context, status=status)


@login_not_required  # as above
@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Show the number of the report just sent."""
    link = _link(request)
    sent = _sent(link) if link is not None else []
    if link is None or not sent:
        return page(request, "lead_gone", {}, status=404)
    return page(request, "lead_done", {"link": link, "matter": sent[0]})


def _sent(link: LeadLink) -> list[Request]:
    """Return the last reports of a link, newest first."""
    rows = Request.objects.without_private().filter(pk__in=link.used.exclude(matter=None).values("matter"))
    return list(rows.order_by("-received_at", "-id")[:SHOWN])
