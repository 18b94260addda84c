"""A person moves, leaves, comes back, or is found entered twice: each a form of its own."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from grids.errors import Refused
from residents import actions, masking, person_page
from residents.forms.people import DoubleForm, LeaveForm, MoveForm, Registration, RegistrationForm, ReturnForm
from residents.models import Resident
from residents.views.people import mine, refuse


@require_http_methods(["GET", "POST"])
def move(request: UserRequest, pk: int) -> HttpResponse:
    """Let a person live in another house of one's area."""
    row = mine(request, pk)
    members = person_page.household_of(row)[1]
    form = MoveForm(request.POST or None, user=request.user, resident=row, members=members)

    def act(given: dict[str, Any]) -> None:
        registration = given.pop("registration")
        registered = {Registration.HERE: given["house"], Registration.ELSEWHERE: None}
        where = registered.get(registration, actions.KEEP)
        actions.move_house(row, actor=request.user, registered_house=where, **given)

    lead = _("%(name)s lives in another house from then on. The level above moves people into other areas.")
    texts = {"title": _("Move into another house"), "verb": _("Move house"), "done": _("The person has moved.")}
    return _do(request, row, form, act, lead=lead, **texts)


@require_http_methods(["GET", "POST"])
def registration(request: UserRequest, pk: int) -> HttpResponse:
    """Say in which house a person is registered, or that it is elsewhere."""
    row = mine(request, pk)
    form = RegistrationForm(request.POST or None, user=request.user, resident=row)

    def act(given: dict[str, Any]) -> None:
        actions.set_registered_house(row, actor=request.user, **given)

    lead = _("Where %(name)s lives does not change.")
    texts = {"title": _("Change the registration"), "verb": _("Save"), "done": _("The change is in the register.")}
    return _do(request, row, form, act, lead=lead, **texts)


@require_http_methods(["GET", "POST"])
def leave(request: UserRequest, pk: int) -> HttpResponse:
    """Take a person out who moved away or died."""
    row = mine(request, pk)
    form = LeaveForm(request.POST or None, resident=row, members=person_page.household_of(row)[1])

    def act(given: dict[str, Any]) -> None:
        actions.leave(row, actor=request.user, **given)

    lead = _("%(name)s is no longer in the lists. The entry can be taken up again.")
    texts = {"title": _("Moved away or died"), "verb": _("Take out of the register"), "done": _("It is recorded.")}
    return _do(request, row, form, act, lead=lead, **texts)


@require_http_methods(["GET", "POST"])
def come_back(request: UserRequest, pk: int) -> HttpResponse:
    """Take a person up again."""
    row = mine(request, pk)
    form = ReturnForm(request.POST or None, user=request.user, resident=row)

    def act(given: dict[str, Any]) -> None:
        actions.come_back(row, actor=request.user, **given)

    lead = _("%(name)s is in the register again, with the old entry and its record.")
    texts = {"title": _("Take up again"), "verb": _("Take up again"), "done": _("The person is in the register.")}
    return _do(request, row, form, act, lead=lead, **texts)


@require_http_methods(["GET", "POST"])
def double(request: UserRequest, pk: int) -> HttpResponse:
    """Strike an entry that repeats another of the same name nearby or of the same house."""
    row = mine(request, pk)
    form = DoubleForm(
        request.POST or None,
        resident=row,
        others=_alike(request, row),
        members=person_page.household_of(row)[1],
    )

    def act(given: dict[str, Any]) -> None:
        actions.mark_double(row, actor=request.user, **given)

    lead = _("This entry of %(name)s is struck. The other one stays as it is.")
    texts = {"title": _("Entered twice"), "verb": _("Strike this entry"), "done": _("The entry is struck.")}
    return _do(request, row, form, act, lead=lead, **texts)


def _alike(request: UserRequest, row: Resident) -> list[Resident]:
    """Return who has the same name in the street or lives in the same house."""
    here = Resident.objects.changeable_by(request.user).filter(gone="").exclude(pk=row.pk)
    found = list(here.filter(street=row.street_id, name=row.name).order_by("pk")[:20])
    if row.house_id is not None:
        known = [other.pk for other in found]
        found += list(here.filter(house=row.house_id).exclude(pk__in=known).order_by("pk")[:20])
    return found


def _do(
    request: UserRequest,
    row: Resident,
    form: forms.Form,
    act: Callable[[dict[str, Any]], None],
    *,
    title: str,
    lead: str,
    verb: str,
    done: str,
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                act(form.cleaned_data)
            except (Refused, ValidationError) as error:
                status = refuse(form, error)
            else:
                messages.success(request, done)
                return redirect(row)
    lead %= {"name": masking.name(row.name)}
    context = {"form": form, "title": title, "lead": lead, "verb": verb, "back": row.get_absolute_url()}
    return render(request, "residents/change_form.html", context, status=status)
