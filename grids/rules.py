"""Who stands under whom in the tree, and how nodes are numbered (DOMAIN.md §2.2, §2.3). No database here.

A district has the 6 digits of its division code. Below it each level adds its number to its parent's code: streets
and communities 3 digits as published, base grids 001-900, dedicated grids 901-999, micro-grids 2 digits.
"""

import re
from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.errors import InvalidTree
from grids.models import Kind, Settlement

PARENT_KIND: dict[Kind, Kind] = {
    Kind.STREET: Kind.DISTRICT,
    Kind.COMMUNITY: Kind.STREET,
    Kind.BASE: Kind.COMMUNITY,
    Kind.DEDICATED: Kind.COMMUNITY,
    Kind.MICRO: Kind.BASE,
}
"""Every grid belongs to exactly one community, never directly to a street or a district (DOMAIN.md §2.2)."""

DISTRICT_DIGITS = 6
DIGITS = {Kind.STREET: 3, Kind.COMMUNITY: 3, Kind.BASE: 3, Kind.DEDICATED: 3, Kind.MICRO: 2}
"""How many digits a kind adds to its parent's code."""

NUMBERS = {
    Kind.STREET: range(1, 600),
    Kind.COMMUNITY: range(1, 600),
    Kind.BASE: range(1, 901),
    Kind.DEDICATED: range(901, 1000),
    Kind.MICRO: range(1, 100),
}

TOWNSHIP_NUMBERS = (range(1, 200), range(200, 400), range(400, 600))
"""Streets and towns, townships, quasi-township units (development zones, farms)."""

SETTLEMENT_NUMBERS = {
    Settlement.URBAN: (range(1, 200), range(400, 500)),
    Settlement.RURAL: (range(200, 400), range(500, 600)),
}
"""Residents' committees and villagers' committees, each with its quasi units."""

NEW_COMMUNITY_NUMBERS = {
    Settlement.URBAN: range(1, 200),
    Settlement.RURAL: range(200, 400),
}

_WORDS = {
    Kind.DISTRICT: gettext_lazy("A district has nothing above it."),
    Kind.STREET: gettext_lazy("A street stands under a district."),
    Kind.COMMUNITY: gettext_lazy("A community stands under a street."),
    Kind.BASE: gettext_lazy("A base grid stands under a community."),
    Kind.DEDICATED: gettext_lazy("A dedicated grid stands under a community."),
    Kind.MICRO: gettext_lazy("A micro-grid stands under a base grid."),
}


def check_parent(kind: str, parent_kind: str | None) -> None:
    """Raise InvalidTree unless a node of this kind may stand under one of that kind."""
    if PARENT_KIND.get(Kind(kind)) != parent_kind:
        raise InvalidTree(str(_WORDS[Kind(kind)]), field="parent")


def check_code(kind: str, code: str, parent_code: str) -> None:
    """Raise InvalidTree unless the code is the parent's with a number of this kind; "" stands above a district."""
    if kind == Kind.DISTRICT:
        if not re.fullmatch(r"[0-9]{6}", code):
            raise InvalidTree(
                _("The code of a district has 6 digits; this is “%(code)s”.") % {"code": code}, field="code"
            )
        return
    numbers, digits = NUMBERS[Kind(kind)], DIGITS[Kind(kind)]
    tail = code.removeprefix(parent_code)
    is_number = code.startswith(parent_code) and re.fullmatch(rf"[0-9]{{{digits}}}", tail) is not None
    if not is_number or int(tail) not in numbers:
        words = _("The code must be %(parent)s followed by %(first)s to %(last)s; this is “%(code)s”.")
        first, last = f"{numbers[0]:0{digits}d}", f"{numbers[-1]:0{digits}d}"
        raise InvalidTree(words % {"parent": parent_code, "first": first, "last": last, "code": code}, field="code")


def next_code(kind: str, parent_code: str, taken: Collection[str], settlement: str = "") -> str:
    """Return the code after the highest taken one of this kind under this parent; gaps only when the end is reached.

    `taken` holds the codes under the parent, those of closed nodes and former ones too: a number is given once.
    A community's number says whether it is urban or rural. Raises InvalidTree when all numbers are given.
    """
    numbers, digits = NUMBERS[Kind(kind)], DIGITS[Kind(kind)]
    if kind == Kind.STREET:
        numbers = range(1, 100)
    elif kind == Kind.COMMUNITY:
        numbers = NEW_COMMUNITY_NUMBERS[Settlement(settlement or Settlement.URBAN)]
    used = {int(code[len(parent_code) :]) for code in taken}
    used = {number for number in used if number in numbers}
    highest = max(used, default=numbers[0] - 1)
    free = [highest + 1] if highest < numbers[-1] else [number for number in numbers if number not in used]
    if not free:
        raise InvalidTree(_("All numbers under %(code)s are given.") % {"code": parent_code}, field="code")
    return f"{parent_code}{free[0]:0{digits}d}"


def settlement_of(code: str) -> Settlement | None:
    """Say from a 12-digit statistical code whether a community is urban or rural; None where it says neither."""
    number = int(code[9:12])
    for settlement, spans in SETTLEMENT_NUMBERS.items():
        if any(number in span for span in spans):
            return settlement
    return None


def kind_of_number(tail: str) -> Kind:
    """Say what three digits after a community's code name: 901-999 are dedicated grids, others base grids."""
    return Kind.DEDICATED if int(tail) in NUMBERS[Kind.DEDICATED] else Kind.BASE
