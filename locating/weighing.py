"""Weigh which grid a reading means: candidates with the words for them, a score, and whether one of them is sure.

Pure. Unsure rather than wrong: whatever leaves room for two grids brings the score below `SURE`, with the reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Kind
from locating.names import Names, Node, Place
from locating.reading import DOUBTFUL, WEAK, Mention, Reading
from residents import addresses

SURE = 0.8
"""A best candidate of at least this score, and no other near it, is sure."""
GAP = 0.2
HouseKey = tuple[int, str]
"""Community, and the key of the address (`House.address_key`)."""


class WordKind(models.TextChoices):
    """What a word that led to a candidate names."""

    ESTATE = "estate", _("Estate")
    BUILDING = "building", _("Building")
    ROAD = "road", pgettext_lazy("of an address", "Road")
    COMMUNITY = "community", _("Community")
    STREET = "street", _("Street")
    GRID = "grid", _("Grid")
    HOUSE = "house", _("House number")


class Doubt(models.TextChoices):
    """Why it is not sure."""

    AMBIGUOUS = "ambiguous", _("Several places have this name.")
    NO_BUILDING = "no_building", _("The place lies in several grids; the number of the building is missing.")
    UNKNOWN_NUMBER = "unknown_number", _("The registers do not have this number.")
    NEAR = "near", _("The words name a place nearby.")
    MISTYPED = "mistyped", _("The name differs in one character.")
    SHORT = "short", _("The name is a short form or part of another one.")
    CLASH = "clash", _("The place does not lie where the other words say.")
    ANOTHER_DISTRICT = "another_district", _("The words may name another district.")
    COARSE = "coarse", _("The words name no estate and no building.")
    SEVERAL = "several", _("The words name several places.")
    POINT = "point", _("The position lies in another grid than the words say.")


class Word(NamedTuple):
    """Words of the text that speak for a candidate."""

    kind: WordKind
    text: str

    @property
    def label(self) -> str:
        return str(self.kind.label)


@dataclass(slots=True)
class Weighed:
    """A grid that the text may mean; `node` is the micro-grid where that is known."""

    node: Node
    score: float
    words: tuple[Word, ...]
    estate_id: int | None = None
    building_id: int | None = None


@dataclass(slots=True)
class Balance:
    """All candidates, the best first, and what speaks against being sure."""

    candidates: list[Weighed] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, doubt: Doubt) -> None:
        if doubt not in self.doubts:
            self.doubts.append(doubt)


def houses_wanted(reading: Reading, names: Names) -> Iterator[HouseKey]:
    """Yield the keys of village houses whose grids decide this reading: of places that lie in several."""
    for mention in reading.mentions:
        if mention.number:
            for place, _strength in mention.places:
                if not place.buildings and len(place.grids) > 1:
                    yield _house_key(place, mention.number)
    if reading.community_number and not reading.mentions:
        for place in _villages(reading, names):
            yield _house_key(place, reading.community_number)


def _house_key(place: Place, number: str) -> HouseKey:
    return place.community.pk, addresses.place_key(place.name, "", "", number)


def _villages(reading: Reading, names: Names) -> list[Place]:
    return [place for node in reading.communities for place in names.villages.get(node.pk, ())]


def weigh(reading: Reading, names: Names, houses: Mapping[HouseKey, Node]) -> Balance:
    """Weigh a reading; `houses` answers `houses_wanted`."""
    balance = Balance()
    found: dict[Node, Weighed] = {}
    for weighed in _all(reading, names, houses, balance):
        there = found.get(weighed.node)
        if there is None or there.score < weighed.score:
            found[weighed.node] = weighed
    factor = reading.nearness
    if reading.nearness < SURE and found:
        balance.doubt(Doubt.NEAR)
    if reading.is_of_another_district and found:
        balance.doubt(Doubt.ANOTHER_DISTRICT)
        factor *= WEAK
    ranked = sorted(found.values(), key=lambda each: (-each.score, each.node.code))
    for each in ranked:
        each.score = round(each.score * factor, 2)
    balance.candidates = ranked
    return balance


def is_sure(candidates: list[Weighed]) -> bool:
    """Say whether the first is good enough, and no other grid comes near it."""
    if not candidates or candidates[0].score < SURE:
        return False
    first = candidates[0]
    return all(other.node.base is first.node.base or other.score <= first.score - GAP for other in candidates[1:])


def _all(reading: Reading, names: Names, houses: Mapping[HouseKey, Node], balance: Balance) -> Iterator[Weighed]:
    if reading.nodes:
        yield from _of_nodes(reading, balance)
    elif reading.mentions:
        several = len(reading.mentions) > 1
        for mention in reading.mentions:
            weights = list(_of_mention(mention, reading, houses, balance))
            for weighed in weights:
                weighed.score *= 0.7 if several and not _agree(reading) else 1.0
                yield weighed
        if several and not _agree(reading):
            balance.doubt(Doubt.SEVERAL)
    elif reading.roads and any(names.on_road.get(road) for road in reading.roads):
        yield from _of_roads(reading, names, balance)
    elif reading.communities:
        yield from _of_communities(reading, names, houses, balance)


def _agree(reading: Reading) -> bool:
    """Say whether all mentioned places lie in one and the same base grid."""
    grids = {pk for mention in reading.mentions for place, _strength in mention.places for pk in place.grids}
    return len(grids) == 1


def _of_nodes(reading: Reading, balance: Balance) -> Iterator[Weighed]:
    alone = len({node.base for node in reading.nodes}) == 1
    if not alone:
        balance.doubt(Doubt.SEVERAL)
    for node, word in reading.nodes.items():
        if node.kind in {Kind.BASE, Kind.DEDICATED, Kind.MICRO}:
            yield Weighed(node, 1.0 if alone else 0.5, (*_context(node, reading), Word(WordKind.GRID, word)))


def _context(node: Node, reading: Reading) -> tuple[Word, ...]:
    """Return the words of communities and streets that this node lies in."""
    found = [Word(WordKind.STREET, word) for above, word in reading.streets.items() if node.is_below(above)]
    found += [
        Word(WordKind.COMMUNITY, word) for above, (word, _s) in reading.communities.items() if node.is_below(above)
    ]
    return tuple(found)


def _speaks(place: Place, reading: Reading, word: str) -> tuple[bool, bool]:
    """Say whether other words speak for a place, and whether any speak against it."""
    speaks_for = speaks_against = False
    others = [node for node, (said, _strength) in reading.communities.items() if said != word]
    for above in (others, reading.streets):
        if above:
            inside = any(place.community.is_below(node) for node in above)
            speaks_for, speaks_against = speaks_for or inside, speaks_against or not inside
    if reading.roads and place.road:
        on_it = place.road in reading.roads
        speaks_for, speaks_against = speaks_for or on_it, speaks_against or not on_it
    return speaks_for, speaks_against


def _of_mention(
    mention: Mention, reading: Reading, houses: Mapping[HouseKey, Node], balance: Balance
) -> Iterator[Weighed]:
    spoken = [(place, strength, *_speaks(place, reading, mention.word)) for place, strength in mention.places]
    kept = [each for each in spoken if each[2] and not each[3]] or [each for each in spoken if not each[3]] or spoken
    strongest = max(each[1] for each in kept)
    kept = [each for each in kept if each[1] == strongest or each[1] > WEAK]
    if len(kept) > 1:
        balance.doubt(Doubt.AMBIGUOUS)
    for place, strength, speaks_for, speaks_against in kept:
        factor = 1.0
        if speaks_against:
            balance.doubt(Doubt.CLASH)
            factor = 0.5
        elif strength <= DOUBTFUL or (strength <= WEAK and not (speaks_for and len(kept) == 1)):
            balance.doubt(Doubt.MISTYPED if mention.is_mistyped else Doubt.SHORT)
            factor = WEAK
        elif strength <= WEAK:
            factor = 0.9
        for weighed in _in_place(place, mention, houses, balance):
            share = (0.65 if weighed.building_id else 0.5) if len(kept) > 1 else 1.0
            weighed.score *= factor * share
            weighed.words = (*_context(weighed.node, reading), *_road_words(place, reading), *weighed.words)
            yield weighed


def _road_words(place: Place, reading: Reading) -> tuple[Word, ...]:
    return (Word(WordKind.ROAD, place.road),) if place.road in reading.roads else ()


def _in_place(place: Place, mention: Mention, houses: Mapping[HouseKey, Node], balance: Balance) -> Iterator[Weighed]:
    """Weigh the grids of one place by the numbers behind its name."""
    words = (Word(WordKind.ESTATE, mention.word),)
    building = place.buildings.get(mention.building or mention.number)
    if building is not None:
        key, node = building
        score = 1.0 if mention.building or len(place.grids) == 1 else 0.85
        yield Weighed(node, score, (*words, Word(WordKind.BUILDING, mention.building or mention.number)), place.pk, key)
        return
    if mention.number and not place.buildings:
        house = houses.get(_house_key(place, mention.number))
        if house is not None:
            yield Weighed(house, 1.0, (*words, Word(WordKind.HOUSE, mention.number)), place.pk)
            return
    has_number = bool(mention.building or mention.number)
    total = sum(count for _node, count in place.grids.values()) or 1
    if len(place.grids) > 1:
        balance.doubt(Doubt.UNKNOWN_NUMBER if has_number else Doubt.NO_BUILDING)
    elif mention.building and place.buildings:
        balance.doubt(Doubt.UNKNOWN_NUMBER)
    for node, count in place.grids.values():
        if len(place.grids) > 1:
            score = 0.3 + 0.4 * count / total
        else:
            score = 0.75 if mention.building and place.buildings else 0.95
        yield Weighed(node, score, words, place.pk)


def _of_roads(reading: Reading, names: Names, balance: Balance) -> Iterator[Weighed]:
    places = {place.pk: place for road in reading.roads for place in names.on_road.get(road, ())}
    exact = [p for p in places.values() if p.road_number and p.road_number == reading.roads[p.road]]
    chosen = exact or list(places.values())
    balance_single = len({pk for place in chosen for pk in place.grids}) == 1 and bool(exact)
    if not balance_single:
        balance.doubt(Doubt.AMBIGUOUS if exact else Doubt.COARSE)
    for place in chosen:
        word = Word(WordKind.ROAD, place.road + (f"{place.road_number}号" if exact else ""))
        against = _speaks(place, reading, "")[1]
        if against:
            balance.doubt(Doubt.CLASH)
        for node, _count in place.grids.values():
            score = (0.9 if balance_single else 0.4) * (0.5 if against else 1.0)
            yield Weighed(node, score, (*_context(node, reading), word), place.pk)


def _of_communities(
    reading: Reading, names: Names, houses: Mapping[HouseKey, Node], balance: Balance
) -> Iterator[Weighed]:
    inside = [c for c in reading.communities if not reading.streets or any(c.is_below(s) for s in reading.streets)]
    chosen = inside or list(reading.communities)
    if not inside:
        balance.doubt(Doubt.CLASH)
    if len(chosen) > 1:
        balance.doubt(Doubt.AMBIGUOUS)
    share = (1.0 if inside else 0.5) / len(chosen)
    for community in chosen:
        words = _context(community, reading)
        number = reading.community_number
        keys = [_house_key(place, number) for place in names.villages.get(community.pk, ())] if number else []
        house = next((houses[key] for key in keys if key in houses), None)
        if house is not None:
            yield Weighed(house, share, (*words, Word(WordKind.HOUSE, number)))
            continue
        grids = [node for node in community.children.values() if node.kind != Kind.DEDICATED]
        strength = reading.communities[community][1]
        if len(grids) > 1:
            balance.doubt(Doubt.COARSE)
        for node in grids:
            score = 0.95 * strength if len(grids) == 1 else 0.3 + 0.3 / len(grids)
            yield Weighed(node, score * share, words)
