"""The names by which places are found, and what each leads to: one compact structure per district, never changed.

Pure: built from plain rows of the tree and the registers (`locating/index.py` reads them).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from grids.models import Kind
from locating import words
from residents import addresses

_ROAD = re.compile(r"(.*?(?:路|街|大道|巷|胡同))(\d+)?.*")
_GRID_NUMBER = re.compile(r"(\d{1,3})号?网格$")
_MICRO_NUMBER = re.compile(r"(\d{1,3})号?微网格$")


class GridRow(NamedTuple):
    pk: int
    kind: str
    code: str
    name: str
    parent_id: int | None


class EstateRow(NamedTuple):
    pk: int
    community_id: int
    name: str
    road: str


class BuildingRow(NamedTuple):
    pk: int
    estate_id: int
    number: str
    grid_id: int
    micro_id: int | None


@dataclass(slots=True, eq=False)
class Node:
    """A node of the tree in force."""

    pk: int
    kind: str
    code: str
    name: str
    parent: "Node | None"
    children: "dict[str, Node]" = field(default_factory=dict)
    """Grids by the number in their name, else by their code."""

    def is_below(self, other: "Node") -> bool:
        node: Node | None = self
        while node is not None and node is not other:
            node = node.parent
        return node is not None

    @property
    def base(self) -> "Node":
        """The base grid of a micro-grid; the node itself otherwise."""
        return self.parent if self.kind == Kind.MICRO and self.parent is not None else self


@dataclass(slots=True, eq=False)
class Place:
    """An estate or a village."""

    pk: int
    name: str
    community: Node
    road: str = ""
    road_number: str = ""
    buildings: dict[str, tuple[int, Node]] = field(default_factory=dict)
    """By number: key and grid, the micro-grid where there is one."""
    grids: dict[int, tuple[Node, int]] = field(default_factory=dict)
    """Base grids, and how many buildings each holds; all of the community's where no building is known."""


class Entry(NamedTuple):
    """What a name leads to; a customary short form is weaker than the name."""

    place: Place | Node | str
    """An estate, a node of the tree, or a road's name."""
    strength: float = 1.0


