"""The rules of early warning: how each has done, changing one, trying it against the past, retiring it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import UserRequest
from alerts import precision, rules, showing, trying
from alerts.finding.base import Finding
from alerts.forms import KindForm, RuleForm
from alerts.models import WarningRule
from alerts.precision import Precision
from alerts.rules import Watch
from alerts.states import RuleKind
from grids.backends import standing_for
from grids.models import Grid
from hotline.forms.rates import RatesForm
from hotline.periods import Period
from workorders.views.rules import district_of

KEPT = 30
NONE = Precision()
USUAL_DAYS = 90


@require_GET
def rules_page(request: UserRequest) -> HttpResponse:
    """Show every rule with its numbers, whether it holds, and how often it was right in the period."""
    district = district_of(request)
    form, period = _period(request)
    done = precision.in_district(district, period)
    watches = rules.of(district.pk)
    lines = [(watch, done.get(watch.code, NONE)) for watch in watches.values()]
    context: dict[str, Any] = {
        "district": district,
        "period": period,
        "form": form if not form.refused else RatesForm(period.query),
        "refused": form.refused,
        "lines": [(watch, one, one.speaks_against(watch)) for watch, one in lines],
        "against": [(watch, one) for watch, one in lines if one.speaks_against(watch)],
        "kinds": KindForm(None),
        "ended": _ended(district),
    }
    return render(request, "alerts/rules.html", context)


@require_http_methods(["GET", "POST"])
def edit_rule(request: UserRequest, code: str) -> HttpResponse:
    """Change a rule, or try the change against the last days first."""
    district = district_of(request)
    watch = rules.of(district.pk).get(code)
    if watch is None:
        raise Http404
    return _edit(request, district, watch, is_new=False)


@require_http_methods(["GET", "POST"])
def add_rule(request: UserRequest, kind: str) -> HttpResponse:
    """Add a further rule of a kind."""
    district = district_of(request)
    if kind not in RuleKind.values:
        raise Http404
    label = str(RuleKind(kind).label)
    watch = Watch(rules.new_code(district.pk, kind), RuleKind(kind), label)
    return _edit(request, district, watch, is_new=True)


@require_GET
def choose_kind(request: UserRequest) -> HttpResponse:
    """Lead from the choice of a kind to the form of a rule of that kind."""
    district_of(request)
    form = KindForm(request.GET)
    return redirect("alerts:rule-add", form.cleaned_data["kind"]) if form.is_valid() else redirect("alerts:rules")


@require_POST
def retire_rule(request: UserRequest, code: str) -> HttpResponse:
    """Switch a rule off because it warned in vain."""
    district = district_of(request)
    if code not in rules.of(district.pk):
        raise Http404
    one = precision.in_district(district, _period(request)[1]).get(code, NONE)
    note = _("Retired: %(confirmed)s of %(decided)s confirmed") % {"confirmed": one.confirmed, "decided": one.decided}
    rules.retire(district, code, actor=request.user, note=note)
    messages.success(request, _("The rule is retired; its open warnings lapse with the next run."))
    return redirect("alerts:rules")


def _edit(request: UserRequest, district: Grid, watch: Watch, *, is_new: bool) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, watch=watch)
    trial = None
    if form.is_bound and form.is_valid():
        wanted = form.watch()
        if "try" not in request.POST or not trying.may_try(wanted):
            if rules.set_rule(district, wanted, actor=request.user, note=form.cleaned_data["note"]) is None:
                messages.info(request, _("Nothing was changed."))
            else:
                messages.success(request, _("The rule is saved and holds from now on."))
            return redirect("alerts:rules")
        trial = trying.against_the_past(district, wanted, None if is_new else watch)
    context: dict[str, Any] = {
        "watch": watch,
        "form": form,
        "trial": trial,
        "days": trying.DAYS,
        "may_try": trying.may_try(watch),
        "is_new": is_new,
        "found": _told(request, trial.found, watch.kind) if trial is not None else [],
        "history": _ended(district, watch.code),
    }
    return render(request, "alerts/rule_edit.html", context, status=400 if form.is_bound and form.errors else 200)


def _told(request: UserRequest, found: list[Finding], kind: RuleKind) -> list[tuple[dt.date, str, str, int]]:
    """Return the day, the place, what it is about and the size of each, the latest first."""
    shown = sorted(found, key=lambda one: one.last_on, reverse=True)[:KEPT]
    names = dict(Grid.objects.filter(pk__in={one.node_id for one in shown}).values_list("pk", "name"))
    subjects = showing.subjects(shown, kind, standing_for(request.user))
    return [
        (one.last_on, names.get(one.node_id, ""), subject, one.size)
        for one, subject in zip(shown, subjects, strict=True)
    ]


def _period(request: UserRequest) -> tuple[RatesForm, Period]:
    """Return the form that says of when, and the period that it says."""
    today = timezone.localdate()
    usual = Period(today - dt.timedelta(days=USUAL_DAYS - 1), today)
    form = RatesForm(request.GET or {"length": "custom", **usual.query})
    return form, form.period(today)


def _ended(district: Grid, code: str = "") -> list[WarningRule]:
    """Return the newest rows of the district's rules, or of one of them."""
    rows = WarningRule.objects.filter(district=district).select_related("changed_by")
    rows = rows.filter(**({"code": code} if code else {}))
    return [row for row in rows.order_by("-valid_from", "-id")[:KEPT] if isinstance(row, WarningRule)]
