"""The list of answers that somebody has to bring to their requester: by phone, by letter, after a failed message."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from hotline import actions, telling
from hotline.models import Request
from hotline.views.requests import check_may

LONGEST_WAITING_FIRST = ("answered_at", "id")


@require_GET
def to_tell(request: UserRequest) -> HttpResponse:
    """List them for the desk, the longest waiting first."""
    check_may(request, Permission.INTAKE)
    rows = telling.waiting(standing_for(request.user)).select_related("grid").defer("text", "platform_row")
    page = keyset.page(request, rows, LONGEST_WAITING_FIRST, 25)
    return render(request, "hotline/to_tell.html", {"page": page, "now": timezone.now()})


@require_POST
def told(request: UserRequest, pk: int) -> HttpResponse:
    """Keep that a requester was told the answer."""
    matter = get_object_or_404(Request.objects.visible_to(request.user), pk=pk)
    actions.tell(matter, actor=request.user)
    messages.success(request, _("It is kept that the requester has the answer."))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else matter.get_absolute_url())
