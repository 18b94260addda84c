"""What a warning says, made from its frozen figures in the reader's language: a sentence, the figures by name, the
list that they count, and the description that an order begins with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext, pgettext_lazy

from alerts.models import EarlyWarning
from alerts.states import RuleKind
from grids.roles import Permission
from grids.standing import Standing
from residents import sight
from residents.safety import CheckKind
from workorders.categories import in_language, name_of

LABELS: dict[str, Promise] = {
    "seen": pgettext_lazy("figure", "Seen"),
    "expected": pgettext_lazy("figure", "Expected"),
    "highest": pgettext_lazy("figure", "Highest of the history"),
    "one_in": gettext_lazy("By chance once in"),
    "same_category": gettext_lazy("Of the same category"),
    "missed": gettext_lazy("People whose visit was missed"),
    "fewer_than": gettext_lazy("People whose visit was missed: fewer than"),
    "days_over": gettext_lazy("Days since the oldest expired"),
    "before": gettext_lazy("In the days before"),
    "late": gettext_lazy("Overdue orders"),
    "open": gettext_lazy("Open orders"),
    "percent": gettext_lazy("Overdue of open (%)"),
    "highest_percent": gettext_lazy("Highest share of the history (%)"),
}
"""The figures that are numbers, in the order in which they are shown."""


@dataclass(frozen=True)
class Line:
    label: str
    value: Any

    @property
    def shown(self) -> str:
        """Return the value as one reads it: 1,204; 0.5; 3 where it is 3.0."""
        return f"{self.value:,}".removesuffix(".0")


def subject(warning: EarlyWarning, who: Standing | None) -> str:
    """Name what the warning is about: category, unit, topic or site, as far as the reader may know."""
    if warning.kind == RuleKind.CHECKS:
        return site_name(warning, who)
    if warning.kind == RuleKind.TOPIC and warning.topic is not None:
        return warning.topic.title
    if warning.kind == RuleKind.RETURNS and warning.unit is not None:
        return str(warning.unit)
    if warning.kind == RuleKind.PLACE and warning.facility is not None:
        return str(warning.facility)
    if warning.kind == RuleKind.RATE and warning.category is not None:
        return name_of(warning.category)
    return str(RuleKind(warning.kind).label)


def site_name(warning: EarlyWarning, who: Standing | None) -> str:
    """Name a key site to whoever sees the registers there; others read that there is one."""
    site = warning.organisation
    if site is None or who is None or not sight.may(who, Permission.VIEW_REGISTERS, site.path_ids):
        return _("a key site")
    return site.name


def sentence(warning: EarlyWarning, who: Standing | None) -> str:
    """Say in plain words what was found, what was expected, and how unlikely it is."""
    return _SENTENCES[RuleKind(warning.kind)](warning, who)


def _rate(warning: EarlyWarning, who: Standing | None) -> str:
    many = npgettext(
        "reports",
        "where %(expected)s was to be expected",
        "where %(expected)s were to be expected",
        _one_or_many(warning),
    )
    given = _said(warning, who) | {"usual": _usual(warning, many)}
    return _("%(place)s: %(seen)s reports of “%(subject)s” in %(span)s, %(usual)s. %(chance)s") % given


def _one_or_many(warning: EarlyWarning) -> int:
    return 1 if warning.number("expected") == 1 else 2


def _usual(warning: EarlyWarning, many: str) -> str:
    """Say what was to be expected: `many` of its number, which is rounded to one decimal; or none, or hardly any."""
    expected = warning.number("expected")
    if expected:
        return many % {"expected": f"{expected:,}".removesuffix(".0")}
    if any(warning.number("history") or []):
        return _("where hardly any was to be expected")
    return _("where none was to be expected")


def _returns(warning: EarlyWarning, who: Standing | None) -> str:
    many = npgettext(
        "returns",
        "where %(expected)s was to be expected",
        "where %(expected)s were to be expected",
        _one_or_many(warning),
    )
    whose = {"whose": str(warning.unit or warning.node.name), "usual": _usual(warning, many)}
    return _("%(whose)s: orders were returned %(seen)s times in %(span)s, %(usual)s. %(chance)s") % (
        _said(warning, who) | whose
    )


def _place(warning: EarlyWarning, who: Standing | None) -> str:
    rule = warning.figures.get("rule", {})
    often = name_of(warning.category) if warning.category is not None else ""
    given = _said(warning, who) | {"radius": rule.get("radius_m", ""), "same": warning.number("same_category")}
    given["subject"] = often
    if warning.facility is not None or warning.number("facility"):
        given["facility"] = str(warning.facility or warning.number("facility"))
        return _(
            "%(place)s: %(seen)s reports in %(span)s name the same facility, %(facility)s; "
            "%(same)s of them “%(subject)s”."
        ) % (given)
    return _(
        "%(place)s: %(seen)s reports within %(radius)s metres or at the same address in %(span)s; "
        "%(same)s of them “%(subject)s”."
    ) % (given)


def _visits(warning: EarlyWarning, who: Standing | None) -> str:
    missed = warning.number("missed")
    if missed is None:
        few = warning.number("fewer_than")
        return _("%(place)s: fewer than %(few)s people who need closer attention were not visited in time.") % {
            "place": warning.node.name,
            "few": few,
        }
    return _("%(place)s: %(missed)s people who need closer attention were not visited in time.") % {
        "place": warning.node.name,
        "missed": missed,
    }


def _checks(warning: EarlyWarning, who: Standing | None) -> str:
    parts = []
    for sign in warning.number("checks") or []:
        kind, _colon, on = sign.partition(":")
        words = CheckKind(kind).label
        if on == "never":
            parts.append(_("%(check)s: never recorded") % {"check": words})
        else:
            parts.append(_("%(check)s: valid until %(day)s") % {"check": words, "day": on})
    return _("%(place)s: checks of %(site)s have expired or are about to. %(checks)s.") % {
        "place": warning.node.name,
        "site": site_name(warning, who),
        "checks": _("; ").join(parts),
    }


def _topic(warning: EarlyWarning, who: Standing | None) -> str:
    return _("“%(subject)s”: %(seen)s hotline requests in %(span)s, after %(before)s in as many days before.") % (
        _said(warning, who) | {"before": warning.number("before")}
    )


def _backlog(warning: EarlyWarning, who: Standing | None) -> str:
    return _(
        "%(place)s: %(late)s of %(open)s open orders are overdue, %(percent)s %%; "
        "in the same weeks before it was at most %(highest)s %%."
    ) % {
        "place": warning.node.name,
        "late": warning.number("late"),
        "open": warning.number("open"),
        "percent": warning.number("percent"),
        "highest": warning.number("highest_percent"),
    }


_SENTENCES: dict[RuleKind, Callable[[EarlyWarning, Standing | None], str]] = {
    RuleKind.RATE: _rate,
    RuleKind.PLACE: _place,
    RuleKind.TIER_VISITS: _visits,
    RuleKind.CHECKS: _checks,
    RuleKind.RETURNS: _returns,
    RuleKind.TOPIC: _topic,
    RuleKind.BACKLOG: _backlog,
}


def _said(warning: EarlyWarning, who: Standing | None) -> dict[str, Any]:
    return {
        "place": warning.node.name,
        "subject": subject(warning, who),
        "seen": warning.number("seen"),
        "span": span(warning),
        "chance": chance(warning),
    }


def span(warning: EarlyWarning) -> str:
    """Name the days looked at."""
    if warning.first_on == warning.last_on:
        return f"{warning.first_on:%Y-%m-%d}"
    days = (warning.last_on - warning.first_on).days + 1
    return ngettext("%(days)s day up to %(last)s", "%(days)s days up to %(last)s", days) % {
        "days": days,
        "last": f"{warning.last_on:%Y-%m-%d}",
    }


def chance(warning: EarlyWarning) -> str:
    """Say how often chance alone would bring so many."""
    one_in = warning.number("one_in")
    if not one_in:
        return ""
    return _("By chance alone so many would come about once in %(times)s such periods.") % {"times": f"{one_in:,}"}


def lines(warning: EarlyWarning) -> list[Line]:
    """Return the frozen figures by name, those that the warning has."""
    figures = warning.figures
    return [Line(str(label), figures[name]) for name, label in LABELS.items() if figures.get(name) is not None]


def history(warning: EarlyWarning) -> list[tuple[int, Any]]:
    """Return the figures compared with, as (weeks before, number), the latest first."""
    return list(enumerate(warning.number("history") or [], start=1))


def rule_name(warning: EarlyWarning) -> str:
    """Return the name of the rule as it was."""
    return in_language(warning.figures.get("name", warning.rule), warning.figures.get("name_en", ""))


def list_url(warning: EarlyWarning, who: Standing) -> str:
    """Return the address of the list that the figures count, as far as there is one for this person."""
    days = {"since": warning.first_on.isoformat(), "until": warning.last_on.isoformat()}
    here = {"tab": "all", "within": warning.node_id}
    sees_orders = who.has(Permission.VIEW_ORDERS)
    if warning.kind == RuleKind.RATE and sees_orders:
        return _orders(here | days | {"category": warning.category_id})
    if warning.kind == RuleKind.BACKLOG and sees_orders:
        return _orders({"tab": "overdue", "within": warning.node_id})
    if warning.kind == RuleKind.TOPIC and warning.topic is not None and who.has(Permission.VIEW_REQUESTS):
        return warning.topic.get_absolute_url()
    if warning.kind == RuleKind.CHECKS and warning.organisation is not None:
        may = sight.may(who, Permission.VIEW_REGISTERS, warning.organisation.path_ids)
        return warning.organisation.get_absolute_url() if may else ""
    if warning.kind == RuleKind.TIER_VISITS and knows_tiers(warning, who):
        return reverse("care:grants")
    return ""


def knows_tiers(warning: EarlyWarning, who: Standing) -> bool:
    """Say whether this person decides on tiers over the warning's place; to others no list is named."""
    node = warning.node
    return any(
        post.unit_id is None and post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght
        for post in who.nodes(Permission.APPROVE_TIER)
    )


def _orders(query: dict[str, Any]) -> str:
    return f"{reverse('workorders:list')}?{urlencode(query)}"


def description(warning: EarlyWarning, who: Standing | None) -> str:
    """Return what an order from this warning begins with; whoever confirms may change it."""
    return _("Early warning %(number)s. %(words)s Please look into it on the spot.") % {
        "number": warning.pk,
        "words": sentence(warning, who),
    }
