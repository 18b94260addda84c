"""Early warnings in templates: the sign of how grave one is."""

from django import template

from alerts.states import Severity, State

register = template.Library()

SEVERITIES = {Severity.NOTICE: ("blue", "info-circle"), Severity.SERIOUS: ("yellow", "alert-triangle")}
SEVERITIES[Severity.GRAVE] = ("red", "alert-octagon")
STATES = {
    State.NEW: ("brand", "hourglass"),
    State.CONFIRMED: ("green", "circle-check"),
    State.DISMISSED: ("grey", "ban"),
    State.LAPSED: ("grey", "clock-off"),
}


@register.inclusion_tag("alerts/_sign.html")
def severity_sign(severity: str) -> dict[str, object]:
    """Show how grave, with colour, icon and word."""
    tone, symbol = SEVERITIES[Severity(severity)]
    return {"tone": tone, "symbol": symbol, "label": Severity(severity).label}


@register.inclusion_tag("alerts/_sign.html")
def warning_state(state: str) -> dict[str, object]:
    """Show the state, with colour, icon and word."""
    tone, symbol = STATES[State(state)]
    return {"tone": tone, "symbol": symbol, "label": State(state).label}
