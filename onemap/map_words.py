"""What the map's script is told at the start: where things are, what this person may switch on, and the words."""

import json
from typing import Any

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from onemap import layers, outlines
from onemap.choosing import Chosen
from onemap.layers import Layer


def config(user: User, chosen: Chosen, focus: dict[str, Any] | None) -> dict[str, Any]:
    """Return everything as one object for `json_script`."""
    return {
        "person": user.pk,
        "within": chosen.within.pk,
        "own": _bounds(chosen),
        "version": outlines.version(chosen.district),
        "boundaries": reverse("onemap:boundaries"),
        "figures": reverse("onemap:figures"),
        "area": reverse("onemap:area-card", args=[0]),
        "list": reverse("onemap:list"),
        "focus": focus,
        "layers": [_layer(layer) for layer in layers.open_to(user)],
        "words": _words(),
    }


def _bounds(chosen: Chosen) -> list[float] | None:
    """Return west, south, east, north of what the map opens on; None where nothing is drawn."""
    if not chosen.within.boundary:
        return None
    found: list[float] = shapely.bounds(shapely.from_geojson(json.dumps(chosen.within.boundary))).tolist()
    return found


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "key": layer.key,
        "label": str(layer.label),
        "points": reverse("onemap:points", args=[layer.key]),
        "card": reverse("onemap:card", args=[layer.key, 0]),
        "minZoom": layer.min_zoom,
        "refresh": layer.refresh_s,
        "isRanked": layer.is_ranked,
        "signs": [{"label": str(sign.label), "tone": sign.tone, "shape": sign.shape} for sign in layer.signs],
    }


def _words() -> dict[str, str]:
    return {
        "zoomIn": _("Zoom in to see: %(layers)s."),
        "tooMany": _("Too many to draw at once; zoom in to see: %(layers)s."),
        "failed": _("Could not be loaded: %(layers)s. The list says the same."),
        "areas": _("%(count)s areas"),
        "class": _("Class %(number)s"),
        "noFigure": _("No figure, or not yours to see"),
        "points": _("%(count)s shown"),
        "and": _(", "),
        "nothing": _("Nothing has a place on the map here yet."),
    }
