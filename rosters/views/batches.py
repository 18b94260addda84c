"""The list of rosters, bringing one in, and its page: whatever step it is at, the same address."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from accounts.tables.refusals import UnreadableTable
from rosters import actions, showing
from rosters.errors import InvalidRoster
from rosters.forms import UploadForm, kinds_for
from rosters.models import Batch
from rosters.states import State


@require_GET
def batches(request: UserRequest) -> HttpResponse:
    """Show the rosters of one's areas, newest first, with the step that each is at."""
    _check_any(request)
    seen = Batch.objects.visible_to(request.user).select_related("node", "uploader")
    return render(request, "rosters/list.html", {"page": keyset.page(request, seen, ("-id",))})


@require_http_methods(["GET", "POST"])
def upload(request: UserRequest) -> HttpResponse:
    """Take a file in, and go on to its columns; what is wrong with it is said at the file."""
    _check_any(request)
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            return redirect(
                actions.upload(
                    actor=request.user,
                    node=given["node"],
                    kind=given["kind"],
                    file_name=given["file"].name,
                    content=given["file"],
                    now=timezone.now(),
                    sheet=given["sheet"],
                )
            )
        except (UnreadableTable, InvalidRoster) as error:
            form.add_error("file", str(error))
    status = 400 if request.method == "POST" else 200
    return render(
        request, "rosters/upload.html", {"form": form, "kinds": showing.kinds(kinds_for(request.user))}, status=status
    )


@require_GET
def batch(request: UserRequest, pk: int) -> HttpResponse:
    """Show a roster: columns to match, progress, what is wrong and what differs, or what became of it."""
    return page_of(request, seen_batch(request, pk))


@require_GET
def progress(request: UserRequest, pk: int) -> HttpResponse:
    """Answer how far the running step is, asked every two seconds; the page is loaded anew once it has ended."""
    item = seen_batch(request, pk)
    response = render(request, "rosters/_progress.html", {"batch": item})
    if not item.is_running:
        response["HX-Refresh"] = "true"
    return response


def page_of(request: UserRequest, item: Batch, *, form: Any = None, status: int = 200) -> HttpResponse:
    """Show the page of a roster; `form` is the one that was filled in wrongly."""
    context: dict[str, Any] = {"batch": item, "steps": showing.steps(item)}
    if item.state == State.UPLOADED:
        context["form"] = form or showing.match_form(item, request.user)
    elif not item.is_running:
        context |= showing.findings(item) | {"form": form or showing.decide_form(item)}
    return render(request, "rosters/batch.html", context, status=status)


def seen_batch(request: UserRequest, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.visible_to(request.user).select_related("node", "uploader"), pk=pk)


def _check_any(request: UserRequest) -> None:
    if not kinds_for(request.user):
        raise PermissionDenied(_("None of your posts lets you bring in rosters."))
