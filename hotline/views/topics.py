"""Pages of hot topics: the ranking, one topic, and what the desk does with it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from hotline.actions import topics as acts
from hotline.forms.topics import HandleForm, PutInForm, RenameForm, SpanForm
from hotline.models import Request, Topic
from hotline.topics.querysets import Span
from hotline.views.requests import check_may
from residents.errors import NotPossible
from workorders.forms.fields import add_errors
from workorders.forms.report import reporting_area
from workorders.workflow import InvalidMove

SHOWN = 100
CONFLICT = 409


@require_GET
def topics(request: UserRequest) -> HttpResponse:
    """Rank the topics of a period by how often they were asked, or by how much more than before."""
    check_may(request, Permission.VIEW_REQUESTS)
    form = SpanForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    days, by = chosen.get("days") or 7, chosen.get("by") or "now"
    span = Span(timezone.now(), days)
    context = {
        "rows": list(Topic.objects.visible_to(request.user).ranked(span, by)),
        "form": SpanForm(initial={"days": days, "by": by}),
        "span": span,
    }
    return render(request, "hotline/topics.html", context)


@require_GET
def topic(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


def _seen(request: UserRequest, pk: int) -> Topic:
    seen = Topic.objects.visible_to(request.user).select_related("community", "order", "district")
    return get_object_or_404(seen, pk=pk)


def _page(
    request: UserRequest, found: Topic, forms_given: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    members = Request.objects.visible_to(request.user).filter(topic=found).newest_first().without_private()
    rows = list(members.select_related("grid", "community", "order")[:SHOWN])
    works = standing_for(request.user).has_at(Permission.INTAKE, found.district_id) and found.dismissed_at is None
    waiting = [m for m in rows if m.closed_at is None and m.answered_at is None and m.order_id != found.order_id]
    context: dict[str, Any] = {
        "topic": found,
        "rows": rows,
        "more": members.count() - len(rows) if len(rows) == SHOWN else 0,
        "works": works,
        "now": timezone.now(),
        "waiting": len(waiting) if found.order_id else len([m for m in rows if m.closed_at is None]),
    }
    if works:
        start = {"version": found.version}
        context |= {
            "rename_form": RenameForm(initial=start | {"title": found.title}),
            "put_in_form": PutInForm(),
            "handle_form": HandleForm(offered=reporting_area(standing_for(request.user)), initial=start),
        } | (forms_given or {})
    return render(request, "hotline/topic.html", context, status=status)


@require_POST
def rename(request: UserRequest, pk: int) -> HttpResponse:
    return _do(request, pk, "rename_form", RenameForm(request.POST), acts.rename, _("The topic has its new subject."))


@require_POST
def put_in(request: UserRequest, pk: int) -> HttpResponse:
    """Put a request, named by its number, into the topic."""
    form = PutInForm(request.POST)

    def act(found: Topic, *, actor: Any, number: str) -> Topic:
        matter = Request.objects.visible_to(actor).filter(number=number.strip()).first()
        if matter is None:
            raise ValidationError({"number": _("There is no request of this number that you may see.")})
        return acts.take_in(found, matter, actor=actor)

    return _do(request, pk, "put_in_form", form, act, _("The request is in the topic."))


@require_POST
def take_out(request: UserRequest, pk: int, matter: int) -> HttpResponse:
    """Take one request out."""
    item = get_object_or_404(Request.objects.visible_to(request.user), pk=matter)

    def act(found: Topic, *, actor: Any) -> Topic:
        return acts.take_out(found, item, actor=actor)

    return _do(request, pk, "", forms.Form(request.POST), act, _("The request was taken out."))


@require_POST
def dismiss(request: UserRequest, pk: int) -> HttpResponse:
    return _do(request, pk, "", forms.Form(request.POST), acts.dismiss, _("The topic was dismissed."))


@require_POST
def handle(request: UserRequest, pk: int) -> HttpResponse:
    """Let one order stand for all."""
    form = HandleForm(request.POST, offered=reporting_area(standing_for(request.user)))
    done = _("One order now stands for all; its answer reaches each requester.")
    return _do(request, pk, "handle_form", form, acts.handle_as_one, done)


def _do(
    request: UserRequest, pk: int, name: str, form: forms.Form, act: Callable[..., Topic], done: str
) -> HttpResponse:
    """Make the act and go back to the topic; what is refused is said there with what was typed."""
    if not standing_for(request.user).has(Permission.INTAKE):
        raise PermissionDenied(_("Only the hotline's desk works on hot topics."))
    found = _seen(request, pk)
    status = 400
    if form.is_valid():
        try:
            act(found, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except (NotPossible, InvalidMove) as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT
        else:
            messages.success(request, done)
            still_seen = Topic.objects.visible_to(request.user).filter(pk=pk).exists()
            return redirect("hotline:topic", pk) if still_seen else redirect("hotline:topics")
    if not name:
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
        return redirect("hotline:topic", pk)
    return _page(request, found, {name: form}, status)
