"""The page of buildings and houses whose position lies in another grid than their own, and what to do about them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from grids.errors import Refused
from grids.roles import Permission
from residents import actions, misplaced
from residents.forms.places import PassForm
from residents.misplaced import Misplaced
from residents.models import Building
from residents.views.people import only_with


@require_http_methods(["GET", "POST"])
def misplaced_places(request: UserRequest) -> HttpResponse:
    """List them; those that are marked pass to the grid around their position, with the reason in their record."""
    only_with(request, Permission.EDIT_REGISTERS)
    form = PassForm(request.POST or None)
    rows = misplaced.found(request.user)
    if request.method == "POST" and form.is_valid():
        wanted = set(request.POST.getlist("row"))
        chosen = [one for one in rows if one.key in wanted and one.may_pass]
        _pass(request, chosen, form.cleaned_data["reason"])
        if len(chosen) < len(wanted):
            messages.warning(
                request, _("Some were changed meanwhile, or are not yours to move; look at the list again.")
            )
        if not wanted:
            messages.warning(request, _("Mark the places that are to pass."))
        return redirect("residents:misplaced")
    context: dict[str, Any] = {
        **{"rows": rows, "form": form, "is_cut": len(rows) == misplaced.SHOWN},
        "may_pass_any": any(one.may_pass for one in rows),
    }
    return render(request, "residents/misplaced.html", context, status=400 if form.errors else 200)


def _pass(request: UserRequest, chosen: list[Misplaced], reason: str) -> None:
    """Have each pass by itself, so that one that is refused holds up no other."""
    passed = 0
    for one in chosen:
        given: dict[str, Any] = {"actor": request.user, "grid": one.there, "reason": reason}
        try:
            if isinstance(one.place, Building):
                actions.edit_building(one.place, **given)
            else:
                actions.edit_house(one.place, **given)
            passed += 1
        except Refused as refused:
            messages.error(request, f"{one.place}: {refused}")
    if passed:
        words = ngettext("%(count)d place passed to its grid.", "%(count)d places passed to their grids.", passed)
        messages.success(request, words % {"count": passed})
