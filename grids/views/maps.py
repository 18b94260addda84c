"""What maps ask for: boundaries as GeoJSON, and which grid a point lies in."""

import datetime as dt
import math

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from accounts import counters
from grids import outlines
from grids.coordinates import to_wgs84
from grids.locate import locate as grid_at
from grids.models import Grid, Kind

KEPT_SECONDS = 24 * 3600
LOCATE_PER_MINUTE = 120
"""Look-ups that one person may ask for in a minute: far above any hand, far below a scraper."""


@require_GET
@gzip_page
def boundaries(request: HttpRequest) -> HttpResponseBase:
    """Answer `?within=<pk>`: the node and its children; with `&kind=base` all of that kind below it instead."""
    node = get_object_or_404(Grid.objects.visible_to(request.user), pk=_whole(request.GET.get("within")))
    kind = request.GET.get("kind", "")
    if kind and kind not in Kind.values:
        return JsonResponse({"error": _("There is no such kind of node.")}, status=400)
    today = timezone.localdate()
    key = _version(node, kind, today)
    response = get_conditional_response(request, etag=f'"{key}"')
    if response is None:
        text = cache.get_or_set(f"boundaries:{key}", lambda: _boundaries(node, kind, today), KEPT_SECONDS)
        response = HttpResponse(text, content_type="application/geo+json")
        response["ETag"] = f'"{key}"'
    if isinstance(response, HttpResponseNotModified) or response.status_code == 200:
        response["Cache-Control"] = "private, no-cache"
    return response


def _version(node: Grid, kind: str, day: dt.date) -> str:
    district = Grid.objects.only("pk", "map_version").get(tree_id=node.tree_id, parent=None)
    return f"{node.pk}-{kind or 'children'}-{district.pk}-{district.map_version}-{day:%Y%m%d}"


def _boundaries(node: Grid, kind: str, day: dt.date) -> str:
    wanted = Grid.objects.in_force(day).order_by("lft")
    if kind:
        kinds = [Kind.BASE, Kind.DEDICATED] if kind == Kind.BASE else [kind]
        wanted = wanted.within(node).filter(kind__in=kinds)
    else:
        wanted = wanted.filter(parent=node)
    return outlines.collection(list(wanted.only("pk", "name", "code", "kind", "boundary")), node)


@require_GET
def locate(request: HttpRequest) -> JsonResponse:
    """Answer `?lng=&lat=&crs=` with the base or dedicated grid of the point, or null outside every grid."""
    if counters.hit("look-ups", str(request.user.pk), 60) > LOCATE_PER_MINUTE:
        return JsonResponse({"error": _("Too many look-ups. Wait a minute.")}, status=429)
    try:
        lng, lat = float(request.GET["lng"]), float(request.GET["lat"])
        if not (math.isfinite(lng) and math.isfinite(lat) and abs(lng) <= 180 and abs(lat) <= 90):
            raise ValueError
        lng, lat = to_wgs84(lng, lat, request.GET.get("crs", "wgs84"))
    except (KeyError, ValueError):
        return JsonResponse({"error": _("Longitude, latitude or their system cannot be read.")}, status=400)
    found = grid_at(lng, lat)
    if found is None or not Grid.objects.visible_to(request.user).filter(pk=found.pk).exists():
        return JsonResponse({"grid": None})
    names = Grid.objects.on_path_to(found).values_list("name", flat=True)
    return JsonResponse(
        {
            "grid": {
                "id": found.pk,
                "name": found.name,
                "code": found.code,
                "path": " › ".join(list(names)[1:]),
                "url": found.get_absolute_url(),
            }
        }
    )


def _whole(text: str | None) -> int:
    """Read a primary key; 0, which no row has, for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0
