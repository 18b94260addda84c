"""Pages for whoever lives here, without signing in: where to begin, who is my grid worker, what is kept of a report."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods

from grids import outlines
from grids.models import Grid
from locating.finding import Found
from public import places
from public.forms.visitors import WhereForm
from public.visitors import too_many

LOOKS_PER_TEN_MINUTES = 30
EMERGENCY = (("110", "police"), ("119", "fire"), ("120", "ambulance"))


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Answer one of the public's pages, with what each of them shows."""
    usual = {"hotline": settings.HOTLINE_NUMBER, "district": places.district()}
    return render(request, f"public/{name}.html", usual | context, status=status)


@login_not_required  # residents have no account
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Offer the three things that a resident comes for."""
    return page(request, "start", {"emergency": EMERGENCY})


@login_not_required  # the code stands on the poster at the door
@require_GET
def at(request: HttpRequest, code: str) -> HttpResponse:
    """Offer the same with the place known: that of the poster's code."""
    place = place_of(code)
    return page(
        request,
        "start",
        {"emergency": EMERGENCY, "place": place, "code": code, "notice": places.notice_of(place)},
    )


def place_of(code: str) -> places.Place:
    """Return the place of a code; 404 where it is none."""
    place = places.by_code(code)
    if place is None:
        raise Http404
    return place


@login_not_required  # as above
@never_cache
@require_http_methods(["GET", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Show the notice of the grid of an address or a position. It comes by POST, so that no address stands in a log."""
    if request.method == "GET":
        return page(request, "who", {"form": WhereForm()})
    form = WhereForm(request.POST)
    if too_many(request, "who", LOOKS_PER_TEN_MINUTES, 600):
        return page(request, "who", {"form": form, "too_many": True}, status=429)
    if not form.is_valid():
        return page(request, "who", {"form": form}, status=400)
    found = places.find(form.cleaned_data["address"], form.point)
    nodes = _noticed(found)
    if found.is_sure and nodes:
        return redirect("grids:public", nodes[0].public_code)
    return page(request, "who", {"form": form, "found": nodes, "asked": True})


def _noticed(found: Found) -> list[Grid]:
    """Return the grids with a notice that an address may mean, the best first: one query."""
    keys = list(dict.fromkeys(candidate.base_id for candidate in found.candidates))
    rows = Grid.objects.filter(pk__in=keys, kind__in=places.NOTICED).select_related("parent__parent")
    by_key = {row.pk: row for row in rows.defer("boundary", "parent__boundary", "parent__parent__boundary")}
    return [by_key[key] for key in keys if key in by_key]


@login_not_required  # as above
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept of a report, why, how long, and who sees it."""
    return page(request, "privacy", {"held_days": settings.PUBLIC_HELD_KEEP_DAYS})


@login_not_required  # the ground of the report page's map
@require_GET
@cache_control(public=True, max_age=86_400)
def outline(request: HttpRequest) -> HttpResponse:
    """Answer the outline of the district, which every map of it shows."""
    node = places.district()
    key = f"public:outline:{node.pk}:{node.map_version}" if node is not None else ""
    text = cache.get(key) if key else json.dumps({"type": "FeatureCollection", "features": []})
    if text is None and node is not None:
        text = outlines.anonymous(Grid.objects.get(pk=node.pk))
        cache.set(key, text, 86_400)
    return HttpResponse(text, content_type="application/json")
