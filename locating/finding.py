"""Which grid does this address mean? From the point first, else from its words (精准派单, DOMAIN.md §8).

`find` answers one address, `find_many` a whole import. Candidates come with the words that led to them; whoever
confirms or corrects one tells `locating.actions.correct`, and the same words find that grid first from then on.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone

from grids import locate
from grids.models import Grid, Kind, Post
from grids.querysets import GridQuerySet
from grids.roles import Permission
from grids.standing import Standing
from locating import index, words
from locating.models import Correction
from locating.names import Names, Node
from locating.reading import Reading, read
from locating.weighing import SURE, Balance, Doubt, HouseKey, Weighed, Word, houses_wanted, is_sure, weigh
from residents.models import House

Point = tuple[float, float]
"""Longitude and latitude in degrees (WGS-84)."""
_BATCH = 1000
_NOT_SETTLED = {Doubt.NEAR, Doubt.AMBIGUOUS, Doubt.NO_BUILDING, Doubt.COARSE, Doubt.SEVERAL}
"""Doubts that stay when somebody said what the words meant once: next time they may mean another of those places."""


class Candidate(NamedTuple):
    """A grid that the address may mean: the lowest node with people, a base, dedicated or micro-grid."""

    grid_id: int
    base_id: int
    """The base or dedicated grid; the same as `grid_id` where that is no micro-grid."""
    name: str
    code: str
    score: float
    """From 0 to 1."""
    words: tuple[Word, ...] = ()
    estate_id: int | None = None
    building_id: int | None = None
    is_of_point: bool = False
    """The position lies in it."""
    corrected_on: dt.date | None = None
    """The day on which somebody said that these words mean this grid."""


class Found(NamedTuple):
    """What an address may mean, the best first; `doubts` say why it is not sure."""

    candidates: tuple[Candidate, ...] = ()
    is_sure: bool = False
    doubts: tuple[Doubt, ...] = ()

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def differs(self) -> bool:
        """Say whether the position lies in another grid than the words say."""
        return Doubt.POINT in self.doubts


NOTHING = Found()


def reporting_districts(standing: Standing) -> GridQuerySet:
    """Return the districts in which a post lets somebody report, by code."""
    trees = {post.tree_id for post in standing.nodes(Permission.REPORT)}
    found: GridQuerySet = Grid.objects.filter(kind=Kind.DISTRICT, tree_id__in=trees).defer("boundary").order_by("code")
    return found


def find(text: str, *, district: Grid, point: Point | None = None, most: int = 5) -> Found:
    """Find the grids of a district that an address may mean, at most so many; the words may be empty.

    Reads nothing that names a person and keeps nothing. At most six queries once the process knows the names.
    """
    return _Finder(district, most).find([text], [point])[0]


def find_many(
    texts: Sequence[str], *, district: Grid, points: Sequence[Point | None] | None = None, most: int = 5
) -> list[Found]:
    """Find many at once, in the order given: thousands a second, a few queries for each thousand."""
    finder = _Finder(district, most)
    found: list[Found] = []
    where = points if points is not None else [None] * len(texts)
    for start in range(0, len(texts), _BATCH):
        found += finder.find(texts[start : start + _BATCH], where[start : start + _BATCH])
    return found


@dataclass
class _Turn:
    """One address on its way."""

    reading: Reading
    key: str
    balance: Balance
    at: Node | None = None
    correction: "tuple[Node, dt.date] | None" = None


class _Finder:
    """One district's names and the people at its micro-grids, for any number of addresses."""

    def __init__(self, district: Grid, most: int) -> None:
        self.district = district
        self.most = most
        self.names: Names = index.names_of(district)
        self.has_corrections = Correction.objects.in_force(timezone.localdate()).filter(district=district).exists()
        self._manned: frozenset[int] | None = None

    def find(self, texts: Sequence[str], points: Sequence[Point | None]) -> list[Found]:
        readings = [read(words.clean(text), self.names) for text in texts]
        keys = [words.key_of(text, self.names.district) if self.has_corrections else "" for text in texts]
        houses = self._houses(key for reading in readings for key in houses_wanted(reading, self.names))
        corrected = self._corrected(keys)
        at = self._at(points)
        turns = [
            _Turn(reading, key, weigh(reading, self.names, houses), node, corrected.get(key))
            for reading, key, node in zip(readings, keys, at, strict=True)
        ]
        return [self._found(turn) for turn in turns]

    def _houses(self, keys: Iterable[HouseKey]) -> Mapping[HouseKey, Node]:
        """Look up where these houses of villages lie: one query for all."""
        wanted = set(keys)
        if not wanted:
            return {}
        rows = House.objects.standing().filter(
            community__in={key[0] for key in wanted}, address_key__in={key[1] for key in wanted}
        )
        return {
            (community, key): node
            for community, key, grid, micro in rows.values_list("community_id", "address_key", "grid_id", "micro_id")
            if (community, key) in wanted
            and (node := self.names.nodes.get(micro or 0) or self.names.nodes.get(grid)) is not None
        }

    def _corrected(self, keys: Iterable[str]) -> dict[str, tuple[Node, dt.date]]:
        wanted = {key for key in keys if key}
        if not wanted:
            return {}
        rows = Correction.objects.in_force(timezone.localdate()).filter(district=self.district, key__in=wanted)
        return {
            row.key: (self.names.nodes[row.grid_id], timezone.localdate(row.at))
            for row in rows
            if row.grid_id in self.names.nodes
        }

    def _at(self, points: Sequence[Point | None]) -> list[Node | None]:
        """Return the base or dedicated grids of the points, as far as they lie in the district."""
        given = [point for point in points if point is not None]
        if not given:
            return [None] * len(points)
        located = iter(locate.index_for(self.district).locate_many(given))
        return [self.names.nodes.get(next(located) or 0) if point is not None else None for point in points]

    def _found(self, turn: _Turn) -> Found:
        candidates = self._staffed(turn.balance.candidates)
        doubts = list(turn.balance.doubts)
        sure = is_sure(candidates)
        if turn.correction is not None:
            candidates = _with_correction(candidates, turn.correction[0])
            doubts = [doubt for doubt in doubts if doubt in _NOT_SETTLED]
            if turn.reading.nearness < SURE and Doubt.NEAR not in doubts:
                doubts.append(Doubt.NEAR)
            sure = not doubts
        if turn.at is not None:
            candidates, sure, doubts = _with_point(candidates, turn.at, sure, doubts)
        elif not candidates:
            return NOTHING
        made = tuple(self._candidate(each, turn) for each in candidates[: self.most])
        return Found(made, sure, () if sure else tuple(doubts))

    def _staffed(self, found: list[Weighed]) -> list[Weighed]:
        """Put the base grid for micro-grids without people, which may make one of several."""
        if not any(each.node.kind == Kind.MICRO for each in found):
            return found
        kept: dict[Node, Weighed] = {}
        for each in found:
            if each.node.kind == Kind.MICRO and each.node.pk not in self.manned:
                each.node = each.node.base
            kept.setdefault(each.node, each)
        return list(kept.values())

    @property
    def manned(self) -> frozenset[int]:
        """The micro-grids of the district with people in post today: one query, made when first needed."""
        if self._manned is None:
            posts = Post.objects.in_force(timezone.localdate())
            here = posts.filter(node__tree_id=self.district.tree_id, node__kind=Kind.MICRO)
            self._manned = frozenset(here.values_list("node_id", flat=True))
        return self._manned

    def _candidate(self, each: Weighed, turn: _Turn) -> Candidate:
        correction = turn.correction
        is_corrected = correction is not None and correction[0] is each.node
        return Candidate(
            each.node.pk,
            each.node.base.pk,
            each.node.name,
            each.node.code,
            each.score,
            each.words,
            each.estate_id,
            each.building_id,
            is_of_point=turn.at is not None and each.node.base is turn.at,
            corrected_on=correction[1] if correction is not None and is_corrected else None,
        )


def _with_correction(candidates: list[Weighed], node: Node) -> list[Weighed]:
    """Put the grid first that somebody said these words mean."""
    same = next((each for each in candidates if each.node is node), None)
    first = same or Weighed(node, 1.0, ())
    first.score = 1.0
    return [first, *(each for each in candidates if each is not first)]


def _with_point(
    candidates: list[Weighed], at: Node, sure: bool, doubts: list[Doubt]
) -> tuple[list[Weighed], bool, list[Doubt]]:
    """Put the position's grid first. Words that only say less do not matter; words that surely say another grid do."""
    inside = [each for each in candidates if each.node.base is at]
    others = [each for each in candidates if each.node.base is not at]
    if not inside:
        inside = [Weighed(at, 1.0, ())]
        differs = bool(others) and sure
    else:
        differs = sure and candidates[0].node.base is not at
    if differs:
        return [*inside[:1], *others, *inside[1:]], False, [*doubts, Doubt.POINT]
    inside[0].score = 1.0
    if len(inside) > 1 and inside[1].score > 0.75:
        inside = [Weighed(at, 1.0, inside[0].words, inside[0].estate_id), *inside]
    return [*inside, *others], True, []
