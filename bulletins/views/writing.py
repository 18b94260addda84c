"""Working on briefings: composing, writing, naming recipients, publishing, withdrawing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest
from bulletins import access, recipients, rules
from bulletins.actions import composing, publishing
from bulletins.actions import writing as actions
from bulletins.forms import STALE, RecipientsForm, RulesForm, SectionsForm, WithdrawForm
from bulletins.models import Bulletin
from bulletins.views.reading import compose_form, seen
from grids.errors import Refused
from grids.roles import Permission
from residents.errors import Stale
from residents.views.people import CONFLICT
from workorders.forms.fields import add_errors
from workorders.views.rules import district_of


@require_http_methods(["GET", "POST"])
@permission_required(Permission.WRITE_BULLETINS.value, raise_exception=True)
def compose(request: UserRequest) -> HttpResponse:
    """Compose the briefing asked for and open it; one that is there is opened."""
    form = compose_form(request, request.POST if request.method == "POST" else None)
    try:
        if form.is_bound and form.is_valid():
            moment = timezone.now()
            item = composing.compose(**form.cleaned_data, actor=request.user, now=moment)
            if item.composed_at < moment:
                messages.info(request, _("This briefing was composed already; here it is."))
            return redirect(item)
    except ValidationError as error:
        add_errors(form, error)
    return render(request, "bulletins/compose.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Write a draft: a text area for each section, the figures beside it.

    What somebody else wrote in the meantime is brought together with what was sent; once more, where they saved between
    that and the writing.
    """
    item = _draft(request, pk)
    form = SectionsForm(request.POST if request.method == "POST" else None, item=item)
    status = 400 if form.is_bound else 200
    try:
        if form.is_bound and form.is_valid():
            actions.edit(item, actor=request.user, **form.arguments())
            messages.success(request, _saved(form))
            return redirect(item if "done" in request.POST else request.path)
        status = CONFLICT if form.has_error(NON_FIELD_ERRORS, STALE) else status
    except Stale:
        return edit(request, pk)
    except ValidationError as error:
        names = {section["key"]: f"text_{section['key']}" for section in item.sections}
        add_errors(form, error, names)
    except Refused as error:
        status = CONFLICT
        form.add_error(None, str(error))
    context = {
        "item": item,
        "form": form,
        "recipients_form": RecipientsForm(groups=recipients.choices(item.node)),
        "deliveries": item.deliveries.select_related("user").order_by("pk")[:500],
    }
    return render(request, "bulletins/edit.html", context, status=status)


def _saved(form: SectionsForm) -> str:
    if form.is_merged:
        return _("The briefing is saved, together with what somebody else wrote meanwhile.")
    return _("The briefing is saved.")


def _draft(request: UserRequest, pk: int) -> Bulletin:
    item = seen(request, pk)
    access.check_writes(request.user, item.node)
    if not item.is_draft:
        raise PermissionDenied(_("A published briefing does not change."))
    return item


@require_POST
def recompute(request: UserRequest, pk: int) -> HttpResponse:
    """Count a draft's figures anew; what was written stays."""
    return _do(request, pk, composing.recompute, _("The figures are counted anew; what was written stays."))


@require_POST
def publish(request: UserRequest, pk: int) -> HttpResponse:
    return _do(request, pk, publishing.publish, _("The briefing is published and on its way."))


@require_POST
def discard(request: UserRequest, pk: int) -> HttpResponse:
    _do(request, pk, composing.discard, _("The draft is thrown away."))
    return redirect("bulletins:list")


@require_POST
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Withdraw a published briefing, with a reason."""
    item, form = seen(request, pk), WithdrawForm(request.POST)
    if form.is_valid():
        publishing.withdraw(item, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The briefing is withdrawn; whoever got it is told."))
    else:
        access.check_publishes(request.user, item.node)
        messages.error(request, _("Say why, in at most 500 characters."))
    return redirect(item)


@require_POST
def add_recipients(request: UserRequest, pk: int) -> HttpResponse:
    """Add people by name and by group."""
    item = seen(request, pk)
    access.check_writes(request.user, item.node)
    form = RecipientsForm(request.POST, groups=recipients.choices(item.node))
    if form.is_valid():
        found, unclear = recipients.of_names(item.node, form.cleaned_data["names"])
        found += recipients.of_groups(item.node, form.cleaned_data["groups"])
        count = actions.name_recipients(item, actor=request.user, users=list(dict.fromkeys(found)))
        if count:
            words = ngettext("%(n)s person added.", "%(n)s people added.", count)
            messages.success(request, words % {"n": count})
        elif not unclear:
            messages.info(request, _("Nobody was added: choose people who are not named yet."))
        if unclear:
            words = _("Nobody of the district, or several, have these names: %(names)s")
            messages.warning(request, words % {"names": "、".join(unclear)})
    return redirect("bulletins:edit", pk)


@require_POST
def drop_recipients(request: UserRequest, pk: int) -> HttpResponse:
    """Take people off the list."""
    item = seen(request, pk)
    keys = [int(key) for key in request.POST.getlist("user") if key.isascii() and key.isdigit() and len(key) < 12]
    count = actions.drop_recipients(item, actor=request.user, users=keys)
    messages.success(request, ngettext("%(n)s person removed.", "%(n)s people removed.", count) % {"n": count})
    return redirect("bulletins:edit", pk)


@require_http_methods(["GET", "POST"])
def rules_page(request: UserRequest) -> HttpResponse:
    """Show and change how the district's briefings are made."""
    district = district_of(request)
    present = rules.of(district.tree_id)
    form = RulesForm(request.POST if request.method == "POST" else None, present=present)
    if form.is_bound and form.is_valid():
        rules.change(district, form.wanted(), actor=request.user)
        messages.success(request, _("The rule is saved and holds from now on."))
        return redirect("bulletins:rules")
    context = {"form": form, "district": district, "history": rules.ended(district.pk)}
    return render(request, "bulletins/rules.html", context, status=400 if form.is_bound else 200)


def _do(request: UserRequest, pk: int, action: Callable[..., Any], done: str) -> HttpResponse:
    item = seen(request, pk)
    version = request.POST.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    action(item, actor=request.user, version=number)
    messages.success(request, done)
    return redirect(item)
