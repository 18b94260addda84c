"""What the map's script asks for: outlines, figures, points. Everything here is small, and names no resident."""

import gzip
import json
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest
from onemap import choosing, colouring, layers, outlines
from onemap.choosing import Chosen

YEAR_S = 365 * 24 * 3600
may_see = permission_required("onemap.view", raise_exception=True)


@require_GET
@may_see
def boundaries(request: UserRequest) -> HttpResponseBase:
    """Answer `?within=&level=&detail=&v=` with a level's outlines; with the version named it never changes."""
    chosen = choosing.read(request.user, request.GET)
    detail = request.GET.get("detail", "0")
    if detail not in {"0", "1", "2"}:
        return JsonResponse({"error": _("There is no such detail.")}, status=400)
    version = outlines.version(chosen.district)
    etag = f'"{chosen.district.pk}-{version}-{chosen.level}-{detail}"'
    answer: Any = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = _packed(request, outlines.packed(chosen.district, chosen.level, int(detail)))
        answer["ETag"] = etag
    is_named = request.GET.get("v") == version
    answer["Cache-Control"] = f"private, max-age={YEAR_S}, immutable" if is_named else "private, no-cache"
    found: HttpResponseBase = answer
    return found


def _packed(request: HttpRequest, file: bytes) -> HttpResponse:
    """Send a gzipped file as it is, to the few who cannot read that unpacked."""
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(file if takes_gzip else gzip.decompress(file), content_type="application/json")
    if takes_gzip:
        answer["Content-Encoding"] = "gzip"
    answer["Vary"] = "Accept-Encoding"
    return answer


@require_GET
@may_see
@gzip_page
def figures(request: UserRequest) -> HttpResponse:
    """Answer each area's figure and class with the legend; one may see figures of one's own area only."""
    return HttpResponse(
        json.dumps(figures_of(request, choosing.read(request.user, request.GET)), ensure_ascii=False),
        content_type="application/json",
    )


def figures_of(request: UserRequest, chosen: Chosen) -> dict[str, Any]:
    """Return `{"areas": [[key, class, text], …], "classes": […], "title", "meaning", "period"}`."""
    if chosen.choice is None:
        return {"areas": [], "classes": [], "title": "", "meaning": "", "period": ""}
    nodes = colouring.nodes_seen(request.user, chosen.district, chosen.level).only("pk", "tree_id", "lft", "rght")
    shown, classes = colouring.coloured(nodes, chosen.choice, chosen.period)
    return {
        "areas": [[area.node.pk, area.number, area.text] for area in shown],
        "classes": [{"number": row.number, "label": row.label, "areas": row.areas} for row in classes],
        "title": str(chosen.choice.label),
        "meaning": str(chosen.choice.meaning),
        "period": f"{chosen.period.first:%Y-%m-%d} – {chosen.period.last:%Y-%m-%d}",
    }


@require_GET
@may_see
@gzip_page
def points(request: UserRequest, layer: str) -> HttpResponse:
    """Answer `?within=&box=west,south,east,north` with the points of a layer that this person may see."""
    chosen = choosing.read(request.user, request.GET)
    found = layers.named(layer, request.user)
    box = choosing.box_of(request.GET.get("box", ""))
    sent = layers.points(found, request.user, chosen.district, box, timezone.now())
    return HttpResponse(json.dumps(sent, separators=(",", ":")), content_type="application/json")
