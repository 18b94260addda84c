"""Read a text for the names that it holds: which estate, community, street, road, grid, and the numbers behind them.

Pure. A reading says what was written; which grid it means is weighed in `locating/weighing.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from grids.models import Kind
from locating import words
from locating.names import Entry, Names, Node, Place
from residents import addresses

_DIGITS = frozenset("0123456789零一二两三四五六七八九十百甲乙丙丁ABCDEFGH")
WEAK = 0.6
"""The strength of a name that is a short form, mistyped, or perhaps only a part of a longer one."""
DOUBTFUL = 0.5
"""Weaker: no other word makes up for it. 颂运花园 where 颂运花园东区 is written, which may be elsewhere."""


class Match(NamedTuple):
    start: int
    end: int
    entries: tuple[Entry, ...]
    is_mistyped: bool = False


@dataclass(slots=True)
class Mention:
    """An estate or village that the text names, all places of the name, and the numbers behind it."""

    word: str
    places: list[tuple[Place, float]]
    building: str = ""
    number: str = ""
    is_mistyped: bool = False


@dataclass(slots=True)
class Reading:
    text: str
    mentions: list[Mention] = field(default_factory=list)
    communities: dict[Node, tuple[str, float]] = field(default_factory=dict)
    """With the words, and how strong they are."""
    streets: dict[Node, str] = field(default_factory=dict)
    roads: dict[str, str] = field(default_factory=dict)
    """By name, the number behind it or nothing."""
    nodes: dict[Node, str] = field(default_factory=dict)
    """Grids named as such."""
    community_number: str = ""
    """The house number behind a community's name."""
    nearness: float = 1.0
    is_of_another_district: bool = False


def read(text: str, names: Names) -> Reading:
    """Read a cleaned text (`words.clean`)."""
    reading = Reading(text)
    matches = [match for match in _scan(text, names) if not _is_only_a_beginning(match, text)]
    if not any(isinstance(entry.place, Place) for match in matches for entry in match.entries):
        mistyped = _mistyped(text, names, matches)
        if mistyped is not None:
            matches = sorted([*matches, mistyped])
    before = 0
    for index, match in enumerate(matches):
        following = matches[index + 1] if index + 1 < len(matches) else None
        before = _take(reading, match, before, following)
    _read_grids(reading, names)
    first = matches[0].start if matches else len(text)
    if first >= 3 and matches:
        reading.is_of_another_district = words.names_another_district(text[:first], names.district, names.district_code)
    last = matches[-1].end if matches else 0
    reading.nearness = words.nearness(text[last:], is_named=bool(matches))
    return reading


def _scan(text: str, names: Names) -> list[Match]:
    """Find the names in the text: of those that overlap the longest, by their place."""
    found: list[Match] = []
    lengths, entries = names.lengths, names.entries
    for start in range(len(text) - 1):
        for length in lengths.get(text[start : start + 2], ()):
            there = entries.get(text[start : start + length])
            if there is not None and start + length <= len(text):
                found.append(Match(start, start + length, there))
                break
    if len(found) < 2:
        return found
    kept: list[Match] = []
    for match in sorted(found, key=lambda match: (match.start - match.end, match.start)):
        if all(match.end <= other.start or match.start >= other.end for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.start)


def _is_only_a_beginning(match: Match, text: str) -> bool:
    """Say whether this is an estate's short form where the text goes on with other words: 颂运 in 颂运大厦."""
    if match.end - match.start > 2 or any(entry.strength > WEAK for entry in match.entries):
        return False
    rest = text[match.end :]
    return not (words.ends_there(rest) or words.after_estate(rest))


def _mistyped(text: str, names: Names, matches: list[Match]) -> Match | None:
    """Find a name of an estate that the text misses by one character, where exactly one name comes so near."""
    near: dict[str, Match] = {}
    for start, stop in _gaps(text, matches):
        for begin, end in _windows(text, start, stop, names):
            for name in names.close_to(text[begin:end]):
                places = tuple(entry for entry in names.entries[name] if isinstance(entry.place, Place))
                if places and (name not in near or end - begin == len(name)):
                    near[name] = Match(begin, end, places, is_mistyped=True)
    if not near:
        return None
    longest = max(len(name) for name in near)
    best = [match for name, match in near.items() if len(name) == longest]
    entries = tuple(entry for match in best for entry in match.entries)
    return best[0]._replace(entries=entries)


def _windows(text: str, start: int, stop: int, names: Names) -> Iterator[tuple[int, int]]:
    """Yield the parts of a piece that begin or end as a long name does, and are about as long."""
    firsts, lasts, longest = names.ends
    for at in range(start, stop - 1):
        pair = text[at : at + 2]
        if pair in firsts:
            yield from ((at, end) for end in range(at + 3, min(stop, at + longest + 1) + 1))
        if pair in lasts:
            yield from ((begin, at + 2) for begin in range(max(start, at + 1 - longest), at))


