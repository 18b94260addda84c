"""Acts on supervision orders: the form of each, and sending it. What is allowed stands in supervision/workflow.py."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from grids.backends import standing_for
from supervision import actions
from supervision.forms import ACT_PAGES, ISSUE_EFFECT, ActForm, ActPage, IssueForm
from supervision.models import SupervisionOrder
from supervision.states import OPEN, Act
from supervision.workflow import check_act, check_issue
from workorders.forms.fields import add_errors
from workorders.models import WorkOrder
from workorders.workflow import InvalidMove

CONFLICT = 409
NODES = ("district", "street", "community", "grid", "holder", "accountable_node")


def _order(request: UserRequest, pk: int) -> WorkOrder:
    orders = WorkOrder.objects.visible_to(request.user).with_nodes(*NODES)
    return get_object_or_404(orders.select_related("category__parent", "lead_unit", "accountable_unit"), pk=pk)


@require_http_methods(["GET", "POST"])
def issue(request: UserRequest, pk: int) -> HttpResponse:
    """Issue a supervision order on a work order, or the draft that waits there."""
    order = _order(request, pk)
    found = SupervisionOrder.objects.filter(order=order, state__in=OPEN).select_related("unit", "node").first()
    page = ActPage(IssueForm, actions.issue, "urgent", ISSUE_EFFECT)
    form = page.form(_sent(request), order=order, item=found, now=timezone.now())

    def check() -> None:
        check_issue(order, found, standing_for(request.user))

    return _answer(request, order, Act.ISSUE.label, page, form, check, lambda given: page.action(order, **given))


@require_http_methods(["GET", "POST"])
def act(request: UserRequest, pk: int, act: str) -> HttpResponse:
    """GET shows the act's form, POST does it. What is refused is said, with the form kept."""
    name = _named(act)
    page = ACT_PAGES[name]
    item = get_object_or_404(SupervisionOrder.objects.visible_to(request.user).with_names(), pk=pk)
    order = _order(request, item.order_id)
    item.order = order
    form = page.form(_sent(request), order=order, item=item, now=timezone.now())

    def check() -> None:
        check_act(item, name, standing_for(request.user))

    return _answer(request, item, name.label, page, form, check, lambda given: page.action(item, **given))


def _answer(
    request: UserRequest,
    subject: SupervisionOrder | WorkOrder,
    label: str | Promise,
    page: ActPage,
    form: ActForm,
    check: Callable[[], None],
    do: Callable[[dict[str, Any]], SupervisionOrder],
) -> HttpResponse:
    """Check, clean, act; a refusal keeps what was typed."""
    context = {"order": form.order, "item": form.item, "subject": subject, "label": label, "page": page, "form": form}
    try:
        check()
        if request.method == "POST" and form.is_valid():
            done = do({"actor": request.user, **form.arguments()})
            messages.success(request, _("Done: %(move)s.") % {"move": label})
            return redirect(done)
    except InvalidMove as refusal:
        if request.method == "GET":
            messages.error(request, str(refusal))
            return redirect(subject)
        return render(request, "supervision/act.html", context | {"refusal": str(refusal)}, status=CONFLICT)
    except ValidationError as error:
        add_errors(form, error)
    return render(request, "supervision/act.html", context, status=400 if form.is_bound else 200)


def _named(kebab: str) -> Act:
    try:
        name = Act(kebab.replace("-", "_"))
    except ValueError:
        raise Http404 from None
    if name not in ACT_PAGES or "_" in kebab:
        raise Http404
    return name


def _sent(request: UserRequest) -> Any:
    return request.POST if request.method == "POST" else None
