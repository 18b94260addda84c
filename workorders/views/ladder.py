"""The ladders that overdue orders climb: their steps, and changing them."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import UserRequest
from workorders import rule_changes
from workorders.forms.fields import add_errors
from workorders.forms.rules import StepForm
from workorders.models import EscalationStep
from workorders.states import Urgency
from workorders.views.rules import district_of

KEPT = 50
LADDERS = ("", *Urgency.values)


@require_GET
def ladder(request: UserRequest) -> HttpResponse:
    """Show the steps in force, the general ladder first, and the steps that held before."""
    district = district_of(request)
    found = EscalationStep.objects.filter(district=district).select_related("changed_by").order_by("position")
    rows = cast("list[EscalationStep]", list(found))
    ladders = []
    for urgency in LADDERS:
        steps = [step for step in rows if step.valid_to is None and step.urgency == urgency]
        label = Urgency(urgency).label if urgency else _("All orders without a ladder of their own")
        ladders.append({"urgency": urgency, "label": label, "steps": steps, "next": len(steps)})
    ended = sorted((step for step in rows if step.valid_to), key=lambda step: str(step.valid_to), reverse=True)
    return render(request, "workorders/ladder.html", {"district": district, "ladders": ladders, "ended": ended[:KEPT]})


@require_http_methods(["GET", "POST"])
def edit(request: UserRequest) -> HttpResponse:
    """Change a step, or add one at the top."""
    district = district_of(request)
    urgency, position = _named(request.GET)
    steps = {step.position: step for step in rule_changes.steps_in_force(district, urgency)}
    if position not in steps and position != max(steps, default=-1) + 1:
        raise Http404
    step = steps.get(position)
    initial = {name: getattr(step, name) for name in StepForm.base_fields} if step is not None else {}
    form = StepForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            rule_changes.set_step(district, urgency, position, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The step is saved. It holds for orders accepted from now on."))
            return redirect("workorders:ladder")
    words = Urgency(urgency).label if urgency else ""
    context: dict[str, Any] = {"form": form, "position": position, "step": step, "urgency": words}
    return render(request, "workorders/step_edit.html", context, status=400 if form.is_bound else 200)


@require_POST
def remove(request: UserRequest) -> HttpResponse:
    """Take the top step off."""
    district = district_of(request)
    urgency, position = _named(request.POST)
    try:
        rule_changes.remove_step(district, urgency, position, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The step is removed."))
    return redirect("workorders:ladder")


def _named(query: QueryDict) -> tuple[str, int]:
    """Read which step of which ladder is meant; anything else is not found."""
    urgency, position = query.get("urgency", ""), query.get("position", "")
    if urgency not in LADDERS or not (position.isascii() and position.isdigit() and len(position) < 4):
        raise Http404
    return urgency, int(position)
