"""Pages that change places: estates, buildings and houses entered, changed, retired."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest
from grids.errors import Refused
from grids.forms.fields import refusals
from grids.roles import Permission
from residents import actions, place_pages
from residents.forms.places import BuildingForm, EstateForm, HeadForm, HouseForm, HousesForm
from residents.models import Building, Estate, House
from residents.views.people import may_edit, only_with

Place = Estate | Building | House


def form_page(
    request: UserRequest, form: Form, change: Callable[[], Place], *, title: str, verb: str, back: str, **context: Any
) -> HttpResponse:
    """Show a form, or where it was sent do the change and lead to what came of it."""
    status = 200
    if request.method == "POST":
        is_valid = form.is_valid()
        status = 409 if is_valid else 400
        if is_valid:
            with refusals(form):
                changed = change()
                messages.success(request, _("Saved."))
                return redirect(changed.get_absolute_url())
    context |= {"form": form, "title": title, "verb": verb, "back": back}
    return render(request, "residents/place_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def estate_add(request: UserRequest) -> HttpResponse:
    only_with(request, Permission.EDIT_REGISTERS)
    form = EstateForm(request.POST or None, actor=request.user)

    def add() -> Estate:
        given = dict(form.cleaned_data)
        return actions.add_estate(given.pop("community"), actor=request.user, **given)

    return form_page(request, form, add, title=_("Add an estate"), verb=_("Add"), back=reverse("residents:estates"))


@require_http_methods(["GET", "POST"])
def estate_edit(request: UserRequest, pk: int) -> HttpResponse:
    item = _estate(request, pk)
    form = EstateForm(request.POST or None, actor=request.user, estate=item)
    title = _("Edit %(name)s") % {"name": item.name}
    return form_page(
        request,
        form,
        lambda: actions.edit_estate(item, actor=request.user, **form.cleaned_data),
        title=title,
        verb=_("Save"),
        back=item.get_absolute_url(),
    )


@require_POST
def estate_retire(request: UserRequest, pk: int) -> HttpResponse:
    item = _estate(request, pk)
    return _retire(request, lambda: actions.retire_estate(item, actor=request.user), item, reverse("residents:estates"))


@require_http_methods(["GET", "POST"])
def building_add(request: UserRequest, pk: int) -> HttpResponse:
    """Add a building of the estate `pk`."""
    item = _estate(request, pk)
    form = BuildingForm(request.POST or None, actor=request.user, estate=item)

    def add() -> Building:
        given = dict(form.cleaned_data)
        return actions.add_building(given.pop("grid"), actor=request.user, estate=item, **given)

    lead = item.name
    return form_page(
        request,
        form,
        add,
        title=_("Add a building"),
        verb=_("Add"),
        back=item.get_absolute_url(),
        lead=lead,
        within=item.community_id,
    )


@require_http_methods(["GET", "POST"])
def building_edit(request: UserRequest, pk: int) -> HttpResponse:
    item = _building(request, pk)
    form = BuildingForm(request.POST or None, actor=request.user, estate=item.estate, building=item)
    return form_page(
        request,
        form,
        lambda: actions.edit_building(item, actor=request.user, **form.cleaned_data),
        title=_("Edit %(name)s") % {"name": item},
        verb=_("Save"),
        back=item.get_absolute_url(),
        lead=item.estate.name,
        within=item.community_id,
    )


@require_http_methods(["GET", "POST"])
def building_head(request: UserRequest, pk: int) -> HttpResponse:
    item = _building(request, pk)
    people = place_pages.possible_heads(item)
    form = HeadForm(request.POST or None, actor=request.user, people=people, initial={"head": item.head_id})

    def name() -> Building:
        chosen = next((person for person in people if person.pk == form.cleaned_data["head"]), None)
        return actions.name_head(item, actor=request.user, head=chosen)

    return form_page(
        request,
        form,
        name,
        title=_("Lead of the building"),
        verb=_("Save"),
        back=item.get_absolute_url(),
        lead=f"{item.estate.name} {item}",
    )


@require_http_methods(["GET", "POST"])
def building_houses(request: UserRequest, pk: int) -> HttpResponse:
    """Make many houses of a building at once."""
    item = _building(request, pk)
    form = HousesForm(request.POST or None, actor=request.user, building=item)

    def make() -> Building:
        count = actions.add_houses(item, actor=request.user, **form.arguments())
        messages.info(request, ngettext("%(n)d house was added.", "%(n)d houses were added.", count) % {"n": count})
        return item

    lead = _("Homes that are there already stay as they are. Numbers are the floor and two digits: 301, 302.")
    return form_page(
        request,
        form,
        make,
        title=_("Add the homes of a building"),
        verb=_("Add"),
        back=item.get_absolute_url(),
        lead=f"{item.estate.name} {item} · {lead}",
    )


@require_POST
def building_retire(request: UserRequest, pk: int) -> HttpResponse:
    item = _building(request, pk)
    return _retire(
        request, lambda: actions.retire_building(item, actor=request.user), item, item.estate.get_absolute_url()
    )


@require_http_methods(["GET", "POST"])
def house_add(request: UserRequest) -> HttpResponse:
    """Add a house of `?building=` or, in a village, of `?estate=`."""
    only_with(request, Permission.EDIT_REGISTERS)
    item = _building(request, _key(request, "building")) if "building" in request.GET else None
    estate = item.estate if item else _estate(request, _key(request, "estate"))
    form = HouseForm(request.POST or None, actor=request.user, community_id=estate.community_id, building=item)

    def add() -> House:
        facts = form.facts()
        return actions.add_house(form.cleaned_data["grid"], actor=request.user, estate=estate, building=item, **facts)

    back = (item or estate).get_absolute_url()
    lead = f"{estate.name} {item}" if item else estate.name
    return form_page(
        request, form, add, title=_("Add a house"), verb=_("Add"), back=back, lead=lead, within=estate.community_id
    )


@require_http_methods(["GET", "POST"])
def house_edit(request: UserRequest, pk: int) -> HttpResponse:
    item = _house(request, pk)
    form = HouseForm(
        request.POST or None, actor=request.user, community_id=item.community_id, building=item.building, house=item
    )

    def edit() -> House:
        given = form.cleaned_data
        moved = {"grid": given["grid"], "reason": given["reason"], "version": given["version"]}
        return actions.edit_house(item, actor=request.user, **moved, **form.facts())

    return form_page(
        request,
        form,
        edit,
        title=_("Edit the house"),
        verb=_("Save"),
        back=item.get_absolute_url(),
        lead=item.address,
        within=item.community_id,
    )


@require_POST
def house_retire(request: UserRequest, pk: int) -> HttpResponse:
    item = _house(request, pk)
    back = item.building or item.estate
    return _retire(
        request,
        lambda: actions.retire_house(item, actor=request.user),
        item,
        back.get_absolute_url() if back else reverse("residents:houses"),
    )


def _retire(request: UserRequest, retire: Callable[[], Place], item: Place, onwards: str) -> HttpResponse:
    try:
        retire()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(item.get_absolute_url())
    messages.success(request, _("It is no longer in the register."))
    return redirect(onwards)


def _estate(request: UserRequest, pk: int) -> Estate:
    """Return an estate that the asker may change: 404 where unseen, 403 where only seen."""
    item = get_object_or_404(Estate.objects.visible_to(request.user), pk=pk)
    if not Estate.objects.changeable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied(_("Your posts do not let you change the register there."))
    return item


def _building(request: UserRequest, pk: int) -> Building:
    item = get_object_or_404(place_pages.buildings_in_full(Building.objects.visible_to(request.user)), pk=pk)
    if not may_edit(request, item):
        raise PermissionDenied(_("Your posts do not let you change the register there."))
    return item


def _house(request: UserRequest, pk: int) -> House:
    item = get_object_or_404(place_pages.houses_in_full(House.objects.visible_to(request.user)), pk=pk)
    if not may_edit(request, item):
        raise PermissionDenied(_("Your posts do not let you change the register there."))
    return item


def _key(request: UserRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Http404
    return int(text)
