"""What the drawing of orders needs to know of a freshly made district, read once into plain dictionaries."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from grids.calendar import WorkingCalendar, load_calendar
from grids.models import Grid, Kind, Post, Unit
from grids.roles import Role
from workorders.clocks import grace_step
from workorders.limits import Question, Rulebook
from workorders.models import Category, EscalationStep, Limit, WorkOrder
from workorders.states import CLIMBING, Stage

Person = tuple[int, Role]
"""A user and the role in which they act."""


@dataclass
class World:
    """The district's nodes, people, categories and rules."""

    district: Grid
    nodes: dict[int, Grid] = field(default_factory=dict)
    grids: list[Grid] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    _at_node: dict[tuple[int, Role], list[int]] = field(default_factory=lambda: defaultdict(list))
    _in_unit: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, district: Grid) -> "World":
        nodes = {node.pk: node for node in Grid.objects.within(district).defer("boundary")}
        world = cls(district, nodes, [node for node in nodes.values() if node.kind == Kind.BASE])
        world.units = {unit.function: unit for unit in Unit.objects.filter(node=district).exclude(function="")}
        for post in Post.objects.order_by("-is_primary", "employment", "starts_on", "pk"):
            if post.unit_id is None:
                world._at_node[post.node_id, Role(post.role)].append(post.user_id)
            elif post.role == Role.DEPT_HANDLER:
                world._in_unit[post.unit_id].append(post.user_id)
        return world

    def read_all(self) -> None:
        """Read now what else is read when first asked for: other processes draw without the database."""
        for name in ("categories", "calendar", "book"):
            getattr(self, name)

    def people(self, node_id: int, role: Role) -> list[int]:
        """List who holds a role at a node, the one who owns its step of the ladder first."""
        return self._at_node.get((node_id, role), [])

    def owner(self, node_id: int, role: Role) -> int:
        return self._at_node[node_id, role][0]

    def somebody(self, node_id: int, role: Role, rng: random.Random) -> Person:
        return rng.choice(self._at_node[node_id, role]), role

    def handler(self, unit: Unit, rng: random.Random) -> Person:
        return rng.choice(self._in_unit[unit.pk]), Role.DEPT_HANDLER

    def first_handler(self, unit_id: int) -> int:
        return self._in_unit[unit_id][0]

    def path(self, grid: Grid) -> tuple[int, int, int, int]:
        """Return the nodes from the district down to a grid."""
        community_id = grid.parent_id
        return self.district.id, self.nodes[community_id].parent_id, community_id, grid.id

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The small classes, by code, with their ancestors at hand."""
        found = {category.pk: category for category in Category.objects.all()}
        parents = {category.parent_id for category in found.values()}
        for category in found.values():
            if category.parent_id is not None:
                category.parent = found[category.parent_id]
        return {category.code: category for category in found.values() if category.pk not in parents}

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return load_calendar()

    @cached_property
    def book(self) -> Rulebook:
        return Rulebook.load(self.district.pk)

    @cached_property
    def _limits(self) -> dict[tuple[str, int, str, str, str, str], Limit]:
        return {}

    @cached_property
    def _ladders(self) -> dict[str, list[EscalationStep]]:
        return {}

    def limit(self, order: WorkOrder, stage: Stage, level: str) -> Limit:
        """Return the row that answers; the rows of a demo district have never changed, so each cell is asked once."""
        key = (stage.value, order.category_id, order.difficulty, level, order.urgency, order.profile)
        row = self._limits.get(key)
        if row is None:
            row = self._limits[key] = self.book.limit(Question.about(order, stage.value, level))
        return row

    def ladder(self, order: WorkOrder) -> list[EscalationStep]:
        steps = self._ladders.get(order.urgency)
        if steps is None:
            steps = self._ladders[order.urgency] = self.book.ladder(order.reported_at, order.urgency)
        return steps

    @cached_property
    def _graces(self) -> dict[tuple[str, int], EscalationStep | None]:
        return {}

    def grace(self, order: WorkOrder, stage: Stage) -> EscalationStep | None:
        if stage not in CLIMBING:
            return None
        key = order.urgency, order.step
        if key not in self._graces:
            self._graces[key] = grace_step(self.ladder(order), order.step)
        return self._graces[key]
