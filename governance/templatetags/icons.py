"""Tabler's icons, inlined: `{% icon "map-pin" %}`. Decorative: the words stand beside them."""

from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@cache
def _svg(name: str, style: str) -> str:
    path = Path(settings.BASE_DIR) / "node_modules/@tabler/icons/icons" / style / f"{name}.svg"
    svg = path.read_text()
    svg = svg[svg.index("<svg") :].replace("\n", " ")
    return svg.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)


@register.simple_tag
def icon(name: str, css: str = "icon", style: str = "outline") -> SafeString:
    """Return one icon as inline SVG; raises FileNotFoundError for a name that Tabler does not have."""
    svg = _svg(name, style)
    start = svg.index('class="')
    end = svg.index('"', start + 7)
    return mark_safe(f'{svg[:start]}class="{css}{svg[end:]}')  # noqa: S308 - files of a pinned package, names from templates
