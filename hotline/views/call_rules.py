"""The rows that rule call-backs, the satisfaction rate, key supervision and cards."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import UserRequest
from hotline import rules
from hotline.calling import CallTrait, MeasureKey
from hotline.forms.calling import MeasureForm, ShareForm
from hotline.models import CallRule, Measure
from hotline.rules import Cell, Share
from hotline.states import RequestKind, RequestSource
from workorders.forms.fields import add_errors
from workorders.states import Profile, Urgency
from workorders.views.rules import district_of

KEPT = 30


@require_GET
def rules_page(request: UserRequest) -> HttpResponse:
    """Show what holds in the district, its own rows told from the usual ones, and what held before."""
    district = district_of(request)
    known = rules.measures(district.pk)
    shares = sorted(rules.shares(district.pk).values(), key=lambda share: (share.cell.trait, share.cell.weight))
    context: dict[str, Any] = {
        "district": district,
        "shares": [(share, in_words(share.cell), _query(share)) for share in shares],
        "measures": [(key, known[key]) for key in MeasureKey],
        "ended_shares": [(row, in_words(rules.cell_of(row))) for row in _ended(CallRule, district.pk)],
        "ended_measures": _ended(Measure, district.pk),
    }
    return render(request, "hotline/rules.html", context)


@require_http_methods(["GET", "POST"])
def edit_share(request: UserRequest) -> HttpResponse:
    """Set which share of a kind of request is called back."""
    district = district_of(request)
    initial = {name: request.GET[name] for name in (*Cell().__dict__, "share") if name in request.GET}
    form = ShareForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        rules.set_share(district, form.cell(), actor=request.user, share=form.cleaned_data["share"])
        messages.success(request, _("The rule is saved and holds from now on."))
        return redirect("hotline:rules")
    context = {"form": form, "words": _("Share of requests called back")}
    return render(request, "hotline/rule_edit.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def edit_measure(request: UserRequest, name: str) -> HttpResponse:
    """Change one number."""
    district = district_of(request)
    if name not in MeasureKey.values:
        raise Http404
    form = MeasureForm(request.POST if request.method == "POST" else None, span=rules.measures(district.pk)[name])
    if form.is_bound and form.is_valid():
        try:
            rules.set_measure(district, name, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The rule is saved and holds from now on."))
            return redirect("hotline:rules")
    context = {"form": form, "words": MeasureKey(name).label}
    return render(request, "hotline/rule_edit.html", context, status=400 if form.is_bound else 200)


def in_words(cell: Cell) -> str:
    """Say for which requests a share holds."""
    choices = (
        (RequestKind, cell.kind),
        (Profile, cell.profile),
        (Urgency, cell.urgency),
        (RequestSource, cell.source),
        (CallTrait, cell.trait),
    )
    return " · ".join(str(words(value).label) for words, value in choices if value) or _("All other requests")


def _query(share: Share) -> str:
    return urlencode({name: value for name, value in share.cell.__dict__.items() if value} | {"share": share.percent})


def _ended(model: type[CallRule] | type[Measure], district_id: int) -> list[Any]:
    """Return the rows that held before, the latest first."""
    rows = model.objects.filter(district_id=district_id, valid_to__isnull=False).select_related("changed_by")
    return list(rows.order_by("-valid_to", "-id")[:KEPT])
