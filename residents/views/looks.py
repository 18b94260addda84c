"""Looking at a masked number, and the record of who did."""

from collections.abc import Sequence

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.errors import Refused
from grids.roles import Permission
from residents import look_panels, looks, sight
from residents.forms.privacy import LookForm, LooksFilter
from residents.models import House, Look, Organisation, Resident
from residents.querysets import PlacedQuerySet


@require_POST
def look_at_person(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Resident.objects.visible_to(request.user), pk=pk)
    return answer(request, row, LookForm(request.POST, row=row), row.get_absolute_url())


@require_POST
def look_at_organisation(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    return answer(request, row, LookForm(request.POST, row=row), row.get_absolute_url())


@require_POST
def look_at_house(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(House.objects.visible_to(request.user), pk=pk)
    return answer(request, row, LookForm(request.POST, row=row), row.get_absolute_url())


def answer(request: UserRequest, row: looks.Subject, form: LookForm, back: str, url: str = "") -> HttpResponse:
    """Show one field in full, in this answer and nowhere else: a redirect would have to carry the number.

    `back` is the page that the look belongs to; `url` where the section asks, the row's own address unless told.
    """
    status, shown = 200, {}
    try:
        if form.is_valid():
            value = looks.reveal(row, actor=request.user, request=request, **form.cleaned_data)
            shown = {"value": value, "label": looks.label_of(form.cleaned_data["field"])}
        else:
            status = 400
    except ValidationError as error:
        status = 400
        for name, errors in error.message_dict.items():
            form.add_error(name, errors)
    except Refused as refusal:
        status = 409
        form.add_error(None, str(refusal))
    context = look_panels.facts(row, form, request.user, timezone.now(), url) | {"shown": shown, "back": back}
    # htmx swaps what is answered with 200 only; a wrong form must be seen too.
    is_part = bool(request.headers.get("HX-Request"))
    template = "residents/_look.html" if is_part else "residents/look.html"
    response = render(request, template, context, status=200 if is_part else status)
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store, private"
    return response


@require_GET
@permission_required(Permission.VIEW_LOOKS, raise_exception=True)
def record(request: UserRequest) -> HttpResponse:
    """Show who looked at what, newest first, in the area that one watches over."""
    form = LooksFilter(request.GET)
    form.is_valid()
    rows = _found(Look.objects.filter(sight.area(standing_for(request.user), Permission.VIEW_LOOKS)), form)
    page = keyset.page(request, rows.select_related("actor", "grid", "community"), ("-at", "-id"))
    context = {
        "form": form,
        "page": page,
        "lines": _lines(page.rows),
        "is_filtered": any(form.cleaned_data.values()),
    }
    return render(request, "residents/looks.html", context)


def _found(rows: "PlacedQuerySet[Look]", form: LooksFilter) -> "PlacedQuerySet[Look]":
    asked = form.cleaned_data
    if asked.get("person"):
        rows = rows.filter(actor__display_name__icontains=asked["person"])
    if asked.get("reason"):
        rows = rows.filter(reason=asked["reason"])
    if asked.get("first"):
        rows = rows.filter(at__date__gte=asked["first"])
    return rows.filter(at__date__lte=asked["last"]) if asked.get("last") else rows


def _lines(rows: Sequence[Look]) -> list[tuple[Look, object]]:
    return [(look, looks.label_of(look.field)) for look in rows]
