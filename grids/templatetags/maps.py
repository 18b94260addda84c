"""Maps in templates. What the attributes mean stands at the top of static/js/map.js.

{% load maps %}
{% map_styles %}                                       in the head
{% map label=_("Map of the grid") within=node.pk %}    anywhere
{% map_scripts %}                                      at the end of the page
"""

import json
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

STYLES = ("leaflet/leaflet.css", "css/map.css")
SCRIPTS = ("leaflet/leaflet.js", "js/map.js")
DRAW_STYLES = ("leaflet/draw/leaflet.draw.css",)
DRAW_SCRIPTS = ("leaflet/leaflet.js", "leaflet/draw/leaflet.draw.js", "js/map-draw.js", "js/map.js")


@register.simple_tag
def map_styles(draw: bool = False) -> SafeString:
    """Return the style sheets of maps; with `draw`, those of boundary drawing too."""
    paths = (STYLES[0], *DRAW_STYLES, *STYLES[1:]) if draw else STYLES
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(path),) for path in paths))


@register.simple_tag
def map_scripts(draw: bool = False) -> SafeString:
    """Return the scripts of maps; with `draw`, those of boundary drawing too."""
    paths = DRAW_SCRIPTS if draw else SCRIPTS
    return format_html_join("\n", '<script src="{}" defer></script>', ((static(path),) for path in paths))


@register.simple_tag(name="map")
def map_tag(label: str, *, css: str = "", within: int | None = None, kind: str = "", **data: Any) -> SafeString:
    """Return a map's element; `within` (a node's key) draws the node with its children, or with all of `kind` below it.

    Each further argument becomes a data attribute (`pick_lng` → `data-pick-lng`): None, False and the empty string
    leave the attribute out, True writes it without a value.
    """
    if within is not None:
        query = urlencode({"within": within} | ({"kind": kind} if kind else {}))
        data["boundaries"] = f"{reverse('grids:boundaries')}?{query}"
    given = {
        "tiles": settings.MAP_TILES,
        "attribution": settings.MAP_ATTRIBUTION,
        "approval": settings.MAP_APPROVAL_NO,
        "words": json.dumps(_words() | (_draw_words() if "draw" in data else {}), ensure_ascii=False),
    } | data
    attributes: dict[str, Any] = {"class": f"map {css}".strip(), "role": "region", "aria-label": label}
    attributes["data-map"] = True
    attributes |= {f"data-{name.replace('_', '-')}": value for name, value in given.items() if value not in (None, "")}
    return format_html(
        '<div{}><noscript><p class="map-note">{}</p></noscript></div>',
        flatatt(attributes),
        _("The map needs JavaScript. The page says the same in words."),
    )


def _words() -> dict[str, str]:
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "empty": _("No boundary has been drawn here yet."),
        "failed": _("The map could not be loaded. The page says the same in words."),
        "locating": _("Looking for the grid…"),
        "outside": _("This point lies outside every grid."),
        "unknown": _("The grid could not be looked up just now. It will be found when you send."),
        "positioning": _("Taking your position…"),
        "noPosition": _("Your position could not be taken. Choose the place on the map."),
    }


def _draw_words() -> dict[str, str]:
    return {
        "drawArea": _("Draw an area"),
        "editArea": _("Move the corners"),
        "removeArea": _("Remove an area"),
        "nothingDrawn": _("Nothing is drawn yet"),
        "cancel": _("Cancel"),
        "finish": _("Finish"),
        "undo": _("Take back the last corner"),
        "done": _("Done drawing"),
        "removeAll": _("Remove all"),
        "drawStart": _("Click where the first corner is."),
        "drawNext": _("Click where the next corner is."),
        "drawEnd": _("Click the first corner to close the area."),
        "crossing": _("The sides may not cross."),
        "editHint": _("Drag the corners, then choose “Done drawing”."),
        "removeHint": _("Click the area to remove it."),
    }
