"""The map's page, the cards that open on it, and the list that says the same."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.models import User
from accounts.requests import UserRequest
from onemap import areas, choosing, layers, map_words, sharing_page
from onemap.forms import MapForm
from onemap.layers import UNPLACED, Layer
from workorders import lists

may_see = permission_required("onemap.view", raise_exception=True)
AREAS = "areas"
PAGE = 50


@require_GET
@may_see
def map_page(request: UserRequest) -> HttpResponse:
    """Show the map, opened on one's own area, or on the point that an address names by layer and key."""
    chosen = choosing.read(request.user, request.GET)
    context: dict[str, Any] = {
        "chosen": chosen,
        "form": MapForm.of(chosen),
        "layers": layers.open_to(request.user),
        "config": map_words.config(request.user, chosen, _focus(request.user, chosen, request)),
        "list_url": f"?{urlencode(chosen.query)}",
        "sharing": sharing_page.context(request.user, timezone.now()),
    }
    return render(request, "onemap/map.html", context)


def _focus(user: User, chosen: choosing.Chosen, request: UserRequest) -> dict[str, Any] | None:
    key, pk = request.GET.get("layer", ""), request.GET.get("pk", "")
    layer = next((layer for layer in layers.open_to(user) if layer.key == key), None)
    if layer is None or not (pk.isdecimal() and len(pk) < 18):
        return None
    row = layer.rows(user, chosen.district, timezone.now()).exclude(UNPLACED).filter(pk=int(pk)).first()
    return {"layer": key, "pk": row.pk, "lng": float(row.lng), "lat": float(row.lat)} if row is not None else None


@require_GET
@may_see
def area_card(request: UserRequest, pk: int) -> HttpResponse:
    """Show a node's card: who is on duty, what is counted, what is open; alone for the map, else as a page."""
    given = request.GET.copy()
    given["within"] = str(pk)
    chosen = choosing.read(request.user, given)
    return _card(request, "onemap/card_area.html", areas.card(request.user, chosen, timezone.now()))


@require_GET
@may_see
def card(request: UserRequest, layer: str, pk: int) -> HttpResponse:
    """Show the card of one point."""
    found, now = layers.named(layer, request.user), timezone.now()
    chosen = choosing.read(request.user, request.GET)
    rows = found.list_rows(found.rows(request.user, chosen.district, now))
    row = get_object_or_404(rows, pk=pk)
    context = {"row": row, "layer": found, "now": now, **found.card_of(row, request.user, now)}
    return _card(request, found.card, context)


def _card(request: UserRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
        return render(request, template, context)
    return render(request, "onemap/card_page.html", context | {"card": template})


@require_GET
@may_see
def listing(request: UserRequest) -> HttpResponse:
    """Show what a layer holds as a table, narrowed as the map is; without a layer the areas and their figures."""
    chosen, now = choosing.read(request.user, request.GET), timezone.now()
    context: dict[str, Any] = {
        "chosen": chosen,
        "form": MapForm.of(chosen),
        "layers": layers.open_to(request.user),
        "now": now,
        "here": request.GET.get("layer", AREAS),
        "query": urlencode(chosen.query),
    }
    if context["here"] == AREAS:
        context |= areas.table(request, chosen)
    else:
        context |= _points(request, layers.named(context["here"], request.user), chosen, now)
    return render(request, "onemap/list.html", context)


def _points(request: UserRequest, layer: Layer, chosen: choosing.Chosen, now: dt.datetime) -> dict[str, Any]:
    """Return a page of a layer's rows, those without a place among them, and how many these are."""
    rows = layer.within(layer.rows(request.user, chosen.district, now), chosen.within)
    context: dict[str, Any] = {"layer": layer, "only_unplaced": False}
    if layer.may_lack_place:
        lacking = rows.filter(UNPLACED)
        numbers = lists.counts({"all": rows, "unplaced": lacking})
        context |= {name: lists.said(number) for name, number in numbers.items() if number}
        context["only_unplaced"] = request.GET.get("place") == "none"
        rows = lacking if context["only_unplaced"] else rows
    page = keyset.page(request, layer.list_rows(rows), layer.order_by, PAGE)
    lines = [
        (
            row.pk,
            list(zip(layer.heads, layer.cells(row, now), strict=True)),
            not layer.may_lack_place or row.lat is not None,
        )
        for row in page.rows
    ]
    return context | {"page": page, "lines": lines}
