"""One receiver: how it is doing, its log, and what can be done about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from gateway import actions, stream
from gateway.forms import LogFilter, OverlapForm, SinceForm
from gateway.models import Delivery, Receiver
from gateway.views.receivers import found
from workorders.states import Move, OrderKind

NEWEST_FIRST = ("-event_id",)
PAGE = 25
MOST_COUNTED = 1000


@require_GET
def receiver(request: UserRequest, pk: int) -> HttpResponse:
    """Show its health and its log, newest move first."""
    shown, form = found(request, pk), LogFilter(request.GET)
    chosen = form.chosen()
    log = Delivery.objects.filter(receiver=shown.pk, **chosen).with_facts()
    context = {
        "receiver": shown,
        "moves": [Move(move).label for move in shown.moves],
        "kinds": [OrderKind(kind).label for kind in shown.kinds],
        "form": form,
        "page": keyset.page(request, log, NEWEST_FIRST, PAGE),
        "is_filtered": bool(chosen),
        "waiting": _waiting(shown),
        "most_counted": MOST_COUNTED,
        "overlap": OverlapForm(),
        "since": SinceForm(),
        "now": timezone.now(),
    }
    return render(request, "gateway/receiver.html", context)


def _waiting(shown: Receiver) -> int:
    """Count what is still to leave: what waits, and what has not been read yet; no further than MOST_COUNTED."""
    waiting = Delivery.objects.filter(receiver=shown.pk).open()[:MOST_COUNTED].count()
    return min(waiting + stream.unread_by(shown)[:MOST_COUNTED].count(), MOST_COUNTED)


@require_POST
def test(request: UserRequest, pk: int) -> HttpResponse:
    """Send a test and say what came of it."""
    found(request, pk)
    answer = actions.try_out(Receiver.objects.select_related("district").get(pk=pk), actor=request.user)
    facts = {"status": answer.status, "ms": round(answer.seconds * 1000)}
    if answer.failure is None:
        messages.success(request, _("The receiver took the test: %(status)s after %(ms)s ms.") % facts)
    else:
        code = f" ({answer.status})" if answer.status else ""
        messages.error(request, _("The test failed: %(why)s.") % {"why": f"{answer.failure.label}{code}"})
    return redirect("gateway:receiver", pk)


@require_POST
def pause(request: UserRequest, pk: int) -> HttpResponse:
    actions.pause(found(request, pk), actor=request.user)
    messages.success(request, _("Nothing leaves to this receiver until it is resumed."))
    return redirect("gateway:receiver", pk)


@require_POST
def resume(request: UserRequest, pk: int) -> HttpResponse:
    actions.resume(found(request, pk), actor=request.user)
    messages.success(request, _("Events leave again, what happened meanwhile first."))
    return redirect("gateway:receiver", pk)


@require_POST
def replay_since(request: UserRequest, pk: int) -> HttpResponse:
    """Send everything since a moment once more."""
    shown, form = found(request, pk), SinceForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["since"][0]))
        return redirect("gateway:receiver", pk)
    count = actions.replay_since(shown, actor=request.user, since=form.cleaned_data["since"])
    words = ngettext("%(count)s event leaves once more.", "%(count)s events leave once more.", count)
    messages.success(request, words % {"count": count})
    return redirect("gateway:receiver", pk)


@require_POST
def replay(request: UserRequest, pk: int) -> HttpResponse:
    """Send one delivery once more."""
    delivery = get_object_or_404(Delivery.objects.select_related("receiver"), pk=pk)
    found(request, delivery.receiver_id)
    actions.replay(delivery, actor=request.user)
    messages.success(request, _("The event leaves once more within a few seconds."))
    return redirect("gateway:receiver", delivery.receiver_id)
