"""Where a boundary sticks out of its parent or covers a sibling, and by how many m².

Lines drawn from different sources never meet exactly, so a sliver as wide as `TOLERANCE_M` along the whole boundary
is let pass.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils import formats
from django.utils.translation import gettext as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from grids.geometry import Area, Problem, area_m2, length_m
from grids.models import Grid

TOLERANCE_M = 0.5
"""Width in metres of the sliver that is let pass along a boundary."""
TOLERANCE_M2 = 50.0
"""Area in m² that is let pass anyhow."""


def tolerance_m2(geometry: BaseGeometry, width_m: float = TOLERANCE_M) -> float:
    """Return the area in m² that slivers of this width along the boundary take."""
    return max(TOLERANCE_M2, length_m(geometry) * width_m)


@dataclass(frozen=True)
class _Node:
    pk: int
    parent_id: int | None
    co_managed_by_id: int | None
    kind: str
    code: str


class Surroundings:
    """The nodes in force of some districts with their boundaries, some of them proposed and not stored yet."""

    def __init__(self, tree_ids: Iterable[int], proposed: Mapping[int, Area | None], day: dt.date) -> None:
        rows = Grid.objects.in_force(day).filter(tree_id__in=set(tree_ids))
        fields = ("pk", "parent_id", "co_managed_by_id", "kind", "code")
        self.nodes = {row[0]: _Node(*row) for row in rows.values_list(*fields)}
        self.bounded = set(rows.filter(boundary__isnull=False).values_list("pk", flat=True)) - set(proposed)
        self.bounded |= {pk for pk, geometry in proposed.items() if geometry is not None}
        self.children: dict[int | None, list[int]] = defaultdict(list)
        for node in self.nodes.values():
            self.children[node.parent_id].append(node.pk)
        self.geometries: dict[int, Area] = {pk: area for pk, area in proposed.items() if area is not None}

    def load(self, pks: Iterable[int]) -> None:
        """Read the stored boundaries of these nodes, those not known yet in one query."""
        missing = set(pks) & self.bounded - self.geometries.keys()
        for pk, boundary in Grid.objects.filter(pk__in=missing).values_list("pk", "boundary"):
            area: Any = shape(boundary)
            self.geometries[pk] = area

    def container(self, pk: int | None) -> int | None:
        """Return the nearest node above that has a boundary."""
        node = self.nodes.get(pk) if pk is not None else None
        while node is not None:
            node = self.nodes.get(node.parent_id) if node.parent_id is not None else None
            if node is not None and node.pk in self.bounded:
                return node.pk
        return None

    def containers(self, pk: int) -> list[int]:
        """Return the nodes whose boundaries together must hold this one; a dedicated grid may lie in two."""
        found = [self.container(pk)]
        second = self.nodes[pk].co_managed_by_id
        if second is not None:
            found.append(second if second in self.bounded else self.container(second))
        return [] if None in found else list(dict.fromkeys(other for other in found if other is not None))

    def topmost_below(self, pk: int) -> list[int]:
        """Return the nearest nodes below that have a boundary."""
        found: list[int] = []
        waiting = list(self.children[pk])
        while waiting:
            child = waiting.pop()
            if child in self.bounded:
                found.append(child)
            else:
                waiting.extend(self.children[child])
        return found

    def siblings(self, pk: int) -> list[int]:
        """Return the nodes of the same kind under the same parent that have a boundary.

        A dedicated grid is meant to lie over base grids, so it is compared with dedicated ones alone.
        """
        node = self.nodes[pk]
        same = [other for other in self.children[node.parent_id] if self.nodes[other].kind == node.kind]
        return [other for other in same if other != pk and other in self.bounded]


def check(
    tree_ids: Iterable[int], proposed: Mapping[int, Area | None], day: dt.date, width_m: float = TOLERANCE_M
) -> list[Problem]:
    """Say what is wrong when these boundaries are set together (None takes one away); a few queries for any number.

    Each proposed boundary must lie in the nearest boundary above it, hold those below it, and not cover its
    siblings; `day` says which nodes are in force, `width_m` how wide a sliver is let pass.
    """
    around = Surroundings(tree_ids, proposed, day)
    given = [pk for pk, geometry in proposed.items() if geometry is not None and pk in around.nodes]
    inside = {pk: around.containers(pk) for pk in given}
    for pk in given:
        inside |= {below: around.containers(below) for below in around.topmost_below(pk)}
    pairs = {(min(pk, other), max(pk, other)) for pk in given for other in around.siblings(pk)}
    around.load({pk for pair in pairs for pk in pair} | set(inside) | {up for ups in inside.values() for up in ups})
    problems = [_outside(around, pk, ups, width_m) for pk, ups in inside.items() if ups]
    problems += _overlaps(around, pairs, width_m)
    return sorted((problem for problem in problems if problem), key=lambda problem: (problem.code, problem.other_code))


def _outside(around: Surroundings, pk: int, ups: list[int], width_m: float) -> Problem | None:
    geometry = around.geometries[pk]
    holder = around.geometries[ups[0]] if len(ups) == 1 else shapely.union_all([around.geometries[up] for up in ups])
    if shapely.covers(holder, geometry):
        return None
    amount = area_m2(shapely.difference(geometry, holder))
    if amount <= tolerance_m2(geometry, width_m):
        return None
    code, other = around.nodes[pk].code, ", ".join(around.nodes[up].code for up in ups)
    words = _("%(code)s lies outside %(other)s by %(amount)s m².")
    return Problem(code, words % {"code": code, "other": other, "amount": _number(amount)}, other, amount)


def _overlaps(around: Surroundings, pairs: set[tuple[int, int]], width_m: float) -> list[Problem]:
    if not pairs:
        return []
    ordered = sorted(pairs)
    left = np.array([around.geometries[a] for a, _b in ordered], dtype=object)
    right = np.array([around.geometries[b] for _a, b in ordered], dtype=object)
    shapely.prepare(left)
    problems = []
    for index in np.flatnonzero(shapely.intersects(left, right)).tolist():
        amount = area_m2(shapely.intersection(left[index], right[index]))
        if amount <= min(tolerance_m2(left[index], width_m), tolerance_m2(right[index], width_m)):
            continue
        code, other = sorted(around.nodes[pk].code for pk in ordered[index])
        words = _("%(code)s and %(other)s overlap by %(amount)s m².")
        problems.append(Problem(code, words % {"code": code, "other": other, "amount": _number(amount)}, other, amount))
    return problems


def _number(amount: float) -> str:
    return formats.number_format(round(amount), use_l10n=True, force_grouping=True)
