"""The administrators' page of messages to residents: which ways work, what failed and why; no content."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.roles import Permission
from messaging import actions
from messaging.forms import MessageFilter
from messaging.models import Message
from messaging.showing import MessageShown, ways_of
from workorders.views.rules import district_of

NEEDS = Permission.MANAGE_RECEIVERS
PAGE = 50


@require_GET
def message_list(request: UserRequest) -> HttpResponse:
    """Show the ways and how each is doing, and below them the messages, newest first."""
    district, form = district_of(request, NEEDS), MessageFilter(request.GET)
    chosen = form.chosen()
    own = Message.objects.visible_to(request.user).filter(district=district)
    page = keyset.page(request, own.filter(**chosen).without_content(), ("-id",), PAGE)
    context = {
        "district": district,
        "ways": ways_of(own),
        "form": form,
        "is_filtered": bool(chosen),
        "page": page,
        "rows": [MessageShown(row) for row in page.rows],
        "now": timezone.now(),
    }
    return render(request, "messaging/messages.html", context)


@require_POST
def try_again(request: UserRequest, pk: int) -> HttpResponse:
    district_of(request, NEEDS)
    message = get_object_or_404(Message.objects.visible_to(request.user).without_content(), pk=pk)
    actions.try_again(message, actor=request.user)
    messages.success(request, _("The message is tried again within a few seconds."))
    return redirect("messaging:list")


@require_POST
def try_all_again(request: UserRequest, way: str) -> HttpResponse:
    """Try everything of one way that failed, and what waits for it."""
    count = actions.try_all_again(district_of(request, NEEDS), way, actor=request.user)
    words = ngettext("%(count)s message is tried again.", "%(count)s messages are tried again.", count)
    messages.success(request, words % {"count": count})
    return redirect("messaging:list")
