"""A resident reports something, and is told its number, what happens next and by when."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hotline.models import Request
from public import nearby, places, progress, taking
from public.forms.visitors import PointForm, ReportForm
from public.guard import challenge
from public.models import Held
from public.views.visitors import page, place_of
from public.visitors import know_again, looked_up, may_look, too_many, visitor

HINTS_PER_TEN_MINUTES = 60


@login_not_required  # whoever lives here may report; what keeps robots away stands in public/taking.py
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show the form, or take in what was sent; answers JSON to the page's own script."""
    place = place_of(code) if code else None
    if request.method == "GET":
        return know_again(request, _form_page(request, ReportForm(), place, code))
    form = ReportForm(request.POST)
    made = taking.take(form, request.FILES.getlist("photos"), visitor(request), place, timezone.now())
    if made is not None:
        return _sent(request, made)
    if _wants_json(request):
        again = challenge.new()
        renewed = {name: getattr(again, name) for name in ("token", "nonce", "bits", "first", "second")}
        return JsonResponse({"errors": form.errors, "challenge": renewed}, status=400)
    return _form_page(request, form, place, code, status=400)


def _form_page(
    request: HttpRequest, form: ReportForm, place: places.Place | None, code: str, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "place": place, "code": code, "challenge": challenge.new()}
    if place is not None:
        context["near"] = nearby.reported(place, timezone.now())
    return page(request, "report", context, status=status)


def _sent(request: HttpRequest, made: Request | Held) -> HttpResponse:
    address = reverse("public:sent")
    answer: HttpResponse = HttpResponseRedirect(address)
    if _wants_json(request):
        answer = JsonResponse({"url": address}, status=201)
    may_look(answer, "matter" if isinstance(made, Request) else "held", made.pk)
    return answer


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


@login_not_required  # as above
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """Say where a position or an address lies, and whether something was reported there of late; a fragment."""
    form = PointForm(request.POST)
    if too_many(request, "similar", HINTS_PER_TEN_MINUTES, 600) or not form.is_valid():
        return HttpResponse(status=204)
    place = places.found_at(request.POST.get("address", "")[:200], form.point)
    context = {"place": place, "near": nearby.reported(place, timezone.now()), "is_found": True}
    return render(request, "public/_similar.html", context)


@login_not_required  # what this device sent within the last half hour
@never_cache
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Show the number of the report just sent, what happens next and by when."""
    subject = subject_of(request)
    if subject is None:
        return redirect("public:track")
    return page(request, "sent", {"subject": subject, "progress": progress.of(subject)})


def subject_of(request: HttpRequest) -> progress.Subject | None:
    """Return the report that this device may see, as its signed cookie says."""
    found = looked_up(request)
    if found is None:
        return None
    kind, key = found
    if kind == "matter":
        return Request.objects.select_related("order", "grid").filter(pk=key).first()
    return Held.objects.select_related("matter__order", "matter__grid").filter(pk=key).first()
