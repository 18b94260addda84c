"""The receivers of events: the list, adding, changing, removing, and their secrets."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import UserRequest
from gateway import actions
from gateway.forms import OverlapForm, ReceiverForm
from gateway.models import Receiver
from workorders.views.rules import district_of


def found(request: UserRequest, pk: int) -> Receiver:
    """Return a receiver that this person keeps; 403 without the permission, 404 for another district's."""
    district_of(request, actions.KEEPS)
    seen = Receiver.objects.visible_to(request.user).without_secrets().select_related("district")
    return get_object_or_404(seen, pk=pk)


@require_GET
def receivers(request: UserRequest) -> HttpResponse:
    """Show the receivers and how each is doing; there are never many (gateway/actions.py)."""
    district = district_of(request, actions.KEEPS)
    rows = Receiver.objects.visible_to(request.user).without_secrets().with_open_count().order_by("district", "name")
    return render(request, "gateway/receivers.html", {"rows": rows, "district": district})


@sensitive_variables("receiver")
@require_http_methods(["GET", "POST"])
def add(request: UserRequest) -> HttpResponse:
    """Register one; the answer to the POST itself shows the secret, so that it is shown once."""
    district = district_of(request, actions.KEEPS)
    form = ReceiverForm(request.POST or None, instance=Receiver(district=district))
    if request.method == "POST" and form.is_valid():
        receiver = actions.add(district, actor=request.user, fields=form.cleaned_data)
        return render(request, "gateway/secret.html", {"receiver": receiver, "is_new": True})
    return _form(request, form, {"district": district})


@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    receiver = found(request, pk)
    form = ReceiverForm(request.POST or None, instance=found(request, pk))
    if request.method == "POST" and form.is_valid():
        actions.edit(receiver, actor=request.user, fields=form.cleaned_data)
        messages.success(request, _("The receiver is saved."))
        return redirect("gateway:receiver", pk)
    return _form(request, form, {"receiver": receiver})


def _form(request: UserRequest, form: ReceiverForm, more: dict[str, Any]) -> HttpResponse:
    status = 400 if form.is_bound else 200
    return render(request, "gateway/receiver_form.html", {"form": form, **more}, status=status)


@require_POST
def remove(request: UserRequest, pk: int) -> HttpResponse:
    actions.remove(found(request, pk), actor=request.user)
    messages.success(request, _("The receiver is removed."))
    return redirect("gateway:receivers")


@sensitive_variables("receiver")
@require_POST
def secret(request: UserRequest, pk: int) -> HttpResponse:
    """Make a new secret and show it in the answer, once."""
    receiver, form = found(request, pk), OverlapForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for how long the former secret is to sign too."))
        return redirect("gateway:receiver", pk)
    receiver = actions.change_secret(receiver, actor=request.user, overlap=form.overlap)
    return render(request, "gateway/secret.html", {"receiver": receiver})


@require_POST
def secret_end(request: UserRequest, pk: int) -> HttpResponse:
    """Stop signing with the former secret."""
    actions.end_former_secret(found(request, pk), actor=request.user)
    messages.success(request, _("Only the newest secret signs now."))
    return redirect("gateway:receiver", pk)
