"""Supervision orders in templates: the signs of level and state, the spans of rules."""

from django import template

from supervision.rules import Span, Watch
from supervision.states import State
from workorders.rule_words import span_in_words
from workorders.states import SupervisionLevel as Level

register = template.Library()

LEVELS = {Level.ORDINARY: "blue", Level.KEY: "yellow", Level.LISTED: "red"}
STATES = {
    State.DRAFT: ("grey", "pencil"),
    State.ISSUED: ("blue", "message-question"),
    State.REPLIED: ("brand", "message-reply"),
    State.CLOSED: ("green", "circle-check"),
    State.DROPPED: ("grey", "trash"),
}


@register.inclusion_tag("supervision/_level.html")
def level_sign(level: str) -> dict[str, object]:
    """Show the level with its colour, icon and word."""
    return {"tone": LEVELS[Level(level)], "label": Level(level).label}


@register.inclusion_tag("supervision/_state.html")
def supervision_state(state: str) -> dict[str, object]:
    """Show the state with its colour, icon and word."""
    tone, symbol = STATES[State(state)]
    return {"tone": tone, "symbol": symbol, "label": State(state).label}


@register.filter
def span_of(rule: Span | Watch) -> str:
    """Say a limit or a threshold that is a span: “3 working days”."""
    return span_in_words(rule.value, rule.unit)
