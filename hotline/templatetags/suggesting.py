"""Shares in templates: {{ figures.top1|percent }}."""

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """Return a share (0 to 1) as per cent with one decimal, or a dash where there was nothing to count."""
    return "—" if share is None else f"{share * 100:.1f} %"
