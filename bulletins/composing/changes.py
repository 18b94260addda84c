"""Why a number changed, stated as arithmetic: what contributed most, and what the rest adds up to. No database."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bulletins.wording import ORDERS, difference, is_chinese, listed


@dataclass(frozen=True)
class Contribution:
    """By how much the whole changed, what contributed most to it, and what all others add up to."""

    change: int
    leading: tuple[tuple[str, int], ...]
    rest: int


def contributions(now: Mapping[str, int], before: Mapping[str, int], most: int = 3) -> Contribution:
    """Split the change of a whole into its parts: the largest of its own direction first, the rest together.

    Whatever the parts, `change == sum(of leading) + rest`. Where the whole did not change, the largest of either
    direction lead.
    """
    changes = {key: now.get(key, 0) - before.get(key, 0) for key in {*now, *before}}
    whole = sum(changes.values())
    sign = (whole > 0) - (whole < 0)
    driving = [(key, n) for key, n in changes.items() if n and (not sign or n * sign > 0)]
    leading = sorted(driving, key=lambda one: (-abs(one[1]), one[0]))[:most]
    return Contribution(whole, tuple(leading), whole - sum(n for _key, n in leading))


def said(found: Contribution, names: Mapping[str, str], unit: str = ORDERS) -> str:
    """Say the parts: “市容环境增加24件、市政设施增加9件，其余合计增加4件”; "" where nothing changed."""
    if not found.leading:
        return ""
    parts = listed(f"{names.get(key, key)}{_gap()}{difference(n, unit)}" for key, n in found.leading)
    if not found.rest:
        return parts
    return _("%(parts)s, all others together %(rest)s") % {"parts": parts, "rest": difference(found.rest, unit)}


def _gap() -> str:
    return "" if is_chinese() else " "
