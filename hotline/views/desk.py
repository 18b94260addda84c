"""The intake desk: the form, what stands beside it, the queue, and the sure ones that go together."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.errors import Refused
from grids.models import Grid, Kind
from grids.roles import Permission
from hotline import actions, looking, seeing
from hotline.actions import desk as at_desk
from hotline.forms.desk import DeskForm
from hotline.models import Request
from hotline.querysets import in_area
from hotline.states import AT_THE_DESK, RequestState
from hotline.views.requests import check_may
from workorders.forms.fields import add_errors
from workorders.workflow import InvalidMove

QUEUE = 12
FORM_NAMES = {"grid": "grid_other", "into": "join", "order": "join"}


def district_of(request: UserRequest) -> Grid:
    """Return the district at whose desk the person works: that of their first post there."""
    posts = standing_for(request.user).nodes(Permission.INTAKE)
    if not posts:
        raise PermissionDenied(_("Your posts do not open this page."))
    district: Grid = Grid.objects.defer("boundary").get(tree_id=posts[0].tree_id, kind=Kind.DISTRICT)
    return district


def waiting(request: UserRequest) -> Any:
    """Return what waits at the person's desk, the nearest deadline first."""
    area = in_area(standing_for(request.user), Permission.INTAKE)
    rows = Request.objects.at_the_desk().filter(area).select_related("grid", "community", "category", "claimed_by")
    return rows.without_private().defer("grid__boundary", "community__boundary").order_by("due_at", "id")


@require_http_methods(["GET", "POST"])
def desk(request: UserRequest) -> HttpResponse:
    """Take down what somebody says on the phone or at the counter."""
    form = DeskForm(request.POST or None, request.FILES or None, district=district_of(request))
    return _answer(request, form, None)


@require_http_methods(["GET", "POST"])
def desk_request(request: UserRequest, pk: int) -> HttpResponse:
    """Open a request that waits; from then on the others see that somebody has it."""
    district = district_of(request)
    seen = Request.objects.visible_to(request.user).select_related("category", "grid", "micro", "community", "street")
    matter = get_object_or_404(seen.prefetch_related("photos"), pk=pk)
    if matter.state != RequestState.RECEIVED:
        return redirect(matter)
    is_mine = actions.claim(matter, actor=request.user)
    seeing.note(request.user, matter, request)
    form = DeskForm(request.POST or None, district=district, matter=matter)
    return _answer(request, form, matter, is_mine=is_mine)


def _answer(request: UserRequest, form: DeskForm, matter: Request | None, *, is_mine: bool = True) -> HttpResponse:
    """Do what was asked, or show the form, with what bears on it once something stands in it."""
    verb, done = request.POST.get("act", ""), None
    if verb in at_desk.Verb.values and form.is_valid():
        done = _settle(form, at_desk.Verb(verb), request, matter)
    if done is not None:
        _say(request, done)
        return redirect("hotline:desk")
    context = _beside(request, form, matter)
    if form.is_bound and verb not in at_desk.Verb.values:
        form = _as_typed(request, form)
    context |= {
        "form": form,
        "matter": matter,
        "is_mine": is_mine,
        "verbs": at_desk.Verb,
        "direct_kinds": ",".join(sorted(AT_THE_DESK)),
        "queue": list(waiting(request)[: QUEUE + 1]),
        "most": QUEUE,
        "now": timezone.now(),
    }
    status = 400 if form.is_bound and form.errors and verb in at_desk.Verb.values else 200
    return render(request, "hotline/desk.html", context, status=status)


def _as_typed(request: UserRequest, form: DeskForm) -> DeskForm:
    """Return the form as it was typed, without complaints, and with the suggestion that was pressed."""
    typed = request.POST.dict()
    key, _colon, rank = request.POST.get("suggested", "").partition(":")
    if key:
        typed |= {"category": key, "suggestion_rank": rank}
    return DeskForm(district=form.district, matter=form.matter, start=typed)


