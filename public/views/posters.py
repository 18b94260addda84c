"""Posters with a QR code (A4): of one building, of one grid, of everything in a community."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.models import Grid, Kind
from public.models import PlaceCode
from public.places import NOTICED
from residents.models import Building
from residents.querysets import PlacedQuerySet

PAGE = 50
"""Posters on one page of a community's."""


@dataclass(frozen=True)
class Poster:
    title: str
    where: str
    address: str
    qr: str


@require_GET
def building(request: UserRequest, pk: int) -> HttpResponse:
    """Show the poster of a building."""
    rows = _in_full(Building.objects.visible_to(request.user).standing())
    item = get_object_or_404(rows, pk=pk)
    return _page(request, [*_of_buildings([item])], item.get_absolute_url())


@require_GET
def grid(request: UserRequest, pk: int) -> HttpResponse:
    """Show the poster of a grid."""
    rows = Grid.objects.visible_to(request.user).in_force(timezone.localdate()).select_related("parent")
    node = get_object_or_404(rows.filter(kind__in=NOTICED).defer("boundary", "parent__boundary"), pk=pk)
    return _page(request, [_of_grid(node)], node.get_absolute_url())


@require_GET
def community(request: UserRequest, pk: int) -> HttpResponse:
    """Show the posters of a community, to be printed at once: its grids, then its buildings, fifty to a page."""
    today = timezone.localdate()
    nodes = Grid.objects.visible_to(request.user).filter(kind=Kind.COMMUNITY).defer("boundary")
    node = get_object_or_404(nodes, pk=pk)
    rows = _in_full(Building.objects.visible_to(request.user).standing().filter(community=node))
    page = keyset.page(request, rows, ("grid_id", "id"), size=PAGE)
    posters = [] if request.GET else [_of_grid(child) for child in _grids(node, today)]
    return _page(request, [*posters, *_of_buildings(page.rows)], node.get_absolute_url(), page)


def _grids(node: Grid, today: dt.date) -> Iterable[Grid]:
    rows = node.children.in_force(today).filter(kind__in=NOTICED).select_related("parent")
    return list(rows.defer("boundary", "parent__boundary").order_by("lft")[:200])


def _in_full(rows: PlacedQuerySet[Building]) -> PlacedQuerySet[Building]:
    return rows.select_related("estate", "grid", "community").defer("grid__boundary", "community__boundary")


def _of_grid(node: Grid) -> Poster:
    above = node.parent.name if node.parent is not None else ""
    return _poster(node.name, above, node.public_code)


def _of_buildings(rows: Iterable[Building]) -> Iterable[Poster]:
    """Return the posters of buildings, whose codes are made where there is none yet: two queries."""
    found = list(rows)
    PlaceCode.objects.bulk_create([PlaceCode(building=row) for row in found], ignore_conflicts=True)
    codes = dict(PlaceCode.objects.filter(building__in=found).values_list("building_id", "code"))
    for row in found:
        yield _poster(f"{row.estate.name} {row}", f"{row.community.name} · {row.grid.name}", codes[row.pk])


def _poster(title: str, where: str, code: str) -> Poster:
    address = f"{settings.SITE_URL}{reverse('public:at', args=[code])}"
    made = segno.make(address, error="m", micro=False)
    return Poster(title, where, address, made.svg_data_uri(scale=8, border=4, light="#fff"))


def _page(request: UserRequest, posters: list[Poster], back: str, page: object = None) -> HttpResponse:
    context = {"posters": posters, "back": back, "page": page, "hotline": settings.HOTLINE_NUMBER}
    return render(request, "public/posters.html", context)
