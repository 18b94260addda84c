"""The cockpit: the screen for whoever is signed in, and the same for a screen on a wall by its link."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.models import Grid
from insights import access, displays
from insights.cockpit import board
from insights.cockpit.colours import Colour


@dataclass(frozen=True)
class Viewer:
    """What of a node is shown, and where its neighbours are."""

    aggregates_only: bool
    has_ticker: bool
    address: Callable[[int], str]
    spans: list[tuple[int, int]]
    """Left and right edges of the subtrees that may be opened."""
    home: str = ""
    """Where one leaves the screen to; a screen on a wall is not left."""
    start: str = ""
    """Where the screen returns to when nobody touches it; else to what was opened."""


@require_GET
@permission_required("insights.view", raise_exception=True)
@vary_on_headers("X-Background")
def cockpit(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Show a node's screen to whoever may see its figures."""
    node = access.node_for(request.user, pk)
    aggregates_only = access.sees_aggregates_only(request.user, node)
    posts = access.posts_of(standing_for(request.user))
    viewer = Viewer(
        aggregates_only=aggregates_only,
        has_ticker=not aggregates_only,
        address=lambda key: reverse("insights:cockpit", args=[key]),
        spans=[(post.lft, post.rght) for post in posts if post.tree_id == node.tree_id],
        home=reverse("insights:node", args=[node.pk]),
    )
    return _answer(request, node, viewer)


@login_not_required  # the code in its address opens it: docs/adr/0017
@require_GET
@never_cache
@vary_on_headers("X-Background")
def display(request: HttpRequest, code: str) -> HttpResponse:
    """Show a screen on a wall the node of its link, or one below it."""
    now = timezone.now()
    link = displays.find(code, now)
    if link is None:
        raise Http404
    node = _below(link.node, request.GET.get("node", ""))
    displays.seen(link, now, request, is_new="X-Background" not in request.headers)
    own = reverse("insights:display", args=[code])
    viewer = Viewer(
        aggregates_only=True,
        has_ticker=link.has_ticker,
        address=lambda key: f"{own}?{urlencode({'node': key})}",
        spans=[(link.node.lft, link.node.rght)],
        start=own,
    )
    return _answer(request, node, viewer)


def _below(top: Grid, pk: str) -> Grid:
    if not pk:
        return top
    rows = Grid.objects.within(top).defer("boundary", "duties")
    node: Grid | None = rows.filter(pk=int(pk)).first() if pk.isdecimal() else None
    if node is None:
        raise Http404
    return node


def _answer(request: HttpRequest, node: Grid, viewer: Viewer) -> HttpResponse:
    """Answer with the page, or what is on it where the page itself asks (X-Background): 304 while nothing changed."""
    by = request.GET.get("by", "")
    colour = Colour(by) if by in Colour.values else Colour.FOUND
    state = board.read(node, colour, aggregates_only=viewer.aggregates_only, has_ticker=viewer.has_ticker)
    html = render_to_string("insights/_cockpit.html", _context(state, colour, viewer))
    etag = f'"{hashlib.sha256(html.encode()).hexdigest()[:24]}"'
    if "X-Background" not in request.headers:
        return render(request, "insights/cockpit.html", {"board": state, "html": html, "etag": etag, "viewer": viewer})
    is_same = request.headers.get("If-None-Match") == etag
    response: HttpResponse = HttpResponseNotModified() if is_same else HttpResponse(html)
    response["ETag"] = etag
    return response


def _context(state: board.Board, colour: Colour, viewer: Viewer) -> dict[str, Any]:
    by = {"by": colour.value} if colour != Colour.FOUND else {}

    def address(pk: int, **query: str) -> str:
        url, query = viewer.address(pk), by | query
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url

    open_path = [(name, address(pk)) for pk, name, lft in state.path if any(a <= lft <= b for a, b in viewer.spans)]
    return {
        "board": state,
        "path": open_path,
        "regions": [(region, address(region.key)) for region in state.regions],
        "listed": [(region, address(region.key)) for region in state.by_value],
        "places": [(place, address(place.key)) for place in state.places],
        "colours": [(choice, address(state.node_id, by=choice.value), choice == colour) for choice in Colour],
        "colour": colour,
        "most_source": max((number or 0 for _words, number in state.sources), default=0),
        "release": release(),
        "home": viewer.home,
    }


def release() -> str:
    """Return what changes with a new version of the page, which then loads itself anew."""
    return static("js/cockpit.js") + static("css/cockpit.css")