def _beside(request: UserRequest, form: DeskForm, matter: Request | None) -> dict[str, Any]:
    if form.is_bound:
        form.is_valid()
        given = getattr(form, "cleaned_data", {})
    elif matter is not None:
        given = {name: getattr(matter, name) for name in ("text", "title", "address", "requester_phone", "category")}
        given["node"] = (
            (matter.micro or matter.grid or matter.community or matter.street) if matter.is_located else None
        )
    else:
        given = {}
    who, now = standing_for(request.user), timezone.now()
    beside = looking.look(given, matter, form.district, who, now)
    chosen = given["node"].pk if given.get("node") else None
    if chosen is None and beside.found.is_sure and beside.found.best is not None:
        chosen = beside.found.best.grid_id
    return {"beside": beside, "chosen_grid": chosen, "chosen_join": given.get("join", ""), "now": now}


@require_POST
def look(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Show what bears on a half filled form. By POST: it holds phones and addresses."""
    district, matter = district_of(request), None
    if pk is not None:
        seen = Request.objects.visible_to(request.user).select_related(
            "category", "grid", "micro", "community", "street"
        )
        matter = get_object_or_404(seen, pk=pk)
    form = DeskForm(request.POST, district=district, matter=matter)
    return render(request, "hotline/_beside.html", _beside(request, form, matter) | {"form": form, "matter": matter})


def _settle(form: DeskForm, verb: at_desk.Verb, request: UserRequest, matter: Request | None) -> Request | None:
    """Do it; None when something is wrong, which the form then says."""
    given = form.cleaned_data
    decision = at_desk.Decision(verb, given["answer"], given["snippet"], given["join"], given["reason"], given["note"])
    try:
        if matter is not None:
            version = given["version"]
            return at_desk.go_on(matter, form.changes(), decision, actor=request.user, version=version)
        return at_desk.take_down(
            form.district,
            form.asked(),
            decision,
            actor=request.user,
            client_uuid=given["client_uuid"],
            photos=given["photos"],
        )
    except ValidationError as error:
        add_errors(form, error, FORM_NAMES)
    except (Refused, InvalidMove) as refusal:
        form.add_error(None, str(refusal))
    return None


def _say(request: UserRequest, matter: Request) -> None:
    number, order = matter.number, matter.order
    if matter.state == RequestState.DISPATCHED and order is not None:
        words = _("%(number)s went out as %(order)s; it is due %(when)s.")
        when = timezone.localtime(matter.due_at).strftime("%Y-%m-%d %H:%M") if matter.due_at else "—"
        messages.success(request, words % {"number": number, "order": order.number, "when": when})
    elif matter.state == RequestState.RECEIVED:
        messages.success(request, _("%(number)s is kept and waits at the desk.") % {"number": number})
    else:
        state = matter.get_state_display()
        messages.success(request, _("%(number)s: %(state)s.") % {"number": number, "state": state})


@require_POST
def next_one(request: UserRequest) -> HttpResponse:
    """Open the waiting request with the nearest deadline that nobody has open."""
    check_may(request, Permission.INTAKE)
    after = request.POST.get("after", "")
    found = actions.claim_next(actor=request.user, after=int(after) if after.isdecimal() else None)
    if found is None:
        messages.info(request, _("Nothing waits that nobody has open."))
        return redirect("hotline:desk")
    return redirect("hotline:desk-request", found.pk)


@require_http_methods(["GET", "POST"])
def ready(request: UserRequest) -> HttpResponse:
    """Show the waiting requests whose grid is sure and whose category is known, and dispatch those that were picked."""
    check_may(request, Permission.INTAKE)
    rows = waiting(request).filter(is_located=True, category__isnull=False)
    if request.method == "POST":
        _dispatch_picked(request)
        return redirect("hotline:desk-ready")
    context = {"rows": list(rows[: at_desk.MOST]), "now": timezone.now()}
    return render(request, "hotline/ready.html", context)


def _dispatch_picked(request: UserRequest) -> None:
    pairs = [value.partition(":") for value in request.POST.getlist("pick")]
    picked = {int(pk): int(version) for pk, _colon, version in pairs if pk.isdecimal() and version.isdecimal()}
    seen = set(waiting(request).filter(pk__in=picked).values_list("pk", flat=True))
    batch = at_desk.dispatch_several({pk: picked[pk] for pk in picked if pk in seen}, {}, actor=request.user)
    if batch.sent:
        words = ngettext("%(count)d request went out.", "%(count)d requests went out.", batch.sent)
        messages.success(request, words % {"count": batch.sent})
    for number, why in batch.refused:
        messages.warning(request, f"{number}: {why}")
    if not batch.sent and not batch.refused:
        messages.info(request, _("Nothing was picked."))
