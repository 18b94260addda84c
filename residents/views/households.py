"""Pages of households: founding one in a house, one household with what may be changed in it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import UserRequest
from grids.errors import Refused
from grids.roles import Permission
from residents import actions
from residents.forms.households import (
    AddMemberForm,
    DissolveForm,
    EndMembershipForm,
    FormHouseholdForm,
    HeadForm,
    RelationsForm,
)
from residents.models import House, Household, Membership, Resident
from residents.views.people import asked_house, may_edit, only_with, refuse

RECORD = 30


def free_in(house: House) -> list[Resident]:
    """Return who lives in a house or is registered there, and is in no household."""
    elsewhere = Membership.objects.filter(resident=OuterRef("pk"), ended_on=None)
    belongs = Resident.objects.here().filter(Q(house=house) | Q(registered_house=house))
    return list(belongs.exclude(Exists(elsewhere)).order_by("pk")[:50])


@require_http_methods(["GET", "POST"])
def household_add(request: UserRequest) -> HttpResponse:
    """Found a household in the house `?house=`."""
    only_with(request, Permission.EDIT_REGISTERS)
    house = asked_house(request)
    if house is None:
        raise Http404
    form = FormHouseholdForm(request.POST or None, people=free_in(house))
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("head", "number", "day")}
            try:
                made = actions.form_household(house, actor=request.user, members=form.members(), **given)
            except (Refused, ValidationError) as error:
                status = refuse(form, error)
            else:
                messages.success(request, _("The household is in the register."))
                return redirect("residents:household", made.pk)
    return render(request, "residents/household_form.html", {"form": form, "house": house}, status=status)


@require_GET
def household(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


def _seen(request: UserRequest, pk: int) -> Household:
    rows = Household.objects.visible_to(request.user).select_related("house", "head")
    return get_object_or_404(rows, pk=pk)


def _mine(request: UserRequest, pk: int) -> Household:
    row = _seen(request, pk)
    if not may_edit(request, row.house):
        raise PermissionDenied(_("Your posts do not let you change the register there."))
    return row


def _members(row: Household) -> list[Membership]:
    open_ones = row.memberships.filter(ended_on=None).select_related("resident")
    return list(open_ones.order_by("kinship", "pk"))


def _page(request: UserRequest, row: Household, wrong: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    members = _members(row)
    offered: dict[str, forms.Form] = {}
    if row.ended_on is None and may_edit(request, row.house):
        offered = _offered(row, members) | (wrong or {})
    past = row.memberships.exclude(ended_on=None).select_related("resident").order_by("-ended_on", "-pk")
    context = {
        "household": row,
        "members": members,
        "past": list(past[:RECORD]),
        "record": list(row.events.select_related("actor").order_by("-id")[:RECORD]),
        "forms": offered,
        "wrong": next(iter(wrong), "") if wrong else "",
    }
    return render(request, "residents/household.html", context, status=status)


def _offered(row: Household, members: list[Membership]) -> dict[str, forms.Form]:
    free = free_in(row.house)
    found: dict[str, forms.Form] = {}
    if free:
        found["join"] = AddMemberForm(household=row, people=free)
    if len(members) > 1:
        found["relations"] = RelationsForm(household=row, members=members)
        found["head"] = HeadForm(household=row, members=members)
    found["end"] = EndMembershipForm(household=row, members=members)
    found["dissolve"] = DissolveForm(household=row)
    return found


@require_POST
def join(request: UserRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    form = AddMemberForm(request.POST, household=row, people=free_in(row.house))
    return _do(request, row, "join", form, lambda given: actions.add_member(row, actor=request.user, **given))


@require_POST
def relations(request: UserRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    form = RelationsForm(request.POST, household=row, members=_members(row))

    def act(given: dict[str, Any]) -> None:
        known = {name: given[name] for name in ("version", "number")}
        actions.set_relations(row, actor=request.user, relations=form.given(), **known)

    return _do(request, row, "relations", form, act)


@require_POST
def head(request: UserRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    form = HeadForm(request.POST, household=row, members=_members(row))
    return _do(request, row, "head", form, lambda given: actions.change_head(row, actor=request.user, **given))


@require_POST
def end(request: UserRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    form = EndMembershipForm(request.POST, household=row, members=_members(row))
    return _do(request, row, "end", form, lambda given: actions.end_membership(row, actor=request.user, **given))


@require_POST
def dissolve(request: UserRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    form = DissolveForm(request.POST, household=row)
    return _do(request, row, "dissolve", form, lambda given: actions.dissolve(row, actor=request.user, **given))


def _do(
    request: UserRequest, row: Household, name: str, form: forms.Form, act: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    status = 400
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except (Refused, ValidationError) as error:
            status = refuse(form, error)
        else:
            messages.success(request, _("The change is in the register."))
            return redirect("residents:household", row.pk)
    return _page(request, _seen(request, row.pk), {name: form}, status)
