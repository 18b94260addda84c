"""Find people, houses and organisations by what one knows of them, within one's sight (one box).

Names are found by their beginning, also from the second and third character on: three ranges of an index each, united,
so that the answer takes as long in a large register as in a small one; the few names of more than three characters have
an index of their own. Full numbers are found by their keyed fingerprint. Nothing that was asked for is kept.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from residents import addresses, credit_codes, fingerprints, identity_numbers, phones
from residents.models import Estate, House, Organisation, Resident
from residents.models.people import LONG_NAME
from residents.reading import Unreadable, plain

MOST = 50
"""So many of a kind are shown; whoever finds more says more."""
SHORTEST_CODE = 5
_LAST_FOUR = re.compile(r"\d{3}[\dX]")
_INITIALS = re.compile(r"[A-Z]{2,8}")
_NUMBER = re.compile(r"[A-Z0-9]{5,30}")


class Asked(StrEnum):
    """What the words were taken for."""

    NOTHING = "nothing"
    IDENTITY = "identity"
    PHONE = "phone"
    LAST_FOUR = "last_four"
    PART_OF_A_NUMBER = "part_of_a_number"
    INITIALS = "initials"
    WORDS = "words"


@dataclass(frozen=True)
class Found:
    """What is shown, at most MOST of each kind; `more` names the kinds of which there are more."""

    asked: Asked
    people: list[Resident] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)
    estates: list[Estate] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    more: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.people or self.houses or self.estates or self.organisations)


@dataclass(frozen=True)
class Scope:
    """The nodes that one's posts open, by the columns that lead the indexes."""

    trees: frozenset[int]
    streets: frozenset[int]
    """Streets that are open as a whole."""
    communities: frozenset[int]
    grids: frozenset[int]
    micros: frozenset[int]

    @property
    def is_empty(self) -> bool:
        return not (self.streets or self.communities or self.grids or self.micros)

    @property
    def districts(self) -> QuerySet[Grid, int]:
        """The districts, as they lead the indexes of whole numbers."""
        found: QuerySet[Grid, int] = Grid.objects.filter(tree_id__in=self.trees, kind=Kind.DISTRICT).values_list("pk")
        return found

    def small(self) -> list[Q]:
        """Return a condition for each level below the street; each is on an index, and what it holds stays small."""
        of_micros = Q(micro__in=self.micros, grid__in=Grid.objects.filter(pk__in=self.micros).values("parent"))
        levels = [(self.communities, Q(community__in=self.communities)), (self.grids, Q(grid__in=self.grids))]
        return [condition for nodes, condition in [*levels, (self.micros, of_micros)] if nodes]


def scope_of(user: User) -> Scope:
    """Return what this person's posts open: one query at most, for the streets of districts."""
    levels: dict[str, set[int]] = {kind: set() for kind in (*Kind.values, "grid")}
    trees = set()
    for post in standing_for(user).nodes(Permission.VIEW_REGISTERS):
        if post.unit_id is None:
            trees.add(post.tree_id)
            levels["grid" if post.kind in {Kind.BASE, Kind.DEDICATED} else post.kind].add(post.node_id)
    if levels[Kind.DISTRICT]:
        below = Grid.objects.filter(kind=Kind.STREET, parent__in=levels[Kind.DISTRICT])
        levels[Kind.STREET].update(below.values_list("pk", flat=True))
    names = (Kind.STREET, Kind.COMMUNITY, "grid", Kind.MICRO)
    return Scope(frozenset(trees), *(frozenset(levels[name]) for name in names))