class Names:
    """Every name of a district with what it leads to."""

    def __init__(
        self, grids: Iterable[GridRow], estates: Iterable[EstateRow], buildings: Iterable[BuildingRow]
    ) -> None:
        """Take the nodes in force, parents before children, and the estates and buildings that stand."""
        self.entries: dict[str, tuple[Entry, ...]] = {}
        self.lengths: dict[str, tuple[int, ...]] = {}
        """By the first two characters: how long the names are that begin so, the longest first."""
        self.nodes: dict[int, Node] = {}
        self.by_code: dict[str, Node] = {}
        self.places: dict[int, Place] = {}
        self.on_road: dict[str, list[Place]] = {}
        self.villages: dict[int, list[Place]] = {}
        """By community: its estates without buildings."""
        self.district = self.district_code = ""
        for row in grids:
            self._add_node(row)
        for estate in estates:
            self._add_place(estate)
        for building in buildings:
            self._add_building(building)
        for place in self.places.values():
            self._finish(place)
        self._sort()

    def _add_node(self, row: GridRow) -> None:
        parent = self.nodes.get(row.parent_id) if row.parent_id is not None else None
        name = words.clean(row.name)
        node = self.nodes[row.pk] = Node(row.pk, row.kind, row.code, row.name, parent)
        self.by_code[row.code] = node
        if row.kind == Kind.DISTRICT:
            self.district, self.district_code = name, row.code
        elif row.kind == Kind.STREET:
            self._name(words.core(name), Entry(node, 0.8))
            self._name(name, Entry(node))
        elif row.kind == Kind.COMMUNITY:
            bare = words.core(name)
            self._name(bare, Entry(node, 0.8))
            for ending in ("", "村", "社区"):
                if name.startswith(bare + ending):
                    self._name(bare + ending, Entry(node, 1.0 if ending else 0.8))
            self._name(name, Entry(node))
        elif parent is not None:
            pattern = _MICRO_NUMBER if row.kind == Kind.MICRO else _GRID_NUMBER
            found = pattern.search(name)
            _number(parent, node, addresses.number(found[1]) if found else "")
            if len(name) >= 4:
                self._name(name, Entry(node))
            if row.kind == Kind.DEDICATED and len(bare := name.removesuffix("网格").removesuffix("专属")) >= 4:
                self._name(bare, Entry(node))

    def _add_place(self, row: EstateRow) -> None:
        community = self.nodes.get(row.community_id)
        if community is None:
            return
        place = self.places[row.pk] = Place(row.pk, row.name, community)
        if found := _ROAD.match(words.clean(row.road)):
            place.road, place.road_number = found[1], addresses.number(found[2] or "")
            self.on_road.setdefault(place.road, []).append(place)

    def _add_building(self, row: BuildingRow) -> None:
        place = self.places.get(row.estate_id)
        node = self.nodes.get(row.micro_id or 0) or self.nodes.get(row.grid_id)
        if place is None or node is None:
            return
        place.buildings[addresses.label(row.number)] = (row.pk, node)
        count = place.grids.get(node.base.pk, (node.base, 0))[1]
        place.grids[node.base.pk] = (node.base, count + 1)

    def _finish(self, place: Place) -> None:
        """Name a place, when it is known whether it has buildings."""
        name = words.clean(place.name)
        if place.buildings:
            self._name(name, Entry(place))
            shorter = addresses.estate_key(name)
            self._name(shorter, Entry(place, 1.0 if len(shorter) > 2 else 0.6))
            self._name(words.stem(shorter), Entry(place, 0.6))
        else:
            self.villages.setdefault(place.community.pk, []).append(place)
            place.grids = {
                node.pk: (node, 1) for node in place.community.children.values() if node.kind != Kind.DEDICATED
            }
            self._name(name, Entry(place))
            self._name(words.core(name), Entry(place, 0.9))

    def _name(self, name: str, entry: Entry) -> None:
        """Let a name lead to a place; of two ways to the same one the stronger counts."""
        if len(name) < 2:
            return
        there = self.entries.get(name, ())
        for index, other in enumerate(there):
            if other.place is entry.place:
                if entry.strength > other.strength:
                    self.entries[name] = (*there[:index], entry, *there[index + 1 :])
                return
        self.entries[name] = (*there, entry)

    def _sort(self) -> None:
        for road in self.on_road:
            self._name(road, Entry(road))
        lengths: dict[str, set[int]] = {}
        for name in self.entries:
            lengths.setdefault(name[:2], set()).add(len(name))
        self.lengths = {begin: tuple(sorted(found, reverse=True)) for begin, found in lengths.items()}

    @cached_property
    def long_names(self) -> tuple[str, ...]:
        """Names of estates of four characters and more: in shorter ones a wrong character leaves too little."""
        return tuple(
            name
            for name, entries in self.entries.items()
            if len(name) >= 4 and any(each.strength == 1.0 and isinstance(each.place, Place) for each in entries)
        )

    @cached_property
    def mistyped(self) -> dict[str, tuple[str, ...]]:
        """Long names by what is left of them without any one character; made when asked."""
        found: dict[str, set[str]] = {}
        for name in self.long_names:
            for at in range(len(name)):
                found.setdefault(name[:at] + name[at + 1 :], set()).add(name)
        return {key: tuple(sorted(names)) for key, names in found.items()}

    @cached_property
    def ends(self) -> tuple[frozenset[str], frozenset[str], int]:
        """The first two and the last two characters of long names, and the longest one's length: with one character
        wrong, one of the two is right."""
        names = self.long_names
        return (
            frozenset(name[:2] for name in names),
            frozenset(name[-2:] for name in names),
            max(map(len, names), default=0),
        )

    def close_to(self, window: str) -> Sequence[str]:
        """Return the names that one wrong, missing or surplus character tells from this window."""
        close: set[str] = set()
        without = [window[:at] + window[at + 1 :] for at in range(len(window))]
        close.update(name for key in without for name in self.mistyped.get(key, ()) if len(name) == len(window))
        close.update(self.mistyped.get(window, ()))
        close.update(key for key in without if len(key) >= 4 and key in self.entries)
        return [name for name in close if _differs_in_one(name, window)]


def _number(parent: Node, node: Node, number: str) -> None:
    """Put a grid under its number; two of one number are under their codes only, since the number tells nothing."""
    other = parent.children.pop(number, None) if number else None
    if other is not None:
        parent.children[other.code] = other
    parent.children[number if number and other is None else node.code] = node


def _differs_in_one(name: str, window: str) -> bool:
    if len(name) != len(window):
        return True
    return sum(one != other for one, other in zip(name, window, strict=True)) == 1
