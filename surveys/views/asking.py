"""Asking: whom one may ask, masked, and one of them with the questions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.errors import Refused
from grids.roles import Permission
from residents import look_panels, masking
from residents.forms.privacy import LookForm
from residents.models import LookReason
from residents.views.looks import answer
from surveys import actions, phones
from surveys.forms import AskForm
from surveys.models import Sampled, Survey
from surveys.querysets import SampledQuerySet
from surveys.states import MAX_TRIES
from surveys.views.surveys import only_with


def _people(request: UserRequest) -> SampledQuerySet:
    rows = Sampled.objects.askable_by(request.user)
    return rows.select_related("survey", "resident__house", "resident__grid").defer("resident__grid__boundary")


@require_GET
def to_ask(request: UserRequest) -> HttpResponse:
    """List whom one has to ask today, of every questionnaire: what the workbench counts."""
    only_with(request, Permission.ASK_SURVEYS)
    rows = _people(request).to_do_on(timezone.localdate())
    return render(request, "surveys/people.html", _listed(request, rows, ("survey_id", "position")))


@require_GET
def people(request: UserRequest, pk: int) -> HttpResponse:
    """List whom one may still ask, in the order of the drawing."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), pk=pk)
    context = _listed(request, _people(request).to_do().filter(survey=survey), ("position",))
    return render(request, "surveys/people.html", context | {"survey": survey})


def _listed(request: UserRequest, rows: SampledQuerySet, order: tuple[str, ...]) -> dict[str, Any]:
    page = keyset.page(request, rows, order)
    found = [(row, row.resident) for row in page.rows if row.resident is not None]
    masked = [(row, masking.name(who.name), masking.phone(who.phone)) for row, who in found]
    return {"page": page, "rows": masked, "most": MAX_TRIES}


@require_http_methods(["GET", "POST"])
def person(request: UserRequest, pk: int) -> HttpResponse:
    """Ask somebody, or say that it did not come to it."""
    row = get_object_or_404(_people(request), pk=pk)
    form = AskForm(request.POST if request.method == "POST" else None, survey=row.survey)
    status = 200
    try:
        if form.is_bound and form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("outcome", "never_again")}
            actions.ask(row, actor=request.user, answers=form.answers(), **given)
            messages.success(request, _("Noted. Thank you."))
            return redirect("surveys:people", row.survey_id)
        status = 400 if form.is_bound else 200
    except ValidationError as error:
        status = 400
        form.refuse(error)
    except Refused as refusal:
        status = 409
        form.add_error(None, str(refusal))
    context = {
        "person": row,
        "form": form,
        "name": masking.name(row.resident.name) if row.resident else "",
        "phone": masking.phone(row.resident.phone) if row.resident else "",
        "look": _look_section(request, row),
        "most": MAX_TRIES,
    }
    return render(request, "surveys/person.html", context, status=status)


def _look_section(request: UserRequest, row: Sampled) -> dict[str, Any] | None:
    """Offer the phone of somebody whom one has to call, for a reason that goes on record."""
    who = row.resident
    if who is None or not who.phone or not phones.of_sample(request.user, who):
        return None
    why = {"reason": LookReason.VISIT.value, "reference": row.survey.title}
    form = LookForm(None, row=who, only=phones.OPENED, **why)
    url = reverse("surveys:phone", args=[row.pk])
    return look_panels.facts(who, form, request.user, timezone.now(), url)


@require_POST
def phone(request: UserRequest, pk: int) -> HttpResponse:
    """Show the phone of somebody whom one has to call: the same look, limit and record as on a person's page."""
    row = get_object_or_404(_people(request).filter(resident__isnull=False), pk=pk)
    assert row.resident is not None  # noqa: S101 - asked before
    form = LookForm(request.POST, row=row.resident, only=phones.OPENED)
    return answer(request, row.resident, form, row.get_absolute_url(), reverse("surveys:phone", args=[pk]))
