"""Pages of service tiers: what waits, proposing one, one grant with what may be done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from care import actions, looks, sight, switches
from care.forms import DecideForm, ProposeForm
from care.models import TierGrant
from care.querysets import GrantQuerySet
from care.showing import proposable
from care.tiers import LADDERS, REVIEW_BEFORE, GrantState
from grids.backends import standing_for
from grids.roles import Permission
from grids.standing import Standing
from residents import masking
from residents.models import Resident
from workorders.forms.fields import add_errors
from workorders.workflow import InvalidMove

CONFLICT = 409


class Tab(models.TextChoices):
    """What of one's own work is open; there is no list of who is in which tier."""

    DECIDE = "decide", gettext_lazy("Waiting for my decision")
    MINE = "mine", gettext_lazy("My proposals")
    ENDING = "ending", gettext_lazy("Ending soon")


@require_GET
def grants(request: UserRequest) -> HttpResponse:
    """List what waits for this person's decision, what they proposed, and which tiers end soon."""
    who = standing_for(request.user)
    if not who.has(Permission.PROPOSE_TIER):
        raise PermissionDenied(_("None of your posts opens this page."))
    tab = request.GET.get("tab", "")
    tab = tab if tab in Tab.values else (Tab.DECIDE if who.has(Permission.APPROVE_TIER) else Tab.MINE)
    sort = ("ends_on", "id") if tab == Tab.ENDING else ("proposed_at", "id")
    page = keyset.page(
        request, _rows(tab, who).select_related("resident__community", "resident__grid", "proposed_by"), sort
    )
    looks.note(who.user_id, page.rows, request)
    for grant in page.rows:
        grant.shown_name = masking.name(grant.resident.name)  # type: ignore[attr-defined]
    context = {"page": page, "tab": tab, "tabs": list(Tab), "may_count": who.has(Permission.APPROVE_TIER)}
    return render(request, "care/grants.html", context)


def _rows(tab: str, who: Standing) -> GrantQuerySet:
    if tab == Tab.DECIDE:
        return TierGrant.objects.to_decide(who)
    if tab == Tab.MINE:
        return TierGrant.objects.waiting().filter(proposed_by=who.user_id)
    return TierGrant.objects.ending_by(timezone.localdate() + REVIEW_BEFORE).known_to(who)


@require_http_methods(["GET", "POST"])
def propose(request: UserRequest, resident: int) -> HttpResponse:
    """Propose a tier for a resident whom one sees."""
    who = standing_for(request.user)
    if not who.has(Permission.PROPOSE_TIER):
        raise PermissionDenied(_("None of your posts lets you propose this tier here."))
    rows = Resident.objects.visible_to(request.user).here().select_related("house", "grid", "community")
    person = get_object_or_404(rows, pk=resident)
    tiers = proposable(person, who)
    data = request.POST if request.method == "POST" else None
    form = ProposeForm(data, tiers=tiers, unused=switches.unused_reasons(person.district_id))
    refusal, status = "", 200
    if data is not None:
        status = 400
        try:
            if form.is_valid():
                actions.propose(person, actor=request.user, **form.arguments())
                messages.success(request, _("It is proposed; who decides has been told."))
                return redirect(person)
        except InvalidMove as error:
            refusal, status = str(error), CONFLICT
        except ValidationError as error:
            add_errors(form, error, {"tier": "reason_code"})
    context = {"form": form, "person": person, "shown_name": masking.name(person.name), "refusal": refusal}
    return render(request, "care/propose.html", context, status=status)


@require_GET
def grant(request: UserRequest, pk: int) -> HttpResponse:
    """Show one grant to whoever is to know of it."""
    return _page(request, _known(request, pk))


@require_POST
def approve(request: UserRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.approve, _("Your approval is kept."))


@require_POST
def refuse(request: UserRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.refuse, _("It is refused; the proposer has been told."))


@require_POST
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.withdraw, _("The proposal is taken back."))


@require_POST
def revoke(request: UserRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.revoke, _("The tier is revoked."))


def _known(request: UserRequest, pk: int) -> TierGrant:
    rows = TierGrant.objects.visible_to(request.user).select_related("resident__community", "resident__grid")
    found: TierGrant = get_object_or_404(rows, pk=pk)
    return found


def _act(request: UserRequest, pk: int, action: Callable[..., Any], done: str) -> HttpResponse:
    item = _known(request, pk)
    form = DecideForm(request.POST)
    try:
        if form.is_valid():
            action(item, actor=request.user, **form.cleaned_data)
            messages.success(request, done)
            return redirect(item)
        refusal, status = _("Look at it again, then decide."), 400
    except InvalidMove as error:
        refusal, status = str(error), CONFLICT
    except ValidationError as error:
        refusal, status = " ".join(error.messages), 400
    return _page(request, _known(request, pk), refusal, request.POST.get("words", ""), status)


def _page(request: UserRequest, item: TierGrant, refusal: str = "", words: str = "", status: int = 200) -> HttpResponse:
    who, ladder = standing_for(request.user), LADDERS[item.tier]
    looks.note(who.user_id, [item], request)
    decides = sight.may_approve(item.resident, who, ladder.approves | ladder.seconds)
    context = {
        "grant": item,
        "shown_name": masking.name(item.resident.name),
        "steps": item.steps.select_related("actor").order_by("id"),
        "form": DecideForm(None, initial={"version": item.version, "words": words}),
        "may_decide": TierGrant.objects.to_decide(who).filter(pk=item.pk).exists(),
        "may_withdraw": item.state == GrantState.PROPOSED and item.proposed_by_id == who.user_id,
        "may_revoke": item.state == GrantState.IN_FORCE and decides,
        "needs_two": bool(ladder.seconds),
        "refusal": refusal,
    }
    return render(request, "care/grant.html", context, status=status)
