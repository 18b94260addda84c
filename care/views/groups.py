"""Entering residents into care groups and ending it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from care import actions
from care.forms import EndForm, EnterForm
from care.models import CareMembership
from care.views.tiers import CONFLICT
from grids.backends import standing_for
from grids.roles import Permission
from residents import masking, sight
from residents.models import Resident
from workorders.forms.fields import add_errors
from workorders.workflow import InvalidMove


@require_http_methods(["GET", "POST"])
def enter(request: UserRequest, resident: int) -> HttpResponse:
    """Enter a resident whom one may change into a group."""
    rows = Resident.objects.visible_to(request.user).here()
    person = get_object_or_404(rows, pk=resident)
    _may_edit(request, person)
    data = request.POST if request.method == "POST" else None
    form = EnterForm(data, initial={"started_on": timezone.localdate()})
    refusal, status = "", 200
    if data is not None:
        status = 400
        try:
            if form.is_valid():
                actions.enter_membership(person, actor=request.user, **form.cleaned_data)
                messages.success(request, _("The resident is in the group."))
                return redirect(person)
        except InvalidMove as error:
            refusal, status = str(error), CONFLICT
        except ValidationError as error:
            add_errors(form, error)
    return _form(request, form, person, _("Enter into a care group"), refusal, status)


@require_http_methods(["GET", "POST"])
def end(request: UserRequest, pk: int) -> HttpResponse:
    """End a membership with a day."""
    rows = CareMembership.objects.visible_to(request.user).present().select_related("resident")
    item = get_object_or_404(rows, pk=pk)
    _may_edit(request, item.resident)
    data = request.POST if request.method == "POST" else None
    form = EndForm(data, initial={"ended_on": timezone.localdate()})
    refusal, status = "", 200
    if data is not None:
        status = 400
        try:
            if form.is_valid():
                actions.end_membership(item, actor=request.user, **form.cleaned_data)
                messages.success(request, _("The membership ends."))
                return redirect(item.resident)
        except InvalidMove as error:
            refusal, status = str(error), CONFLICT
        except ValidationError as error:
            add_errors(form, error)
    title = _("End: %(group)s") % {"group": item.get_group_display()}
    return _form(request, form, item.resident, title, refusal, status)


def _may_edit(request: UserRequest, person: Resident) -> None:
    if not sight.may(standing_for(request.user), Permission.EDIT_REGISTERS, person.path_ids):
        raise PermissionDenied(_("Your posts do not let you change the registers here."))


def _form(
    request: UserRequest, form: EnterForm | EndForm, person: Resident, title: str, refusal: str, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "person": person,
        "shown_name": masking.name(person.name),
        "title": title,
        "refusal": refusal,
    }
    return render(request, "care/group_form.html", context, status=status)
