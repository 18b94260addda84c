"""Deciding on an application, with the load of the workers in sight."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from admission import actions, load, meter
from admission.actions.deciding import changed, terms_of
from admission.facts import Terms
from admission.forms.decision import DecisionForm
from admission.forms.terms import TermsForm
from admission.models import Task
from admission.rules import check_move, decides
from admission.states import TaskMove
from admission.views.tasks import tasks_of
from grids.backends import standing_for
from workorders.forms.fields import add_errors

NAMES = {"nodes": "areas", "in_base": "in_base"}


@require_http_methods(["GET", "POST"])
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Show the load before and after; admit, admit with changes, or refuse.

    `?look=1` weighs other terms; what is then admitted are the terms that were weighed.
    """
    task = get_object_or_404(tasks_of(request), pk=pk)
    if not decides(task, standing_for(request.user)):
        raise PermissionDenied(_("Somebody else than the applicant decides, with a post that admits tasks."))
    check_move(task, TaskMove.ADMIT, standing_for(request.user))
    applied = terms_of(task)
    sent = request.POST if request.method == "POST" else request.GET if "look" in request.GET else None
    look = TermsForm(sent, root=task.unit.node, terms=applied, auto_id="look_%s")
    terms = look.terms() if look.is_bound and look.is_valid() else applied
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        root=task.unit.node,
        terms=terms,
        initial={"version": task.version},
    )
    if request.method == "POST" and _decided(request, task, form):
        return redirect(task)
    return _page(request, task, (look, form), terms, status=400 if request.method == "POST" else 200)


def _decided(request: UserRequest, task: Task, form: DecisionForm) -> bool:
    opinion, version = request.POST.get("opinion", "")[:1000], task.version
    if request.POST.get("version", "").isdecimal():
        version = int(request.POST["version"])
    try:
        if "refuse" in request.POST:
            actions.refuse(task, actor=request.user, opinion=opinion, version=version)
            messages.success(request, _("Refused. The applying unit is told, with your opinion."))
            return True
        if form.is_valid():
            actions.admit(task, actor=request.user, terms=form.terms(), opinion=opinion, version=version)
            messages.success(request, _("Admitted. The first round goes out on its day."))
            return True
    except ValidationError as error:
        form.is_valid()
        add_errors(form, error, NAMES)
    return False


def _page(
    request: UserRequest, task: Task, forms: tuple[TermsForm, DecisionForm], terms: Terms, *, status: int
) -> HttpResponse:
    found = load.measure(
        task.district_id,
        terms,
        minutes=task.minutes,
        allowed_value=task.allowed_value,
        allowed_unit=task.allowed_unit,
    )
    start = request.GET.get("from", "")
    kept = request.GET.copy()
    kept.pop("from", None)
    context: dict[str, Any] = {
        "query": f"{kept.urlencode()}&" if kept else "",
        "task": task,
        "look": forms[0],
        "form": forms[1],
        "is_changed": bool(changed(terms_of(task), terms)),
        "nodes": task.nodes.only("pk", "name", "lft").order_by("lft"),
        "fields": task.fields.all(),
        "meter": found,
        "buckets": meter.buckets(found),
        "rows": meter.rows(found, int(start) if start.isdecimal() and len(start) < 6 else 0),
        "weeks": load.WEEKS,
        "enough": load.ENOUGH_STATED,
        "efforts": meter.efforts(found.book),
    }
    return render(request, "admission/decide.html", context, status=status)