def search(text: str, user: User) -> Found:
    """Find what these words may mean; they stand in no address, log or record."""
    words = " ".join(text.split())[:100]
    number = plain(words).upper()
    scope = scope_of(user)
    if not number or scope.is_empty:
        return Found(Asked.NOTHING)
    if found := _by_number(number, user, scope):
        return found
    if _INITIALS.fullmatch(number):
        people = _initialled(number.lower(), user, scope) + _named(words, user, scope)
        return _cut(Asked.INITIALS, people, organisations=_organisations(words, user, scope))
    if number.isdigit() and number.isascii():
        return Found(Asked.PART_OF_A_NUMBER)
    if len(number) == 1:  # a surname; it would stand in half of all names of firms
        return _cut(Asked.WORDS, _named(words, user, scope))
    return _cut(
        Asked.WORDS,
        [] if any(character.isdigit() for character in number) else _named(words, user, scope),
        _houses(words, user, scope),
        _estates(words, user),
        _organisations(words, user, scope),
    )


def _by_number(number: str, user: User, scope: Scope) -> Found | None:
    """Take the words for a number, whole or its end; None where they are none."""
    seen = _people(user)
    if identity := _identity_in(number):
        whole = seen.filter(district__in=scope.districts, identity_hash__in=fingerprints.of_identity(identity))
        return _cut(Asked.IDENTITY, whole.order_by("pk")[: MOST + 1])
    if phone := _phone_in(number):
        return _cut(Asked.PHONE, seen.filter(phone_hash__in=fingerprints.of_phone(phone)).order_by("pk")[: MOST + 1])
    if _LAST_FOUR.fullmatch(number):
        ends = [seen.filter(identity_last4=number), seen.filter(phone_last4=number)]
        return _cut(Asked.LAST_FOUR, _united(ends, user))
    if _NUMBER.fullmatch(number) and any(character.isdigit() for character in number):
        if code := _credit_code_in(number):
            mine = Organisation.objects.visible_to(user).filter(district__in=scope.districts, credit_code=code)
            return _cut(Asked.IDENTITY, [], organisations=mine[: MOST + 1])
        if any(character.isalpha() for character in number):  # a passport or a permit
            other = seen.filter(district__in=scope.districts, identity_hash__in=fingerprints.of_identity(number))
            if people := list(other[: MOST + 1]):
                return _cut(Asked.IDENTITY, people)
    return None


def _identity_in(number: str) -> str:
    try:
        return identity_numbers.read(number, convert_legacy=True).text
    except Unreadable:
        return ""


def _phone_in(number: str) -> str:
    try:
        return phones.read(number).text
    except Unreadable:
        return ""


def _credit_code_in(number: str) -> str:
    try:
        return credit_codes.read(number)
    except Unreadable:
        return ""


def _people(user: User) -> QuerySet[Resident]:
    """Return whom this person sees, without entries that turned out double, as far as results show them."""
    seen = Resident.objects.visible_to(user).exclude(gone="double")
    return seen.select_related("house", "grid").only(*_SHOWN)


def _named(name: str, user: User, scope: Scope) -> list[Resident]:
    """Find people by a part of their name: those called so first, then those whose name begins so."""
    if any(character >= "\u4e00" for character in name):
        name = name.replace(" ", "")
    branches: list[QuerySet[Resident]] = []
    if scope.streets:
        there = Resident.objects.filter(street__in=scope.streets)
        from_second = there.annotate(rest=Substr("name", 2)).filter(rest__startswith=name)
        from_third = there.annotate(rest=Substr("name", 3)).filter(rest__startswith=name)
        long = there.filter(LONG_NAME, name__contains=name)
        branches += [there.filter(name__startswith=name).order_by("name", "pk"), from_second, from_third, long]
    branches += [Resident.objects.filter(level, name__contains=name) for level in scope.small()]
    return _united(branches, user, lambda h: (bool(h.gone), h.name != name, not h.name.startswith(name), h.name, h.pk))


def _initialled(initials: str, user: User, scope: Scope) -> list[Resident]:
    """Find people by the beginning of their name's initials."""
    levels = scope.small() + ([Q(street__in=scope.streets)] if scope.streets else [])
    branches = [Resident.objects.filter(level, initials__startswith=initials) for level in levels]
    return _united(branches, user, lambda h: (bool(h.gone), h.initials != initials, h.name, h.pk))


