"""What taking rows in looks up again and again, read once for a chunk: limits, places, categories, keys."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grids.calendar import load_calendar
from grids.models import Grid, Kind
from hotline.limits import UNSAID_DAYS
from hotline.states import profile_for
from locating import finding
from locating.finding import Found
from workorders.limits import NoLimitRow, Question, Rulebook
from workorders.models import Category, Limit
from workorders.states import Difficulty, Scheme, Stage

LOOKED_AT = 80
"""Characters of an address; a longer one tells a story."""


class Deadlines:
    """Until when requests are to be answered, as `hotline.limits.due_at` says, for thousands of them."""

    def __init__(self, district_id: int) -> None:
        self._book = Rulebook.load(district_id)
        self._calendar = load_calendar()
        pairs = Limit.objects.filter(district_id=district_id).values_list("valid_from", "valid_to")
        self._edges = sorted({edge for pair in pairs for edge in pair if edge is not None})
        self._kept: dict[tuple[str, str, int, int], tuple[float, str]] = {}

    def due_at(self, kind: str, urgency: str, at: dt.datetime, category_id: int | None) -> dt.datetime:
        profile = profile_for(kind)
        key = (profile.value, urgency, category_id or 0, bisect_right(self._edges, at))
        if key not in self._kept:
            question = Question(Stage.WHOLE, category_id or 0, Difficulty.SIMPLE, "district", urgency, at, profile)
            try:
                row = self._book.limit(question)
                self._kept[key] = (row.value, row.unit)
            except NoLimitRow:
                self._kept[key] = (UNSAID_DAYS, "working_day")
        return self._calendar.add(at, *self._kept[key])


class Place(NamedTuple):
    """Where a request is taken to lie: the path as the columns of a request hold it."""

    street_id: int | None = None
    community_id: int | None = None
    grid_id: int | None = None
    micro_id: int | None = None
    is_located: bool = False


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str
    parent_id: int | None


class Places:
    """Finds grids of many addresses (locating/finding.py) and their paths."""

    def __init__(self, district: Grid) -> None:
        self._district = district
        rows = Grid.objects.filter(tree_id=district.tree_id).values_list("pk", "kind", "parent_id")
        self._nodes = {pk: _Node(kind, parent_id) for pk, kind, parent_id in rows}
        self._paths: dict[int, Place] = {}

    def find(self, asked: Sequence[tuple[str, tuple[float, float] | None]]) -> list[Place]:
        """Return the place of each (address, position); none where there is neither.

        What people tell at length is not looked through: names in it are as often those of somewhere else, and a
        search for mistyped ones in so many words would take a hundred times as long.
        """
        texts = [address[:LOOKED_AT] for address, _point in asked]
        points = [point for _address, point in asked]
        return [self._place(each) for each in finding.find_many(texts, district=self._district, points=points, most=1)]

    def _place(self, found: Found) -> Place:
        if found.best is None:
            return Place()
        return self._path(found.best.grid_id)._replace(is_located=found.is_sure)

    def _path(self, node_id: int) -> Place:
        if node_id not in self._paths:
            by_kind: dict[str, int] = {}
            at: int | None = node_id
            while at is not None and (node := self._nodes.get(at)) is not None:
                by_kind[node.kind] = at
                at = node.parent_id
            self._paths[node_id] = Place(
                by_kind.get(Kind.STREET),
                by_kind.get(Kind.COMMUNITY),
                by_kind.get(Kind.BASE) or by_kind.get(Kind.DEDICATED),
                by_kind.get(Kind.MICRO),
            )
        return self._paths[node_id]


class Categories:
    """Finds the category that the platform's levels name: the lowest that is known, of the hotline's scheme first."""

    def __init__(self) -> None:
        rows = Category.objects.filter(is_active=True).values_list("pk", "code", "name", "parent_id", "scheme")
        self._parents: dict[int, int | None] = {}
        self._names: dict[int, str] = {}
        self._by_word: dict[str, list[int]] = {}
        for pk, code, name, parent_id, _scheme in sorted(rows, key=lambda row: row[4] != Scheme.HOTLINE):
            self._parents[pk], self._names[pk] = parent_id, name
            for word in {code, name}:
                self._by_word.setdefault(word, []).append(pk)
        self._kept: dict[tuple[str, ...], int | None] = {}

    def find(self, levels: tuple[str, ...]) -> int | None:
        if levels not in self._kept:
            self._kept[levels] = self._find(levels)
        return self._kept[levels]

    def _find(self, levels: tuple[str, ...]) -> int | None:
        for at in range(len(levels) - 1, -1, -1):
            candidates = self._by_word.get(levels[at], [])
            if candidates:
                above = set(levels[:at])
                return max(candidates, key=lambda pk: len(above & self._ancestors(pk)))
        return None

    def _ancestors(self, pk: int) -> set[str]:
        names = set()
        at = self._parents.get(pk)
        while at is not None and at in self._names:
            names.add(self._names[at])
            at = self._parents.get(at)
        return names
