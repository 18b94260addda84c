"""What became of a report: by its number and the end of the telephone; then rated, or opened again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import counters
from grids.errors import Refused
from hotline import actions as hotline
from hotline.models import Request
from public import progress
from public.forms.visitors import RateForm, ReopenForm, TrackForm
from public.models import Held
from public.views.reporting import subject_of
from public.views.visitors import page
from public.visitors import may_look, visitor
from workorders.forms.fields import Plain, add_errors
from workorders.states import ReopenReason
from workorders.workflow import InvalidMove

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
    return _page(request, subject, RateForm(), ReopenForm())


def _page(
    request: HttpRequest, subject: progress.Subject, rating: RateForm, reopening: ReopenForm, status: int = 200
) -> HttpResponse:
    matter = progress.matter_of(subject)
    context: dict[str, Any] = {"progress": progress.of(subject)}
    if matter is not None and progress.may_rate(matter):
        context["rating"] = rating
    if matter is not None and progress.may_reopen(matter, timezone.now()):
        context["reopening"] = reopening
    if matter is not None and matter.satisfaction is not None:
        context["rated"] = matter
    return page(request, "progress", context, status)


@login_not_required  # what this device looked up within the last half hour
@never_cache
@require_POST
def rate(request: HttpRequest) -> HttpResponse:
    """Keep the requester's rating of the answer."""
    return _done(request, RateForm(request.POST), _rated, _("Thank you. Your rating has been kept."))


@login_not_required  # as above
@never_cache
@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """Take the report up again, because its requester says that it is not solved."""
    return _done(request, ReopenForm(request.POST), _reopened, _("Your report is being taken up again."))


def _done(request: HttpRequest, form: Plain, act: Callable[[Request, Any], object], words: str) -> HttpResponse:
    subject = subject_of(request)
    matter = progress.matter_of(subject) if subject is not None else None
    if subject is None or matter is None:
        return redirect("public:track")
    if form.is_valid():
        try:
            act(matter, form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except (Refused, InvalidMove) as refusal:
            messages.error(request, str(refusal))
            return redirect("public:progress")
        else:
            messages.success(request, words)
            return redirect("public:progress")
    rating = form if isinstance(form, RateForm) else RateForm()
    reopening = form if isinstance(form, ReopenForm) else ReopenForm()
    return _page(request, subject, rating, reopening, status=400)


def _rated(matter: Request, said: dict[str, Any]) -> None:
    hotline.rate(matter, said["satisfaction"], said["solved"], said["reason"], note=said["note"])


def _reopened(matter: Request, said: dict[str, Any]) -> None:
    hotline.reopen(matter, actor=None, reason=ReopenReason.NOT_SOLVED, note=said["note"], by="requester")
