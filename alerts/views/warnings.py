"""The list of early warnings, one warning with what is behind it, and the two decisions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from alerts import actions, explaining, listing
from alerts.forms import ConfirmForm, DismissForm
from alerts.models import EarlyWarning
from alerts.states import State
from grids.backends import standing_for
from workorders import lists
from workorders.forms.fields import add_errors
from workorders.models import WorkOrder
from workorders.workflow import InvalidMove

CONFLICT, WRONG = 409, 400
may_decide = permission_required("alerts.confirm", raise_exception=True)


@require_GET
@may_decide
def warning_list(request: UserRequest) -> HttpResponse:
    """Show the warnings of one's area in one state, those that wait first."""
    asked = listing.read(request.GET)
    seen = asked.narrowed(EarlyWarning.objects.visible_to(request.user))
    counts = lists.counts({state.value: seen.filter(state=state) for state in State})
    page = keyset.page(request, asked.rows(request.user).with_names(), listing.NEWEST_FIRST)
    context: dict[str, Any] = {
        "tabs": [(state, lists.said(counts[state.value]), state == asked.tab) for state in State],
        "tab": asked.tab,
        "form": asked.form,
        "is_narrowed": bool(asked.narrowing),
        "page": page,
        "rows": listing.rows(page.rows, standing_for(request.user)),
        "query": request.GET.urlencode(),
    }
    return render(request, "alerts/list.html", context)


@require_GET
@may_decide
def detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show a warning: what was found, the figures behind it, what may be done."""
    return _shown(request, _found(request, pk))


@require_POST
@may_decide
def confirm(request: UserRequest, pk: int) -> HttpResponse:
    """Make an order of a warning."""
    warning = _found(request, pk)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        try:
            done = actions.confirm(warning, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except InvalidMove as refusal:
            return _shown(request, _found(request, pk), refusal=str(refusal))
        else:
            assert done.order is not None  # noqa: S101 - the action gives it one
            messages.success(request, _("Confirmed; it is order %(number)s now.") % {"number": done.order.number})
            return redirect(warning)
    return _shown(request, warning, confirming=form)


@require_POST
@may_decide
def dismiss(request: UserRequest, pk: int) -> HttpResponse:
    """Put a warning aside."""
    warning = _found(request, pk)
    form = DismissForm(request.POST)
    if form.is_valid():
        try:
            actions.dismiss(warning, actor=request.user, **form.cleaned_data)
        except InvalidMove as refusal:
            return _shown(request, _found(request, pk), refusal=str(refusal))
        messages.success(request, _("The warning is dismissed."))
        return redirect("alerts:list")
    return _shown(request, warning, dismissing=form)


@require_POST
@may_decide
def workbook(request: UserRequest) -> FileResponse:
    """Send the list as a workbook; that it was taken, and how much, stays in the audit log."""
    asked, now = listing.read(request.GET), timezone.now()
    file, count = listing.workbook(asked, request.user, now)
    detail = {"tab": asked.tab.value, "count": count} | dict(asked.narrowing)
    audit.record(request.user, "alerts.export_list", None, detail, request=request)
    name = f"warnings-{timezone.localtime(now):%Y%m%d-%H%M%S}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _found(request: UserRequest, pk: int) -> EarlyWarning:
    return get_object_or_404(EarlyWarning.objects.visible_to(request.user).with_names(), pk=pk)


def _shown(
    request: UserRequest,
    warning: EarlyWarning,
    *,
    confirming: ConfirmForm | None = None,
    dismissing: DismissForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    """Show the page of a warning, with the forms as they were sent where something is wrong with them."""
    who = standing_for(request.user)
    words = explaining.description(warning, who)
    start: dict[str, Any] = {"version": warning.version, "category": warning.category_id, "description": words}
    context: dict[str, Any] = {
        "warning": warning,
        "row": listing.rows([warning], who)[0],
        "lines": explaining.lines(warning),
        "history": explaining.history(warning),
        "list_url": explaining.list_url(warning, who),
        "counted": _counted(request, warning),
        "events": warning.events.select_related("actor").order_by("-id"),
        "confirming": confirming or ConfirmForm(None, initial=start, auto_id="confirm_%s"),
        "dismissing": dismissing or DismissForm(None, initial={"version": warning.version}, auto_id="dismiss_%s"),
        "refusal": refusal,
    }
    status = CONFLICT if refusal else WRONG if confirming or dismissing else 200
    return render(request, "alerts/detail.html", context, status=status)


def _counted(request: UserRequest, warning: EarlyWarning) -> list[WorkOrder]:
    """Return the reports of a repeated place that this person sees."""
    if not warning.evidence or warning.organisation_id is not None:
        return []
    seen = WorkOrder.objects.visible_to(request.user).filter(pk__in=warning.orders.values("pk"))
    named = seen.with_nodes("grid").select_related("category").defer("contact_name", "contact_phone", "routing")
    return list(named.order_by("-reported_at", "-id")[:50])
