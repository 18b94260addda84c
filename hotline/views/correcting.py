"""Correct a request whose order is under way: what the order does not hold."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from grids.errors import Refused
from grids.roles import Permission
from hotline import actions
from hotline.forms.correcting import CorrectForm
from hotline.models import Request
from hotline.states import RequestState
from hotline.views.requests import check_may
from workorders.forms.fields import add_errors


@require_http_methods(["GET", "POST"])
def correct(request: UserRequest, pk: int) -> HttpResponse:
    """Show and take corrections; what still waits at the desk is corrected there."""
    check_may(request, Permission.INTAKE)
    matter = get_object_or_404(Request.objects.visible_to(request.user), pk=pk)
    if matter.state == RequestState.RECEIVED:
        return redirect("hotline:desk-request", pk=pk)
    form = CorrectForm(request.POST) if request.method == "POST" else CorrectForm.of(matter)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(matter, actor=request.user, changes=form.changes, version=form.cleaned_data["version"])
        except ValidationError as error:
            add_errors(form, error, {})
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Corrected."))
            return redirect(matter)
    return render(request, "hotline/correct.html", {"matter": matter, "form": form})
