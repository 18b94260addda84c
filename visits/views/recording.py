"""Recording a visit in a few taps, its page, and taking it back."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from residents import masking, sight
from residents.models import House, Organisation, Resident
from visits import actions, knowing
from visits.forms.recording import OrganisationVisitForm, VisitForm
from visits.models import LogEntry, Visit, VisitPhoto
from visits.states import Outcome
from workorders.forms.fields import add_errors
from workorders.photo_views import answer

PAST = 5


@require_http_methods(["GET", "POST"])
def house(request: UserRequest, pk: int) -> HttpResponse:
    """Record a visit to a home."""
    place = get_object_or_404(House.objects.visible_to(request.user).select_related("grid"), pk=pk)
    living = list(Resident.objects.here().filter(house=place).select_related("due_visit").order_by("pk"))
    return _record(request, place, living, place.address)


@require_http_methods(["GET", "POST"])
def person(request: UserRequest, pk: int) -> HttpResponse:
    """Record a visit to somebody without a home in the registers; with one, the home's page is the place."""
    seen = Resident.objects.visible_to(request.user).select_related("grid", "due_visit")
    resident = get_object_or_404(seen, pk=pk)
    if resident.house_id is not None and request.method == "GET":
        return redirect("visits:record-house", resident.house_id)
    return _record(request, resident, [resident], masking.name(resident.name))


@require_http_methods(["GET", "POST"])
def organisation(request: UserRequest, pk: int) -> HttpResponse:
    """Record a visit to an organisation, with what was checked there."""
    seen = Organisation.objects.visible_to(request.user).select_related("grid")
    place = get_object_or_404(seen, pk=pk)
    return _record(request, place, [], place.name)


def _record(
    request: UserRequest, subject: House | Resident | Organisation, living: list[Resident], title: str
) -> HttpResponse:
    who = standing_for(request.user)
    if not sight.may(who, Permission.VISIT, subject.path_ids):
        raise PermissionDenied(_("None of your posts lets you visit here."))
    names = [(one.pk, masking.name(one.name)) for one in living]
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = OrganisationVisitForm(*data) if isinstance(subject, Organisation) else VisitForm(*data, people=names)
    status = 200
    if request.method == "POST":
        made = _made(form, request.user, subject, living)
        if made is not None:
            return _sent(request, *made)
        status = 400
        if _wants_json(request):
            return JsonResponse({"errors": form.errors}, status=400)
    past = _past(subject)
    context: dict[str, Any] = {
        "form": form,
        "subject": subject,
        "kind": type(subject).__name__.lower().replace("resident", "person"),
        "is_organisation": isinstance(subject, Organisation),
        "living": knowing.rows(living, who, timezone.localdate()),
        "title": title,
        "past": past.select_related("visitor").order_by("-visited_at", "-id")[:PAST],
        "outcomes": Outcome,
        "today": timezone.localdate(),
    }
    return render(request, "visits/record.html", context, status=status)


def _made(
    form: VisitForm, user: User, subject: House | Resident | Organisation, living: list[Resident]
) -> tuple[Visit, LogEntry | None] | None:
    """Record the visit and what was found, both or neither; None when something is wrong, which the form then says."""
    if not form.is_valid():
        return None
    given, by_pk = form.cleaned_data, {one.pk: one for one in living}
    people = [by_pk[pk] for pk in given["people"] if pk in by_pk]
    try:
        with transaction.atomic():
            visit = actions.record(subject, actor=user, people=people, **form.arguments())
            entry = None
            if given["finding"].strip():
                entry = actions.write_entry(
                    subject,
                    actor=user,
                    kind=given["finding_kind"],
                    text=given["finding"],
                    client_uuid=uuid.uuid5(given["client_uuid"], "finding"),
                    visit=visit,
                    heard_at=visit.visited_at,
                )
    except ValidationError as error:
        add_errors(form, error)
        return None
    return visit, entry


def _sent(request: UserRequest, visit: Visit, entry: LogEntry | None) -> HttpResponse:
    address = reverse("visits:plan") + f"?grid={visit.grid_id}"
    if visit.organisation_id is not None:
        address = visit.get_absolute_url()
    if visit.outcome == Outcome.MOVED:
        address = visit.get_absolute_url()
    if entry is not None and request.POST.get("to_order"):
        address = reverse("visits:entry-order", args=[entry.pk])
    if _wants_json(request):
        return JsonResponse({"url": address, "number": str(visit.pk)}, status=201)
    words = {Outcome.NOBODY: _("Noted. Next: %(how)s.") % {"how": visit.get_next_try_display()}}
    messages.success(request, words.get(Outcome(visit.outcome), _("The visit is recorded.")))
    return redirect(address)


def _wants_json(request: UserRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _past(subject: House | Resident | Organisation) -> Any:
    rows = Visit.objects.valid()
    if isinstance(subject, House):
        return rows.filter(house=subject)
    if isinstance(subject, Organisation):
        return rows.filter(organisation=subject)
    return rows.filter(people__resident=subject)


@require_GET
def visit(request: UserRequest, pk: int) -> HttpResponse:
    """Show one visit: who, when, whom, what was found; with what may follow as buttons."""
    seen = Visit.objects.visible_to(request.user).select_related("visitor", "house", "organisation", "grid")
    item = get_object_or_404(seen.defer("grid__boundary", "grid__duties"), pk=pk)
    people = Resident.objects.visible_to(request.user).filter(visits__visit=item).order_by("pk")
    context: dict[str, Any] = {
        "visit": item,
        "people": [(one, masking.name(one.name)) for one in people],
        "entries": item.entries.select_related("order").order_by("pk"),
        "photos": item.photos.all(),
        "may_plan": sight.may(standing_for(request.user), Permission.VISIT, item.path_ids),
        "may_take_back": item.visitor_id == request.user.pk
        and item.annulled_at is None
        and timezone.now() - item.recorded_at <= actions.recording.TAKE_BACK,
    }
    return render(request, "visits/visit.html", context)


@require_POST
def take_back(request: UserRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
    try:
        actions.annul(item, actor=request.user)
        messages.success(request, _("The visit is taken back; what was due is due again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(item)


@require_safe
def photo(request: UserRequest, pk: int, column: str) -> HttpResponseBase:
    """Send a photo of a visit to whoever sees the visit; `column` is `image` or `thumbnail`."""
    seen = Visit.objects.visible_to(request.user)
    kept = get_object_or_404(VisitPhoto.objects.filter(visit__in=seen.values("pk")), pk=pk)
    return answer(request, kept, column)
