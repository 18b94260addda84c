"""What a worker sees of tasks: the list of what is open, and the form of one grid."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from admission import actions
from admission.forms.filling import FillForm
from admission.models import Assignment
from admission.querysets import AssignmentQuerySet
from grids.backends import standing_for
from workorders.forms.fields import add_errors
from workorders.models import WorkOrder
from workorders.states import Move
from workorders.workflow import check_move


def shown(found: AssignmentQuerySet) -> AssignmentQuerySet:
    """Join what a card of an assignment shows, without the outlines."""
    joined = found.select_related("task__unit", "round", "order", "grid", "community", "worker")
    return joined.defer("grid__boundary", "grid__duties", "community__boundary", "community__duties")


@require_GET
def mine(request: UserRequest) -> HttpResponse:
    """List what lies with this person, the oldest round first."""
    page = keyset.page(request, shown(Assignment.objects.held_by(request.user)), ("id",))
    return render(request, "admission/mine.html", {"page": page, "now": timezone.now()})


@require_http_methods(["GET", "POST"])
def fill(request: UserRequest, pk: int) -> HttpResponse:
    """Show the form of one grid and take it in; whoever else sees the order reads what was filled in."""
    orders = WorkOrder.objects.visible_to(request.user)
    item = get_object_or_404(shown(Assignment.objects.filter(order__in=orders.values("pk"))), pk=pk)
    if item.handed_in_at is not None or item.is_dropped:
        return redirect(item.order)
    check_move(item.order, Move.SUBMIT_RESULT, None)
    if item.order.assignee_id != request.user.pk:
        raise PermissionDenied(_("This task lies with somebody else."))
    check_move(item.order, Move.SUBMIT_RESULT, standing_for(request.user))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FillForm(*sent, questions=list(item.task.fields.all()), version=item.order.version)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            actions.hand_in(item, actor=request.user, filled=form.filled(), version=version)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Handed in: %(place)s.") % {"place": item.grid.name})
            return redirect("admission:mine")
    status = 400 if request.method == "POST" else 200
    context = {"item": item, "form": form, "now": timezone.now()}
    return render(request, "admission/fill.html", context, status=status)
