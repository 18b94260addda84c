"""Pages of replies: writing one, the list of those to review, one review."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from hotline import actions, reviewing, showing_replies
from hotline.forms.replies import ApproveForm, DraftForm, ReturnForm
from hotline.models import Reply
from hotline.states import ReplyState
from hotline.views.requests import check_may
from workorders.models import WorkOrder

OLDEST_FIRST = ("id",)


@require_http_methods(["GET", "POST"])
def write(request: UserRequest, pk: int) -> HttpResponse:
    """Write the reply of an order; it then waits for its review."""
    order = get_object_or_404(WorkOrder.objects.visible_to(request.user).select_related("category"), pk=pk)
    if not reviewing.may_draft(order, standing_for(request.user)):
        raise PermissionDenied(_("The reply is written by who handles the order, while it is in hand."))
    draft = Reply.objects.filter(order=order, state=ReplyState.DRAFT).first()
    initial = {"text": draft.text, "version": draft.version} if draft else {"text": showing_replies.first_words(order)}
    form = DraftForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _done(form, lambda: actions.draft(order, actor=request.user, text=given["text"], version=given["version"])):
            messages.success(request, _("The reply is written; now somebody else reviews it."))
            return redirect(order.get_absolute_url())
    text = form.data.get("text", "") if form.is_bound else str(initial["text"])
    context = {"order": order, "form": form, "draft": draft, "findings": showing_replies.findings(text)}
    context |= {"reach": showing_replies.reach(order), "returned": _returned(order)}
    return render(request, "hotline/reply_write.html", context, status=400 if form.is_bound else 200)


def _returned(order: WorkOrder) -> Reply | None:
    """Return the last reply of an order where it came back."""
    last = Reply.objects.filter(order=order).select_related("reviewed_by").order_by("-id").first()
    return last if last is not None and last.state == ReplyState.RETURNED else None


def _done(form: forms.Form, act: Any) -> bool:
    """Do it; put what is wrong with a field to that field."""
    try:
        act()
    except ValidationError as error:
        for name, words in error.message_dict.items():
            form.add_error(name if name in form.fields else None, words)
        return False
    return True


@require_GET
def replies(request: UserRequest) -> HttpResponse:
    """List the replies that wait for this person's review, the longest waiting first."""
    check_may(request, Permission.HANDLE)
    rows = Reply.objects.to_review_by(standing_for(request.user)).select_related(
        "order__category", "order__grid", "drafted_by", "unit"
    )
    page = keyset.page(request, rows, OLDEST_FIRST)
    return render(request, "hotline/replies.html", {"page": page, "now": timezone.now()})


def _found(request: UserRequest, pk: int) -> Reply:
    seen = Reply.objects.visible_to(request.user).filter(order__isnull=False)
    return get_object_or_404(seen.select_related("order__category", "order__grid", "drafted_by", "unit"), pk=pk)


@require_GET
def reply(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _page(
    request: UserRequest, shown: Reply, approving: ApproveForm | None = None, returning: ReturnForm | None = None
) -> HttpResponse:
    """Show one reply, with the check's findings, and where this person reviews it the two forms."""
    order = cast("WorkOrder", shown.order)
    may = reviewing.may_review(shown, order, standing_for(request.user))
    started = {"version": shown.version, "text": shown.text}
    text = approving.data.get("text", shown.text) if approving is not None else shown.text
    context: dict[str, Any] = {
        "reply": shown,
        "order": order,
        "findings": showing_replies.findings(text),
        "reach": showing_replies.reach(order),
        "may_review": may,
        "has_result": order.state in reviewing.APPROVED_IN,
        "approving": approving or ApproveForm(initial=started),
        "returning": returning or ReturnForm(initial=started),
    }
    status = 400 if approving is not None or returning is not None else 200
    return render(request, "hotline/reply.html", context, status=status)


@require_POST
def approve(request: UserRequest, pk: int) -> HttpResponse:
    """Approve it and send it to all who asked."""
    shown, form = _found(request, pk), ApproveForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        if _done(form, lambda: actions.approve(shown, actor=request.user, **given)):
            messages.success(request, _("The answer is on its way to all who asked."))
            return redirect("hotline:replies")
    return _page(request, shown, approving=form)


@require_POST
def send_back(request: UserRequest, pk: int) -> HttpResponse:
    """Return it to who wrote it."""
    shown, form = _found(request, pk), ReturnForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        if _done(form, lambda: actions.send_back(shown, actor=request.user, **given)):
            messages.success(request, _("The reply went back to who wrote it."))
            return redirect("hotline:replies")
    return _page(request, shown, returning=form)
