"""The functions of units in words: what a department is in charge of, and so which categories it leads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FUNCTIONS: dict[str, Promise] = {
    "urban_management": _("Urban management and enforcement"),
    "sanitation": _("Sanitation"),
    "housing": _("Housing and construction"),
    "water": _("Water and drains"),
    "power": _("Power supply"),
    "lighting": _("Street lighting"),
    "gas": _("Gas supply"),
    "heating": _("Heating"),
    "telecom": _("Telecommunications"),
    "gardens": _("Parks and trees"),
    "police": _("Police"),
    "traffic_police": _("Traffic police"),
    "fire": _("Fire and rescue"),
    "emergency": _("Emergency management"),
    "market": _("Market supervision"),
    "environment": _("Environment"),
    "transport": _("Transport and roads"),
    "health": _("Health"),
    "civil_affairs": _("Civil affairs"),
    "disabled": _("Disabled people"),
    "veterans": _("Veterans"),
    "human_resources": _("Labour and social security"),
    "education": _("Education and sport"),
    "culture": _("Culture and tourism"),
    "agriculture": _("Agriculture"),
    "natural_resources": _("Natural resources and planning"),
    "justice": _("Justice and mediation"),
    "discipline": _("Discipline inspection"),
}
"""The functions that the shipped categories and departments name; a district may add words of its own."""


def in_words(function: str) -> str:
    """Return a function in the reader's language; one that the district added stays as it was written."""
    return str(FUNCTIONS.get(function, function))