def _gaps(text: str, matches: list[Match]) -> Iterator[tuple[int, int]]:
    """Yield the pieces of the text that no name covers and that have no digits."""
    covered = {at for match in matches for at in range(match.start, match.end)}
    start = 0
    for at in range(len(text) + 1):
        if at == len(text) or at in covered or (text[at].isdigit() and text[at + 1 : at + 2] not in {"期", "区"}):
            if at - start >= 3:
                yield start, at
            start = at + 1


def _take(reading: Reading, match: Match, before: int, following: Match | None) -> int:
    """Add to the reading what one name says; returns where the next begins to look for what stands before it."""
    text = reading.text
    limit = following.start if following is not None else len(text)
    word, rest = text[match.start : match.end], text[match.end : limit]
    if words.is_road(rest) and not isinstance(match.entries[0].place, str):
        return before
    places = [(e.place, e.strength) for e in match.entries if isinstance(e.place, Place)]
    communities = [e for e in match.entries if isinstance(e.place, Node) and e.place.kind == Kind.COMMUNITY]
    streets = [e for e in match.entries if isinstance(e.place, Node) and e.place.kind == Kind.STREET]
    is_whole = limit == match.end or words.ends_there(rest)
    begins = match.start == before or words.begins_there(text[before : match.start])
    committee, street = words.after_committee(rest, word), words.after_street(rest)
    for entry in match.entries:
        if isinstance(entry.place, str):
            reading.roads[entry.place] = words.road_number(rest)
        elif isinstance(entry.place, Node) and entry.place.kind not in {Kind.COMMUNITY, Kind.STREET}:
            reading.nodes[entry.place] = word
    for entry in streets:
        leads = not street and following is not None and limit == match.end and _lies_in(following, entry.place)
        if entry.strength == 1.0 or street or leads:
            reading.streets[entry.place] = word + rest[:street]  # type: ignore[index]  # a node, by its kind
        if street or leads:
            return match.end + street
    said = committee > 0 or any(entry.strength == 1.0 for entry in communities)
    for entry in communities:
        if said or is_whole:
            strength = 1.0 if begins and said else 0.8
            reading.communities[entry.place] = (word + rest[:committee], strength)  # type: ignore[index]  # as above
    if communities and committee and not (rest[:committee] == "村" and places):
        reading.community_number = _numbers(rest[committee:])[1]
        return match.end + committee
    if places:
        _mention(reading, match, word, rest, places, begins=begins, is_whole=is_whole)
    elif communities:
        reading.community_number = _numbers(rest)[1]
    return match.end + words.after_estate(rest)


def _lies_in(match: Match, street: object) -> bool:
    """Say whether a name is that of something in this street: 长沟王庄 is 王庄 in 长沟镇, not the village 长沟."""
    nodes = [each.place.community if isinstance(each.place, Place) else each.place for each in match.entries]
    return any(isinstance(node, Node) and isinstance(street, Node) and node.is_below(street) for node in nodes)


def _mention(
    reading: Reading,
    match: Match,
    word: str,
    rest: str,
    places: list[tuple[Place, float]],
    *,
    begins: bool,
    is_whole: bool,
) -> None:
    end = words.after_estate(rest) or words.after_committee(rest)
    part = words.another_part(rest)
    building, number = _numbers(rest[max(part, end) :])
    is_another = part > 0 or (bool(building or number) and not (is_whole or end))
    kept = []
    for place, strength in places:
        if strength < 1.0 and not (is_whole or end) and len(word) <= 2:
            continue
        is_sound = begins and not match.is_mistyped and (is_whole or end or len(word) > 2)
        kept.append((place, DOUBTFUL if is_another else min(strength, 1.0 if is_sound else WEAK)))
    if kept:
        reading.mentions.append(Mention(word, kept, building, number, match.is_mistyped))


def _numbers(rest: str) -> tuple[str, str]:
    """Read the number of a building, or of a house where there is no building, behind a name."""
    if not _DIGITS.intersection(rest):
        return "", ""
    house = addresses.parse_house(f"某{rest}")
    if house.building:
        return house.building, ""
    return "", addresses.label(house.room) if rest.lstrip("第-")[:1] in _DIGITS else ""


def _read_grids(reading: Reading, names: Names) -> None:
    """Add the grids that are named by their number within a named community, or by their code."""
    for code in words.codes(reading.text):
        if code in names.by_code and names.by_code[code].kind in {Kind.BASE, Kind.DEDICATED, Kind.MICRO}:
            reading.nodes[names.by_code[code]] = code
    numbers = words.grid_numbers(reading.text)
    if numbers is None or reading.nodes:
        return
    _start, number, micro = numbers
    for community in reading.communities:
        node = community.children.get(number)
        if node is not None:
            below = node.children.get(micro) if micro else None
            reading.nodes[below or node] = reading.text[_start:]
