"""Pages of people: the list of an area, one person, entering somebody, changing their entry."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from grids import panels
from grids.backends import standing_for
from grids.errors import Refused
from grids.forms.fields import say_what_stands_there
from grids.roles import Permission
from residents import actions, lists, person_page, sight
from residents.errors import AlreadyThere, NotPossible, Stale
from residents.forms.people import AddForm, EditForm, PeopleFilter, PersonFields, Presence
from residents.models import House, Resident
from residents.models.placed import Placed
from residents.querysets import ResidentQuerySet

SORT = ("name", "id")
CONFLICT = 409
SUGGESTED = 20


def only_with(request: HttpRequest, permission: Permission) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def may_edit(request: UserRequest, row: Placed) -> bool:
    return sight.may(standing_for(request.user), Permission.EDIT_REGISTERS, row.path_ids)


def seen(request: UserRequest, pk: int) -> Resident:
    """Return a person whom the asker may see (else 404), with their houses and facts."""
    rows = person_page.people_in_full(Resident.objects.visible_to(request.user))
    return get_object_or_404(rows, pk=pk)


def mine(request: UserRequest, pk: int) -> Resident:
    """Return a person whose entry the asker may change (else 403)."""
    row = seen(request, pk)
    if not may_edit(request, row):
        raise PermissionDenied(_("Your posts do not let you change the register there."))
    return row


@require_GET
def people(request: UserRequest) -> HttpResponse:
    """List the people of one's area by name; names and homes are masked."""
    only_with(request, Permission.VIEW_REGISTERS)
    form = PeopleFilter(request.GET or None, user=request.user)
    form.is_valid()
    asked: dict[str, Any] = getattr(form, "cleaned_data", {})
    rows = _narrowed(Resident.objects.visible_to(request.user), asked)
    parts = lists.parts(rows, standing_for(request.user), asked.get("node"))
    page = keyset.page(request, rows.select_related("house", "grid"), SORT, branches=parts, is_private=True)
    context = {
        "form": form,
        "page": page,
        "is_gone": asked.get("shown") == Presence.GONE,
        "may_add": request.user.has_perm(Permission.EDIT_REGISTERS),
        "is_narrowed": is_narrowed(form),
        "has_grids": len({row.grid_id for row in page.rows}) > 1,
    }
    return render(request, "residents/people.html", context)


def is_narrowed(form: forms.Form) -> bool:
    """Say whether the filter of a list asks for less than the list shows by itself."""
    return any(form[name].value() not in {None, "", Presence.HERE} for name in form.fields)


def _narrowed(rows: ResidentQuerySet, asked: dict[str, Any]) -> ResidentQuerySet:
    rows = rows.exclude(gone="") if asked.get("shown") == Presence.GONE else rows.here()
    if asked.get("node"):
        rows = rows.within(asked["node"])
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    return rows.filter(house__use=asked["use"]) if asked.get("use") else rows


@require_GET
def person(request: UserRequest, pk: int) -> HttpResponse:
    """Show a person with their home, household, former homes and record."""
    rows = person_page.people_in_full(Resident.objects.visible_to(request.user))
    row = get_object_or_404(person_page.with_organisations(rows), pk=pk)
    members, others = person_page.everybody(row)
    record = person_page.record_of(row)
    context: dict[str, Any] = {
        "person": row,
        "members": members,
        "others": others,
        "former_homes": person_page.former_homes(record, request.user),
        "record": record,
        "panels": panels.rendered(request, row),
        "may_edit": may_edit(request, row) and row.anonymised_at is None,
    }
    return render(request, "residents/person.html", context)


@require_http_methods(["GET", "POST"])
def person_add(request: UserRequest) -> HttpResponse:
    """Enter somebody, into the house `?house=` where it is said."""
    only_with(request, Permission.EDIT_REGISTERS)
    house = asked_house(request)
    households = list(house.households.open().select_related("head").order_by("pk")) if house is not None else []
    form = AddForm(request.POST or None, user=request.user, house=house, households=households)
    context: dict[str, Any] = {"form": form, "house": house, "title": _("Enter a person")}
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                if "ask" in request.POST:
                    return _ask_for(request, form)
                made = actions.add_resident(actor=request.user, details=form.details(), **form.where())
            except (Refused, ValidationError) as error:
                status, context["there"] = refuse(form, error), there(error)
                context["may_ask"] = is_elsewhere(error) and form.where()["house"] is not None
            else:
                messages.success(request, _("The person is in the register."))
                return redirect(f"{request.path}?house={house.pk}" if house and "again" in request.POST else made)
    return render(request, "residents/person_form.html", context, status=status)


def _ask_for(request: UserRequest, form: AddForm) -> HttpResponse:
    """Ask the community that keeps the entry to hand it over to the house of the form; raises Refused."""
    where = form.where()
    if where["house"] is None:
        raise NotPossible(_("Only where somebody lives can ask for their registration."), field="lives")
    made = actions.ask_handover(
        actor=request.user,
        identity_number=form.cleaned_data["identity_number"],
        house=where["house"],
        is_registered_there=where["registered_house"] is not None,
    )
    messages.success(request, _("The other community has been asked."))
    return redirect(made)


def is_elsewhere(error: Exception) -> bool:
    return isinstance(error, AlreadyThere) and error.is_elsewhere


def asked_house(request: UserRequest) -> House | None:
    """Return the house `?house=`, which must be the asker's to change (404, 403); None where none is said."""
    key = request.GET.get("house", "")
    if not key:
        return None
    house = get_object_or_404(House.objects.visible_to(request.user), pk=key if key.isascii() and key.isdigit() else 0)
    if not may_edit(request, house):
        raise PermissionDenied(_("Your posts do not let you change the register there."))
    return house


@require_http_methods(["GET", "POST"])
def person_edit(request: UserRequest, pk: int) -> HttpResponse:
    row = mine(request, pk)
    form: PersonFields = EditForm(request.POST or None, resident=row)
    context: dict[str, Any] = {"form": form, "person": row, "title": _("Change the entry")}
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            version = form.cleaned_data["version"]
            try:
                actions.edit_resident(row, actor=request.user, details=form.details(), version=version)
            except (Refused, ValidationError) as error:
                status, context["there"] = refuse(form, error), there(error)
            else:
                messages.success(request, _("The change is in the register."))
                return redirect(row)
    return render(request, "residents/person_form.html", context, status=status)


def refuse(form: forms.Form, error: Refused | ValidationError) -> int:
    """Say at its field what an action refused; returns the status of the answer.

    Where somebody else changed the entry meanwhile, what stands there now is said beside each field that was typed
    otherwise, and sent once more the form writes over it.
    """
    if isinstance(error, Refused):
        form.add_error(error.field if error.field in form.fields else None, str(error))
        if isinstance(error, Stale) and isinstance(form.data, QueryDict):
            form.data = form.data.copy()
            form.data["version"] = str(error.version)
            say_what_stands_there(form)
        return CONFLICT
    for name, messages_of in error.message_dict.items():
        for message in messages_of:
            form.add_error(name if name in form.fields else None, message)
    return 400


def there(error: Exception) -> int | None:
    """Return the key of the entry that the asker may open instead, where an action found one."""
    return error.resident_id if isinstance(error, AlreadyThere) else None


@require_GET
def suggest_houses(request: UserRequest) -> HttpResponse:
    """Answer the houses that a half-typed address may mean, as options of a field."""
    only_with(request, Permission.EDIT_REGISTERS)
    found = House.objects.changeable_by(request.user).standing().beginning(request.GET.get("q", ""))
    return render(request, "residents/suggest_houses.html", {"houses": found[:SUGGESTED]})
