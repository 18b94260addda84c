"""Whether a report goes to the desk, is held for somebody to look at, or is refused with words: pure.

An office or a carrier puts many people behind one address, so that the first bound only holds what comes, and the
second, which no street reaches in an hour, refuses. What the desk may get in an hour is bounded whoever sends it.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

LEAST_SECONDS = 3
ADDRESS_HELD, ADDRESS_REFUSED = 20, 60
"""Reports in an hour from one address."""
DEVICE_HELD, DEVICE_REFUSED = 6, 20
SUMS_HELD = 3
"""Reports in an hour from one address that were proven by the sum, which a robot can do as well."""
ALL_SUMS_HELD = 60
"""The same from everywhere."""


class Reason(models.TextChoices):
    """Why a report is held."""

    TRAP = "trap", _("A field that people do not see was filled in")
    TOO_FAST = "too_fast", _("Written faster than anybody types")
    ADDRESS = "address", _("Many reports from one address")
    DEVICE = "device", _("Many reports from one device")
    SUMS = "sums", _("Many reports without a script")
    FLOOD = "flood", _("Many reports in this hour")
    LINKS = "links", _("Links in the text")


class Refusal(models.TextChoices):
    TOO_MANY = "too_many", _("Too many reports came from your connection. Try again in an hour, or call the hotline.")
    FULL = "full", _("So many reports come in just now that no more can be taken. Please call the hotline.")


@dataclass(frozen=True)
class Facts:
    """Counts are of this hour, this report included; `waiting` and `taken` are of the district."""

    seconds: float
    is_trapped: bool = False
    is_by_sum: bool = False
    has_links: bool = False
    from_address: int = 1
    from_device: int = 1
    sums_from_address: int = 1
    sums: int = 1
    taken: int = 0
    waiting: int = 0
    most_taken: int = 300
    most_waiting: int = 500


@dataclass(frozen=True)
class Verdict:
    reasons: tuple[Reason, ...] = ()
    refusal: Refusal | None = None

    @property
    def is_held(self) -> bool:
        return bool(self.reasons)


def judge(facts: Facts) -> Verdict:
    """Say what becomes of a report whose proof is right."""
    if facts.from_address > ADDRESS_REFUSED or facts.from_device > DEVICE_REFUSED:
        return Verdict(refusal=Refusal.TOO_MANY)
    found = {
        Reason.TRAP: facts.is_trapped,
        Reason.TOO_FAST: facts.seconds < LEAST_SECONDS,
        Reason.ADDRESS: facts.from_address > ADDRESS_HELD,
        Reason.DEVICE: facts.from_device > DEVICE_HELD,
        Reason.SUMS: facts.is_by_sum and (facts.sums_from_address > SUMS_HELD or facts.sums > ALL_SUMS_HELD),
        Reason.FLOOD: facts.taken >= facts.most_taken,
        Reason.LINKS: facts.has_links,
    }
    reasons = tuple(reason for reason, is_so in found.items() if is_so)
    if reasons and facts.waiting >= facts.most_waiting:
        return Verdict(reasons, Refusal.FULL)
    return Verdict(reasons)
