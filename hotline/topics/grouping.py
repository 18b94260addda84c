"""Which requests are about the same: one window of time, near enough to each other, saying nearly the same. Pure.

A request joins the group whose middle it resembles most, if it does so enough: the nearer the place, the less is asked
of the words. Groups are compared by their middle and not by their nearest member, so that they do not grow along a
chain of small steps into one that is about everything.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hotline import grams

SAME_GRID = 0.13
SAME_COMMUNITY = 0.18
ANYWHERE = 0.28
"""How much alike the words must be (0 to 1), by how near the places are. On 2,816 real messages to a province's
governments, from a quarter on every group was about one matter; at a fifth, groups of one place mix two matters."""
TELLING = 16
IN_COMMON = 2
"""A group is looked at when it shares so many of those pairs."""
"""So many of a request's rarest pairs are looked up to find the groups that it may belong to."""


@dataclass(frozen=True)
class Item:
    """A request as far as grouping knows it. `group` is the key of the topic it belongs to already."""

    pk: int
    text: str
    grid_id: int | None = None
    community_id: int | None = None
    group: int | None = None


@dataclass
class Group:
    """Requests about the same; `key` is that of the topic where there is one."""

    key: int | None = None
    members: list[int] = field(default_factory=list)
    grids: set[int] = field(default_factory=set)
    communities: set[int] = field(default_factory=set)
    total: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    length: float = 0.0

    def add(self, item: Item, vector: Mapping[str, float]) -> None:
        self.members.append(item.pk)
        self.grids |= {item.grid_id} - {None}  # type: ignore[arg-type]
        self.communities |= {item.community_id} - {None}  # type: ignore[arg-type]
        for gram, value in vector.items():
            self.total[gram] += value
        self.length = math.sqrt(sum(value * value for value in self.total.values()))

    def alike(self, vector: Mapping[str, float]) -> float:
        """Return how near a text is to the middle of the group, from 0 to 1."""
        said = sum(value * self.total.get(gram, 0.0) for gram, value in vector.items())
        return said / self.length if self.length else 0.0

    def asks(self, item: Item) -> float:
        """Return how much alike a request at this place has to be."""
        if item.grid_id in self.grids:
            return SAME_GRID
        return SAME_COMMUNITY if item.community_id in self.communities else ANYWHERE


def group(items: Sequence[Item]) -> list[Group]:
    """Group requests, given the oldest first. Those that belong to a topic stay in it; the others join one or begin
    groups of their own, which may have one member."""
    rows = [grams.grams(item.text) for item in items]
    weight = grams.weights(rows)
    vectors = [grams.vector(row, weight) for row in rows]
    groups: list[Group] = []
    by_key: dict[int, Group] = {}
    places: dict[int, int] = {}
    found_by: dict[str, set[int]] = defaultdict(set)
    most = max(weight.values(), default=0.0)
    shared = frozenset(gram for gram, value in weight.items() if value < most)
    order = sorted(range(len(items)), key=lambda i: items[i].group is None)  # The settled ones first, then by age.
    for i in order:
        item, vector = items[i], vectors[i]
        chosen = by_key.get(item.group) if item.group is not None else _best(item, vector, shared, groups, found_by)
        if chosen is None:
            chosen = Group(item.group)
            groups.append(chosen)
            if item.group is not None:
                by_key[item.group] = chosen
        chosen.add(item, vector)
        place = places.setdefault(id(chosen), len(groups) - 1)
        for gram in _telling(vector, shared):
            found_by[gram].add(place)
    return groups


def _best(
    item: Item,
    vector: Mapping[str, float],
    shared: frozenset[str],
    groups: Sequence[Group],
    found_by: Mapping[str, set[int]],
) -> Group | None:
    met = Counter(place for gram in _telling(vector, shared) for place in found_by.get(gram, ()))
    near = [place for place, times in met.items() if times >= IN_COMMON]
    scored = [(groups[place].alike(vector), place) for place in near]
    enough = [(score, -place) for score, place in scored if score >= groups[place].asks(item)]
    return groups[-max(enough)[1]] if enough else None


def _telling(vector: Mapping[str, float], shared: frozenset[str]) -> Iterable[str]:
    """Return the rarest pairs that at least two texts have."""
    return sorted((gram for gram in vector if gram in shared), key=lambda gram: (-vector[gram], gram))[:TELLING]


def middle(texts: Mapping[int, str]) -> int:
    """Return the key of the text that says best what all of them say."""
    rows = {key: grams.grams(text) for key, text in texts.items()}
    common = grams.weights(rows.values())
    shared = {gram: 1.0 for gram in common if sum(gram in row for row in rows.values()) * 2 > len(rows)}
    return max(texts, key=lambda key: (len(rows[key] & shared.keys()) / math.sqrt(len(rows[key]) or 1), -key))
