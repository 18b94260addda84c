"""Service tiers (五色): how often somebody is visited, not what anybody thinks of them (DOMAIN.md §4.4).

Rules only, no database. Green is the default; blue follows from being a tenant or floating; yellow, orange and red are
granted by people, for a reason of the closed list `care/data/reasons.csv`, for a time, and end by themselves.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Kind
from workorders.categories import in_language


class Tier(models.TextChoices):
    GREEN = "green", pgettext_lazy("service tier", "Green")
    BLUE = "blue", pgettext_lazy("service tier", "Blue")
    YELLOW = "yellow", pgettext_lazy("service tier", "Yellow")
    ORANGE = "orange", pgettext_lazy("service tier", "Orange")
    RED = "red", pgettext_lazy("service tier", "Red")


class GrantState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for a decision")
    IN_FORCE = "in_force", _("In force")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", pgettext_lazy("of a service tier", "Ended")


class End(models.TextChoices):
    """Why a tier that was in force ended."""

    EXPIRED = "expired", _("Its time was over")
    REVOKED = "revoked", _("Revoked")
    REPLACED = "replaced", _("Another tier took its place")
    GONE = "gone", _("The resident is no longer here")
    TURNED_OFF = "turned_off", _("The district turned the tier off")


class Act(models.TextChoices):
    PROPOSE = "propose", _("Proposed")
    APPROVE = "approve", _("Approved by the level")
    SECOND = "second", _("Approved by the second person")
    BEGIN = "begin", _("Came into force")
    REFUSE = "refuse", _("Refused")
    WITHDRAW = "withdraw", _("Withdrawn")
    REVIEW = "review", _("Review asked for")
    END = "end", pgettext_lazy("of a service tier", "Ended")


GRANTED = (Tier.YELLOW, Tier.ORANGE, Tier.RED)
"""The tiers that people grant; nothing else ever gives one (rule 10)."""
RANK = {tier.value: number for number, tier in enumerate(Tier)}
HEIGHTENED = frozenset({Tier.ORANGE, Tier.RED})
"""Off until a district turns them on; two people approve; every look is on record."""
ADULT_FROM = 14
"""Below this age only yellow, and the guardian is notified (rule 9)."""
REVIEW_BEFORE = dt.timedelta(days=7)


@dataclass(frozen=True)
class Ladder:
    """Who grants a tier: at which levels of the resident's place each of them holds the permission."""

    proposes: frozenset[str]
    approves: frozenset[str]
    seconds: frozenset[str]
    """Empty where one approval is enough."""
    max_days: int


_GRIDS = frozenset({Kind.BASE.value, Kind.DEDICATED.value})
_COMMUNITY, _STREET, _DISTRICT = (frozenset({k.value}) for k in (Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT))
LADDERS: dict[str, Ladder] = {
    Tier.YELLOW: Ladder(_GRIDS | _COMMUNITY | _STREET, _COMMUNITY | _STREET, frozenset(), 180),
    Tier.ORANGE: Ladder(_COMMUNITY | _STREET, _STREET, _STREET | _DISTRICT, 90),
    Tier.RED: Ladder(_STREET, _DISTRICT, _STREET | _DISTRICT, 30),
}
"""DOMAIN.md §4.4: worker → secretary; secretary → street and a second person; street → district and a second person.

The street stands in for a secretary who proposed a yellow tier themselves.
"""


@dataclass(frozen=True)
class Reason:
    code: str
    tier: str
    name: str
    name_en: str
    source: str
    verified: bool

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)


@lru_cache(maxsize=1)
def reasons() -> dict[str, Reason]:
    """Read the closed list, by code. What rule 2 forbids is not in it, and nobody adds to it in use."""
    with (Path(__file__).parent / "data" / "reasons.csv").open(encoding="utf-8", newline="") as lines:
        rows = [Reason(**row | {"verified": row["verified"] == "yes"}) for row in csv.DictReader(lines)]
    return {reason.code: reason for reason in rows}


def reasons_of(tier: str) -> list[Reason]:
    return [reason for reason in reasons().values() if reason.tier == tier]
