"""The call-back desk: the queue, one call, and what follows where somebody is dissatisfied."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from hotline import actions, call_lists, rules
from hotline.actions.calling import is_unhappy
from hotline.call_lists import CallTab
from hotline.call_querysets import had_a_hand
from hotline.calling import LowReason, MeasureKey
from hotline.forms.calling import CallForm, WordsForm
from hotline.models import CallBack, QueuedCall, Request
from hotline.states import CallState, RequestState
from hotline.views.requests import check_may
from residents.errors import NotPossible, Stale
from workorders import lists
from workorders.forms.fields import add_errors

SORTS = {CallTab.DUE: ("answered_at", "id"), CallTab.LATER: ("answered_at", "id")}
NEWEST = ("-answered_at", "-id")


@require_GET
def queue(request: UserRequest) -> HttpResponse:
    """Show whom to call: now, later, whose dissatisfaction is to be decided on, and what is done."""
    check_may(request, Permission.CALL_BACK)
    who, now = standing_for(request.user), timezone.now()
    sets = {name.value: call_lists.tab(name, who, now) for name in CallTab}
    counts = lists.counts(sets, rough={CallTab.DONE.value})
    here = request.GET.get("tab", "")
    here = here if here in sets else CallTab.DUE.value
    rows = sets[here].select_related("category", "grid", "community", "queued_call__claimed_by").without_private()
    context: dict[str, Any] = {
        "tabs": [(t, lists.said(counts[t.value], rough=t == CallTab.DONE), t.value == here) for t in CallTab],
        "tab": here,
        "page": keyset.page(request, rows, SORTS.get(CallTab(here), NEWEST)),
        "may_set": who.has(Permission.MANAGE_RULES),
        "now": now,
    }
    return render(request, "hotline/call_backs.html", context)


@require_POST
def next_call(request: UserRequest) -> HttpResponse:
    """Open the nearest call that nobody else has opened."""
    check_may(request, Permission.CALL_BACK)
    who, now = standing_for(request.user), timezone.now()
    free = call_lists.due(who, now).free_for(who, now).order_by("matter__answered_at", "matter_id")
    for pk in free.values_list("matter_id", flat=True)[:10]:
        try:
            actions.claim_call(pk, actor=request.user, now=now)
        except NotPossible:  # a colleague was quicker
            continue
        return redirect("hotline:call", pk)
    messages.info(request, _("Nobody is to be called now."))
    return redirect("hotline:call-backs")


@require_POST
def claim(request: UserRequest, pk: int) -> HttpResponse:
    """Open one call: nobody else gets it for a while."""
    matter = _callable(request, pk)
    actions.claim_call(matter, actor=request.user)
    return redirect("hotline:call", matter.pk)


@require_POST
def release(request: UserRequest, pk: int) -> HttpResponse:
    """Put a call back into the queue."""
    actions.release_call(_callable(request, pk), actor=request.user)
    return redirect("hotline:call-backs")


@require_http_methods(["GET", "POST"])
def call(request: UserRequest, pk: int) -> HttpResponse:
    """Show whom to call, what about and what to ask; take down how it went."""
    matter = _callable(request, pk)
    form = CallForm(request.POST if request.method == "POST" else None, initial={"version": matter.version})
    refusal, status = "", 200
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                return _record(request, matter, form)
        except Stale as error:
            refusal, status = str(error), 409
        except ValidationError as error:
            add_errors(form, error)
    return _call_page(request, matter, form, refusal, status)


def _record(request: UserRequest, matter: Request, form: CallForm) -> HttpResponse:
    given = form.cleaned_data
    done = actions.record_call(
        matter, actor=request.user, outcome=given["outcome"], said=form.said(), version=given["version"]
    )
    messages.success(request, _said(done))
    if "redo" in request.POST and is_unhappy(done):
        note = given["note"] or str(LowReason(given["reason"]).label if given["reason"] else done.get_solved_display())
        actions.redo(done, actor=request.user, note=note)
        messages.success(request, _("It is being done again."))
        return redirect("hotline:call-backs")
    if done.call_state == CallState.REACHED and is_unhappy(done) and done.state == RequestState.ANSWERED:
        return redirect("hotline:call", done.pk)
    return next_call(request) if "next" in request.POST else redirect("hotline:call-backs")


def _said(matter: Request) -> str:
    if matter.state == RequestState.CLOSED:
        return _("Kept. The request is closed.")
    if matter.call_state == CallState.QUEUED:
        return _("Kept. It comes back into the queue after the pause.")
    return _("Kept.")


def _callable(request: UserRequest, pk: int) -> Request:
    """Return a request that this person may call; 403 where they had a hand in it, 404 where it is out of sight."""
    check_may(request, Permission.CALL_BACK)
    who = standing_for(request.user)
    seen = Request.objects.visible_to(request.user).select_related("category", "grid", "order__lead_unit")
    matter = get_object_or_404(seen, pk=pk)
    if Request.objects.filter(had_a_hand(who, prefix=""), pk=pk).exists():
        raise PermissionDenied(_("Whoever handled the matter or wrote its reply does not call back about it."))
    if not any(post.node_id in matter.path_ids for post in who.nodes(Permission.CALL_BACK)):
        raise Http404
    return matter


def _call_page(request: UserRequest, matter: Request, form: CallForm, refusal: str, status: int) -> HttpResponse:
    entry = QueuedCall.objects.filter(matter=matter).select_related("claimed_by").first()
    now = timezone.now()
    is_theirs = (
        entry is not None
        and entry.claimed_by_id not in {None, request.user.pk}
        and bool(entry.claimed_until and entry.claimed_until > now)
    )
    context: dict[str, Any] = {
        "matter": matter,
        "entry": entry,
        "is_theirs": is_theirs,
        "is_early": entry is not None and entry.next_at > now,
        "form": form,
        "words": WordsForm(None, initial={"version": matter.version}),
        "refusal": refusal,
        "drawn": CallBack.objects.filter(matter=matter, round=matter.reopen_count).first(),
        "calls": matter.calls.select_related("actor").order_by("-id")[:10],
        "tries": rules.measures(matter.district_id)[MeasureKey.CALL_TRIES].value,
        "is_unhappy": entry is None and matter.state == RequestState.ANSWERED and is_unhappy(matter),
        "now": now,
    }
    return render(request, "hotline/call.html", context, status=status)


@require_POST
def close(request: UserRequest, pk: int) -> HttpResponse:
    """Close a request whose requester is dissatisfied, with the reason."""
    return _decide(request, pk, actions.close, _("The request is closed."))


@require_POST
def redo(request: UserRequest, pk: int) -> HttpResponse:
    """Have the matter done again: its order goes back to whoever answers for it."""
    return _decide(request, pk, actions.redo, _("It is being done again."))


def _decide(request: UserRequest, pk: int, act: Callable[..., Request], words: str) -> HttpResponse:
    matter, form = _callable(request, pk), WordsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason."))
        return redirect("hotline:call", pk)
    act(matter, actor=request.user, note=form.cleaned_data["note"], version=form.cleaned_data["version"])
    messages.success(request, words)
    return redirect("hotline:call-backs")
