"""The rows that rule supervision: limits of the levels, situations of the digest."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import UserRequest
from supervision import rules, situations
from supervision.forms import LimitForm, WatchForm
from supervision.models import SituationRule, SupervisionLimit
from supervision.states import Situation
from workorders.states import SupervisionLevel as Level
from workorders.views.rules import district_of

KEPT = 30
DRAFT = "draft"


@require_GET
def rules_page(request: UserRequest) -> HttpResponse:
    """Show what holds in the district, its own rows told from the usual ones."""
    district = district_of(request)
    limits, watches = rules.limits(district.pk), rules.watches(district.pk)
    context: dict[str, Any] = {
        "district": district,
        "limits": [(name, words, limits[level]) for name, level, words in _levels()],
        "watches": [
            (watch, Situation(watch.situation), situations.LOOKS[watch.situation]) for watch in watches.values()
        ],
        "ended_limits": _ended(SupervisionLimit, district.pk),
        "ended_watches": _ended(SituationRule, district.pk),
    }
    return render(request, "supervision/rules.html", context)


@require_http_methods(["GET", "POST"])
def edit_limit(request: UserRequest, name: str) -> HttpResponse:
    """Change how long the addressee of a level has to reply, or after how long a draft is made."""
    district = district_of(request)
    level, words = next(((level, words) for key, level, words in _levels() if key == name), (None, ""))
    if level is None:
        raise Http404
    present = asdict(rules.limits(district.pk)[level])
    form = LimitForm(request.POST if request.method == "POST" else None, initial=present)
    if form.is_bound and form.is_valid():
        rules.set_limit(district, level, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The rule is saved and holds from now on."))
        return redirect("supervision:rules")
    return render(request, "supervision/rule_edit.html", {"form": form, "words": words}, status=_status(form.is_bound))


@require_http_methods(["GET", "POST"])
def edit_watch(request: UserRequest, name: str) -> HttpResponse:
    """Change when an order is in a situation, how soon a person hears of it again, and whether it is looked for."""
    district = district_of(request)
    if name not in Situation.values:
        raise Http404
    look = situations.LOOKS[Situation(name)]
    form = WatchForm(
        request.POST if request.method == "POST" else None,
        counts_times=look.counts_times,
        initial=asdict(rules.watches(district.pk)[name]),
    )
    if form.is_bound and form.is_valid():
        rules.set_watch(district, name, actor=request.user, **form.arguments())
        messages.success(request, _("The rule is saved and holds from now on."))
        return redirect("supervision:rules")
    context = {"form": form, "words": Situation(name).label, "look": look}
    return render(request, "supervision/rule_edit.html", context, status=_status(form.is_bound))


def _status(is_bound: bool) -> int:
    return 400 if is_bound else 200


def _levels() -> list[tuple[str, str, str]]:
    """List the limits: as named in addresses, their level, their words."""
    named = [(level.value, level.value, str(level.label)) for level in Level]
    return [*named, (DRAFT, rules.DRAFT, _("Draft a supervision order when an order is overdue for"))]


def _ended(model: type[SupervisionLimit] | type[SituationRule], district_id: int) -> list[Any]:
    """Return the rows that held before, the latest first."""
    rows = model.objects.filter(district_id=district_id, valid_to__isnull=False).select_related("changed_by")
    return list(rows.order_by("-valid_to", "-id")[:KEPT])
