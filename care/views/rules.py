"""What a district decides: frequencies, which reasons are used, orange and red on or off; counts; who looked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import UserRequest
from care import actions, counts, frequencies, looks, switches
from care.forms import FrequencyForm, TurnOnForm, month
from care.models import Frequency, TierSwitch
from care.models.rules import SUBJECTS
from care.tiers import HEIGHTENED, Tier, reasons
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import PostFacts
from workorders.views.rules import district_of
from workorders.workflow import InvalidMove

KEPT = 30


@require_GET
def settings(request: UserRequest) -> HttpResponse:
    return _page(request, district_of(request, Permission.MANAGE_CARE))


@require_POST
@transaction.atomic
def save_frequencies(request: UserRequest) -> HttpResponse:
    """Keep the numbers that differ, each as a new row."""
    district = district_of(request, Permission.MANAGE_CARE)
    form = FrequencyForm(request.POST, subjects=_subjects(district))
    if not form.is_valid():
        return _page(request, district, frequencies_form=form, status=400)
    for subject, days in form.cleaned_data.items():
        frequencies.change(district, subject, days, actor=request.user)
    messages.success(request, _("The frequencies are saved and hold from now on."))
    return redirect("care:settings")


@require_POST
@transaction.atomic
def save_reasons(request: UserRequest) -> HttpResponse:
    """Use the reasons that are ticked, and no others."""
    district = district_of(request, Permission.MANAGE_CARE)
    used = set(request.POST.getlist("used"))
    for code in reasons():
        actions.switch_reason(district, code, actor=request.user, is_used=code in used)
    messages.success(request, _("The reasons in use are saved."))
    return redirect("care:settings")


@require_POST
def turn_on(request: UserRequest) -> HttpResponse:
    """Ask to turn orange or red on."""
    district = district_of(request, Permission.MANAGE_CARE)
    form = TurnOnForm(request.POST)
    tier = request.POST.get("tier", "")
    try:
        if form.is_valid():
            actions.ask_to_turn_on(district, tier, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Asked; another person has to confirm it."))
            return redirect("care:settings")
        refusal = _("State the basis.")
    except (InvalidMove, ValidationError) as error:
        refusal = " ".join(getattr(error, "messages", [str(error)]))
    return _page(request, district, refusal=refusal, status=400)


@require_POST
def confirm(request: UserRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, actions.confirm_turning_on, _("The tier is on from now on."))


@require_POST
def turn_off(request: UserRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, actions.turn_off, _("The tier is off."))


@require_GET
def counts_page(request: UserRequest) -> HttpResponse:
    """Show how many are in which tier in one's area, small numbers hidden."""
    district = district_of(request, Permission.APPROVE_TIER)
    post = min(standing_for(request.user).nodes(Permission.APPROVE_TIER), key=lambda post: post.lft)
    found = counts.of(district)
    rows = _streets(found, district) if post.kind == Kind.DISTRICT else _communities(found, post)
    context = {
        "district": district,
        "total": _cells(found.district) if post.kind == Kind.DISTRICT else None,
        "rows": [(node, _cells(shown)) for node, shown in rows],
        "tiers": [Tier(tier) for tier in found.tiers],
    }
    return render(request, "care/counts.html", context)


@require_GET
def looks_page(request: UserRequest) -> HttpResponse:
    """Show who looked at orange and red tiers in a month, and how often; whose tiers is not said."""
    district = district_of(request, Permission.VIEW_LOOKS)
    when = month(request.GET.get("month"), timezone.localdate())
    context = {"district": district, "month": when, "lookers": looks.report(district, when)}
    return render(request, "care/looks.html", context)


def _switch(request: UserRequest, pk: int, action: Any, done: str) -> HttpResponse:
    district = district_of(request, Permission.MANAGE_CARE)
    switch = get_object_or_404(TierSwitch.objects.filter(district=district), pk=pk)
    try:
        action(switch, actor=request.user)
        messages.success(request, done)
        return redirect("care:settings")
    except InvalidMove as error:
        return _page(request, district, refusal=str(error), status=409)


def _page(
    request: UserRequest,
    district: Grid,
    *,
    frequencies_form: FrequencyForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    open_ones = TierSwitch.objects.filter(district=district, ended_at=None).select_related("asked_by", "confirmed_by")
    by_tier = {row.tier: row for row in open_ones}
    unused = switches.unused_reasons(district.pk)
    past = TierSwitch.objects.filter(district=district, ended_at__isnull=False).select_related("asked_by", "ended_by")
    ended = Frequency.objects.filter(district=district, valid_to__isnull=False).select_related("changed_by")
    context = {
        "district": district,
        "frequencies_form": frequencies_form or FrequencyForm(None, subjects=_subjects(district)),
        "switches": [(tier, by_tier.get(tier)) for tier in Tier if tier in HEIGHTENED],
        "turn_on_form": TurnOnForm(None),
        "reasons": [(Tier(r.tier), r, r.code not in unused) for r in reasons().values()],
        "past_switches": past.order_by("-ended_at")[:KEPT],
        "ended": ended.order_by("-valid_to", "-id")[:KEPT],
        "refusal": refusal,
    }
    return render(request, "care/settings.html", context, status=status)


def _subjects(district: Grid) -> dict[str, tuple[str, int | None]]:
    days = frequencies.of(district.pk)
    return {name: (str(label), days[name]) for name, label in SUBJECTS}


def _cells(shown: counts.Shown) -> list[tuple[Tier, int | None]]:
    return [(Tier(tier), number) for tier, number in shown.items()]


def _streets(found: counts.Counts, district: Grid) -> list[tuple[Grid, counts.Shown]]:
    nodes = Grid.objects.filter(pk__in=found.streets).defer("boundary", "duties").order_by("lft")
    return [(node, found.streets[node.pk]) for node in nodes]


def _communities(found: counts.Counts, post: PostFacts) -> list[tuple[Grid, counts.Shown]]:
    below = {pk: shown for rows in found.communities.values() for pk, shown in rows.items()}
    nodes = Grid.objects.filter(tree_id=post.tree_id, lft__range=(post.lft, post.rght), kind=Kind.COMMUNITY)
    rows = nodes.filter(pk__in=below).defer("boundary", "duties").order_by("lft")
    return [(node, below[node.pk]) for node in rows]
