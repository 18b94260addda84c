"""Objections: raised at a line or at points, listed, decided."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from appraisal import actions
from appraisal.actions.objections import Numbers, result_of, why_not_decide
from appraisal.errors import Refusal
from appraisal.forms.acts import DecideForm, ObjectionForm
from appraisal.models import Line, Objection, PointEntry, Result
from appraisal.states import ObjectionState
from appraisal.views.doing import BAD, attempt, form_page

TABS = (ObjectionState.OPEN, ObjectionState.UPHELD, ObjectionState.REJECTED)


@require_GET
def objections(request: UserRequest) -> HttpResponse:
    """Show the objections of one's area and one's own, the undecided ones first."""
    seen = Objection.objects.visible_to(request.user)
    here = request.GET.get("tab", "")
    here = here if here in ObjectionState.values else ObjectionState.OPEN
    page = keyset.page(request, seen.filter(state=here).with_parties(), ("-id",))
    tabs = [(tab, seen.filter(state=tab).count(), tab == here) for tab in TABS]
    return render(request, "appraisal/objections.html", {"page": page, "tabs": tabs, "here": here})


@require_http_methods(["GET", "POST"])
def objection(request: UserRequest, pk: int) -> HttpResponse:
    """Show an objection and what it is about; whoever may decides it here."""
    item = get_object_or_404(Objection.objects.visible_to(request.user).with_parties(), pk=pk)
    why_not = "" if item.state != ObjectionState.OPEN else why_not_decide(item, request.user)
    form = DecideForm(request.POST or None, objection=item)
    if request.method == "POST":
        done = _("The objection is decided.")
        if (gone := attempt(request, form, lambda: _decide(request, item, form), done, item)) is not None:
            return gone
        item = Objection.objects.with_parties().get(pk=pk)
    context = {
        **{"item": item, "form": form, "why_not": why_not},
        "may_decide": item.state == ObjectionState.OPEN and not why_not,
        "correction": getattr(item, "correction", None),
        "result": item.result,
        "sees_result": Result.objects.visible_to(request.user).filter(pk=item.result_id).exists(),
    }
    return render(request, "appraisal/objection.html", context, status=BAD if form.is_bound else 200)


def _decide(request: UserRequest, item: Objection, form: DecideForm) -> Objection:
    given = form.cleaned_data
    numerator = given.get("numerator")
    numbers = Numbers(numerator, given.get("denominator")) if numerator is not None else None
    is_upheld = given["decision"] == "uphold"
    return actions.decide(
        item,
        actor=request.user,
        is_upheld=is_upheld,
        opinion=given["opinion"],
        remedy=given["remedy"],
        numbers=numbers,
    )


@require_http_methods(["GET", "POST"])
def object_to_line(request: UserRequest, pk: int) -> HttpResponse:
    """Object to one line of one's own result."""
    line = get_object_or_404(Line.objects.select_related("indicator"), pk=pk)
    get_object_or_404(Result.objects.visible_to(request.user), pk=line.result_id)
    return _object(request, line, line.indicator.label)


@require_http_methods(["GET", "POST"])
def object_to_points(request: UserRequest, pk: int) -> HttpResponse:
    """Object to immediate points of one's own."""
    entry = get_object_or_404(PointEntry.objects.visible_to(request.user).select_related("rule"), pk=pk)
    return _object(request, entry, entry.rule.name)


def _object(request: UserRequest, about: Line | PointEntry, name: str) -> HttpResponse:
    form = ObjectionForm(request.POST or None)

    def act() -> Objection:
        return actions.object_to(about, actor=request.user, **form.cleaned_data)

    done = _("Your objection is raised; another person decides it.")
    if (gone := attempt(request, form, act, done, lambda made: made)) is not None:
        return gone
    try:
        back = result_of(about).get_absolute_url()
    except Refusal:
        back = redirect("appraisal:mine").url
    effect = _("Another person decides it, not whoever gave the points; you read the opinion here.")
    return form_page(request, form, _("Object to: %(what)s") % {"what": name}, back, submit=_("Object"), effect=effect)
