"""What a district uses: orange and red only after two people turned them on, and which reasons of the list."""

from typing import cast

from care.models import ReasonSwitch, TierSwitch
from care.tiers import HEIGHTENED


def is_on(district_id: int, tier: str) -> bool:
    """Say whether a tier may be granted in the district (yellow always); at most one query."""
    return tier not in HEIGHTENED or tier in turned_on(district_id)


def turned_on(district_id: int) -> set[str]:
    rows = TierSwitch.objects.filter(district_id=district_id, confirmed_at__isnull=False, ended_at=None)
    return set(rows.values_list("tier", flat=True))


def unused_reasons(district_id: int) -> set[str]:
    """Return the codes of the list that the district switched off."""
    rows = cast("list[ReasonSwitch]", list(ReasonSwitch.objects.filter(district_id=district_id, valid_to=None)))
    return {row.reason_code for row in rows}
