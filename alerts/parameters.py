"""The numbers of each kind of rule: what they mean, between what bounds they lie. No database.

A rule's row keeps them as a mapping; what is not in it holds as the shipped rule of its kind has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alerts.states import RuleKind
from grids.models import Kind


@dataclass(frozen=True)
class Number:
    """A whole number of a rule, with its bounds and what it is when nothing is said."""

    name: str
    label: Promise
    least: int
    most: int
    usual: int
    help: Promise | str = ""


@dataclass(frozen=True)
class Choice:
    """A choice of a rule: pairs of value and words; the first is the usual one."""

    name: str
    label: Promise
    choices: tuple[tuple[str, Promise | str], ...]
    help: Promise | str = ""

    @property
    def usual(self) -> str:
        return self.choices[0][0]


Parameter = Number | Choice
LEVELS: tuple[tuple[str, Promise | str], ...] = (
    (Kind.COMMUNITY.value, Kind.COMMUNITY.label),
    (Kind.STREET.value, Kind.STREET.label),
    (Kind.DISTRICT.value, Kind.DISTRICT.label),
)
WITH_GRIDS = (*LEVELS, (Kind.BASE.value, Kind.BASE.label))
"""Care visits are never counted below the community (DOMAIN.md §4.4)."""

_LEVEL = Choice("level", _("For each"), WITH_GRIDS)
_WINDOW = Number("days", _("Looked at (days)"), 1, 7, 7, _("One day is compared with the same weekday before."))
_WEEKS = Number("weeks", _("Weeks to compare with"), 4, 52, 8)
_SHARE = Number("percent", _("Of the expected, at least (%)"), 100, 1000, 200)
_ONE_IN = Number(
    "one_in", _("By chance at most once in"), 10, 1_000_000, 10_000, _("The larger, the fewer warnings by mere chance.")
)


_SAME_PLACE = _("The same facility or address counts whatever the distance.")
_SO_MANY = pgettext_lazy("of a rule", "At least so many")


def _least(usual: int, label: Promise = _SO_MANY) -> Number:
    return Number("least", label, 1, 1000, usual)


PARAMETERS: dict[RuleKind, tuple[Parameter, ...]] = {
    RuleKind.RATE: (_LEVEL, _WINDOW, _WEEKS, _least(6), _SHARE, _ONE_IN),
    RuleKind.PLACE: (
        _least(4),
        Number("radius_m", _("Within (metres)"), 10, 1000, 50, _SAME_PLACE),
        Number("days", _("Within (days)"), 1, 90, 14),
    ),
    RuleKind.TIER_VISITS: (
        Choice("level", _("For each"), LEVELS),
        _least(5, _("At least so many people")),
        Number("late_days", _("Overdue for more than (days)"), 0, 90, 7),
    ),
    RuleKind.CHECKS: (
        Number("ahead_days", _("Due within (days)"), 0, 90, 30, _("0 warns once it has expired.")),
        Choice(
            "never",
            _("Never checked, as far as known"),
            (("no", _("do not warn")), ("yes", _("warn as well"))),
            _("Registers that were just brought in often lack the dates."),
        ),
    ),
    RuleKind.RETURNS: (
        Choice("of", _("For each"), (("unit", _("Unit")), *LEVELS)),
        _WINDOW,
        _WEEKS,
        _least(4),
        _SHARE,
        _ONE_IN,
    ),
    RuleKind.TOPIC: (
        _least(5, _("At least so many requests")),
        Number("days", _("Looked at (days)"), 1, 30, 7),
        _SHARE,
    ),
    RuleKind.BACKLOG: (
        Choice("level", _("For each"), LEVELS),
        _WEEKS,
        _least(5, _("At least so many overdue orders")),
        Number("points", _("Above the highest share so far by (percentage points)"), 0, 100, 10),
    ),
}


@dataclass(frozen=True)
class Given:
    """A rule's parameters, each within its bounds; what is missing or makes no sense is as usual."""

    kind: RuleKind
    values: Mapping[str, Any] = field(default_factory=dict)

    def number(self, name: str) -> int:
        spec = next(one for one in PARAMETERS[self.kind] if isinstance(one, Number) and one.name == name)
        value = self.values.get(name, spec.usual)
        return min(max(int(value), spec.least), spec.most)

    def choice(self, name: str) -> str:
        spec = next(one for one in PARAMETERS[self.kind] if isinstance(one, Choice) and one.name == name)
        value = str(self.values.get(name, spec.usual))
        return value if value in dict(spec.choices) else spec.usual

    def all(self) -> dict[str, Any]:
        """Return every parameter of the kind with its value."""
        return {
            one.name: self.number(one.name) if isinstance(one, Number) else self.choice(one.name)
            for one in PARAMETERS[self.kind]
        }

    def said(self) -> list[tuple[Promise, Any]]:
        """Return label and value of each, for a page."""
        values = self.all()
        return [
            (one.label, dict(one.choices)[values[one.name]] if isinstance(one, Choice) else values[one.name])
            for one in PARAMETERS[self.kind]
        ]