class _Head(NamedTuple):
    """What decides an entry's place among the results."""

    pk: int
    name: str
    initials: str
    gone: str


def _united(
    branches: Iterable[QuerySet[Resident]],
    user: User,
    place: Callable[[_Head], Any] = lambda head: (head.name, head.pk),
) -> list[Resident]:
    """Take the head of each branch on its own index, put them in their places, and read only the rows that count."""
    heads = [rows.exclude(gone="double").values_list(*_Head._fields)[: MOST + 1] for rows in branches]
    if not heads:
        return []
    found = {_Head(*row) for row in (heads[0].union(*heads[1:]) if len(heads) > 1 else heads[0])}
    first = [head.pk for head in sorted(found, key=place)[: MOST + 1]]
    people = {person.pk: person for person in _people(user).filter(pk__in=first)}
    return [people[pk] for pk in first if pk in people]


def _houses(words: str, user: User, scope: Scope) -> list[House]:
    """Find houses by address in any usual spelling; an estate's name alone finds the estate, not each of its houses."""
    parts = addresses.parse_house(words)
    if not (parts.building or parts.room):
        return []
    whole = Q(address_key__startswith=_beginning(parts))
    if parts.estate:
        for estate in _estates(parts.estate, user)[:10]:
            whole |= Q(address_key__startswith=_beginning(parts._replace(estate=estate.name)))
    levels = [*scope.small(), *([Q(street__in=scope.streets)] if scope.streets else [])]
    conditions = [level & (whole if parts.estate else Q(address_key__endswith=_ending(parts))) for level in levels]
    seen = House.objects.visible_to(user).standing()
    heads = [seen.filter(condition).values_list("pk", flat=True)[: MOST + 1] for condition in conditions]
    keys = list(heads[0].union(*heads[1:])) if len(heads) > 1 else list(heads[0])
    return list(seen.filter(pk__in=keys).defer("owner_phone").order_by("address_key", "pk")[: MOST + 1])


def _beginning(parts: addresses.HouseAddress) -> str:
    """Return how the keys of these houses begin; 4号楼 is not the beginning of 41号楼."""
    return parts.key if parts.room else f"{parts.key.rstrip('|')}|"


def _ending(parts: addresses.HouseAddress) -> str:
    return "|" + "|".join(parts.key.split("|")[1:])


def _estates(words: str, user: User) -> list[Estate]:
    name = addresses.estate_key(words)
    seen = Estate.objects.visible_to(user).standing().filter(Q(name__contains=name) | Q(name__contains=words))
    rows = seen.select_related("community").defer("community__boundary", "community__duties")
    return list(rows.order_by("name", "pk")[: MOST + 1]) if name else []


def _organisations(words: str, user: User, scope: Scope) -> list[Organisation]:
    levels = [*scope.small(), *([Q(street__in=scope.streets)] if scope.streets else [])]
    mine = Organisation.objects.visible_to(user).filter(reduce(or_, levels), name__contains=words)
    return list(mine.defer("manager_phone", "safety_phone").order_by("name", "pk")[: MOST + 1])


def _cut(
    asked: Asked,
    people: Iterable[Resident] = (),
    houses: Iterable[House] = (),
    estates: Iterable[Estate] = (),
    organisations: Iterable[Organisation] = (),
) -> Found:
    """Keep MOST of each kind, each row once, and say of which kinds there are more."""
    each = list({row.pk: row for row in people}.values())
    homes, quarters, firms = list(houses), list(estates), list(organisations)
    counts = {"people": len(each), "houses": len(homes), "estates": len(quarters), "organisations": len(firms)}
    more = frozenset(name for name, count in counts.items() if count > MOST)
    return Found(asked, each[:MOST], homes[:MOST], quarters[:MOST], firms[:MOST], more)


_SHOWN = (
    *("kind", "name", "initials", "sex", "born_on", "identity_last4", "gone", "house__address"),
    *("grid__name", "grid__code", "grid__kind"),
)
"""What results show of a person; the encrypted columns and the outlines would take longer to read than to find."""
