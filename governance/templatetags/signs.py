"""Which colour and icon stand for a state and a light; the word always stands beside (components/state_badge.html)."""

from django import template

from workorders.states import Light, State

register = template.Library()

STATES: dict[str, tuple[str, str]] = {
    State.REPORTED: ("blue", "inbox"),
    State.FILED: ("blue", "send"),
    State.DISPATCHED: ("blue", "signature"),
    State.IN_PROGRESS: ("brand", "tools"),
    State.PENDING_VERIFICATION: ("brand", "eye-check"),
    State.PENDING_STRIKE_OFF: ("brand", "stairs-down"),
    State.PENDING_CLOSURE: ("brand", "checks"),
    State.SUSPENDED: ("grey", "player-pause"),
    State.CLOSED: ("green", "circle-check"),
    State.EVALUATED: ("green", "star"),
    State.REJECTED: ("grey", "circle-x"),
    State.VOIDED: ("grey", "ban"),
    State.MERGED: ("grey", "git-merge"),
}
LIGHTS: dict[str, tuple[str, str]] = {
    Light.GREEN: ("green", "circle-check"),
    Light.YELLOW: ("yellow", "clock"),
    Light.RED: ("red", "alert-triangle"),
    Light.GREY: ("grey", "player-pause"),
}


@register.filter
def state_tone(state: str) -> str:
    return STATES[state][0]


@register.filter
def state_icon(state: str) -> str:
    return STATES[state][1]


@register.filter
def light_tone(light: str) -> str:
    return LIGHTS[light][0]


@register.filter
def light_icon(light: str) -> str:
    return LIGHTS[light][1]


@register.filter
def light_word(light: str) -> str:
    return str(Light(light).label)
