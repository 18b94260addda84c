"""Pages of places to read: houses and estates of an area, one estate, one building, one house (以房查人)."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids import panels
from grids.backends import standing_for
from grids.roles import Permission
from residents import lists, place_pages
from residents.forms.places import EstateFilter, HouseFilter
from residents.models import Building, Estate, House
from residents.views.people import may_edit, only_with

BUILDINGS = 500
"""Buildings of an estate that its page shows."""


@require_GET
def houses(request: UserRequest) -> HttpResponse:
    """List the houses of one's area by address, narrowed by use and node."""
    only_with(request, Permission.VIEW_REGISTERS)
    form = HouseFilter(request.GET or None, actor=request.user)
    form.is_valid()
    asked: dict[str, Any] = getattr(form, "cleaned_data", {})
    rows = House.objects.visible_to(request.user).standing()
    if asked.get("node"):
        rows = rows.within(asked["node"])
    if asked.get("use"):
        rows = rows.filter(use=asked["use"])
    parts = lists.parts(rows, standing_for(request.user), asked.get("node"))
    shown = rows.select_related("grid").defer(*place_pages.light("grid")).defer("owner_phone")
    page = keyset.page(request, shown, ("address_key", "id"), branches=parts)
    context = {
        "form": form,
        "page": page,
        "is_narrowed": any(asked.values()),
        "may_add": request.user.has_perm(Permission.EDIT_REGISTERS),
    }
    return render(request, "residents/houses.html", context)


@require_GET
def estates(request: UserRequest) -> HttpResponse:
    """List the estates of one's communities by name."""
    only_with(request, Permission.VIEW_REGISTERS)
    form = EstateFilter(request.GET or None, actor=request.user)
    form.is_valid()
    asked: dict[str, Any] = getattr(form, "cleaned_data", {})
    rows = Estate.objects.visible_to(request.user).standing()
    if asked.get("node"):
        rows = rows.within(asked["node"])
    if asked.get("q"):
        rows = rows.filter(name__contains=asked["q"])
    shown = rows.select_related("community").defer(*place_pages.light("community"))
    page = keyset.page(request, shown.annotate(homes=_counted(House), blocks=_counted(Building)), ("name", "id"))
    context = {
        "form": form,
        "page": page,
        "is_narrowed": any(asked.values()),
        "may_add": request.user.has_perm(Permission.EDIT_REGISTERS),
    }
    return render(request, "residents/estates.html", context)


def _counted(model: type[House] | type[Building]) -> Coalesce:
    rows = model.objects.standing().filter(estate=OuterRef("pk")).order_by().values("estate")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


@require_GET
def estate(request: UserRequest, pk: int) -> HttpResponse:
    """Show an estate with its buildings, and with the houses that belong to none."""
    rows = Estate.objects.visible_to(request.user).select_related("community")
    item = get_object_or_404(rows.defer(*place_pages.light("community")), pk=pk)
    blocks = place_pages.counted(Building.objects.visible_to(request.user).standing().filter(estate=item))
    blocks = blocks.select_related("grid", "head").defer(*place_pages.light("grid"))[:BUILDINGS]
    single = House.objects.visible_to(request.user).standing().filter(estate=item, building=None)
    context = {
        "estate": item,
        "buildings": sorted(blocks, key=lambda block: place_pages.rank(block.number)),
        "page": keyset.page(request, single.defer("owner_phone"), ("address_key", "id"), size=100),
        "may_edit": Estate.objects.changeable_by(request.user).standing().filter(pk=item.pk).exists(),
    }
    return render(request, "residents/estate.html", context)


@require_GET
def building(request: UserRequest, pk: int) -> HttpResponse:
    """Show a building: who leads it, and its homes by unit and floor."""
    item = get_object_or_404(place_pages.buildings_in_full(Building.objects.visible_to(request.user)), pk=pk)
    units = place_pages.plan(item, request.user)
    homes = [home for unit in units for _floor, row in unit.floors for home in row]
    context = {
        "building": item,
        "units": units,
        "homes": len(homes),
        "people": sum(home.people for home in homes),
        "panels": panels.rendered(request, item),
        "may_edit": item.retired_on is None and may_edit(request, item),
    }
    return render(request, "residents/building.html", context)


@require_GET
def house(request: UserRequest, pk: int) -> HttpResponse:
    """Show a house: who lives and is registered there, households, organisations, and what happened to it."""
    item = get_object_or_404(place_pages.houses_in_full(House.objects.visible_to(request.user)), pk=pk)
    people, households = place_pages.living_in(item), place_pages.families(item)
    away, others = place_pages.registered_in(item, request.user)
    context = {
        "house": item,
        "families": households,
        "outside": place_pages.outside_families(people, households),
        "people": people,
        "away": away,
        "away_unseen": others,
        "organisations": place_pages.organisations_in(item),
        "record": place_pages.record_of(item),
        "relocations": place_pages.passed(item),
        "panels": panels.rendered(request, item),
        "may_edit": item.retired_on is None and may_edit(request, item),
    }
    return render(request, "residents/house.html", context)
