"""What became of a report: by its number and the end of the telephone; then rated, or opened again."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from public import progress
from public.forms.visitors import TrackForm
from public.guard import counters
from public.models import Held
from public.views.reporting import subject_of
from public.views.visitors import page
from public.visitors import may_look, visitor

HOUR = 3600
TRIES_OF_ADDRESS = 20
"""In an hour, right ones too."""
WRONG_OF_NUMBER = 5
"""In an hour, wherever they come from: four digits would else be guessed."""


@login_not_required  # whoever has the number and the telephone's end may look
@never_cache
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and digits; a wrong number and wrong digits are answered alike."""
    if request.method == "GET":
        return page(request, "track", {"form": TrackForm()})
    form = TrackForm(request.POST)
    if not form.is_valid():
        return page(request, "track", {"form": form}, status=400)
    number, address = form.cleaned_data["number"].strip().upper(), visitor(request).address
    if counters.hit("track", address, HOUR) > TRIES_OF_ADDRESS or (
        counters.seen("wrong", number, HOUR) >= WRONG_OF_NUMBER
    ):
        form.add_error(None, _("Too many tries. Wait an hour, or call the hotline."))
        return page(request, "track", {"form": form}, status=429)
    found = progress.find(number, form.cleaned_data["tail"])
    if found is None:
        counters.hit("wrong", number, HOUR)
        form.add_error(None, _("No report has this number with these digits. Look at both again."))
        return page(request, "track", {"form": form}, status=400)
    answer = redirect("public:progress")
    may_look(answer, "held" if isinstance(found, Held) else "matter", found.pk)
    return answer


@login_not_required  # what this device looked up within the last half hour
@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show how far a report is, its answer, and what its requester may do about it."""
    subject = subject_of(request)
    if subject is None:
        return redirect("public:track")
    context: dict[str, Any] = {"progress": progress.of(subject)}
    return page(request, "progress", context)
