"""How many households and how much load each worker has, now and by a plan."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from care import contact_lists
from care.balance import Block
from care.models import ContactPlan
from grids.models import Grid, Post


@dataclass
class Load:
    """One worker of a grid; `post` None stands for houses that nobody has."""

    post: Post | None
    grid_id: int
    households: int = 0
    weight: int = 0
    planned_households: int = 0
    planned_weight: int = 0

    @property
    def change(self) -> int:
        return self.planned_households - self.households


def present(node: Grid, day: dt.date) -> list[Load]:
    """List the workers of the grids under a node with what they have now; what nobody has comes last of each grid."""
    by_grid = contact_lists.blocks(node)
    grids = set(by_grid) or {node.pk}
    return _loads(by_grid, contact_lists.posts_of(grids, day))


def planned(plan: ContactPlan, posts: Mapping[int, Sequence[Post]]) -> list[Load]:
    """Set beside what each worker has now what the plan gives them."""
    loads = _loads(contact_lists.blocks(plan.node), posts)
    found = {(load.grid_id, load.post.pk if load.post else None): load for load in loads}
    for share in plan.shares:
        load = found.get((share["grid_id"], share["post_id"])) or found.get((share["grid_id"], None))
        if load is None:
            load = found[share["grid_id"], None] = Load(None, share["grid_id"])
            loads.append(load)
        load.planned_households += share["count"]
        load.planned_weight += share["weight"]
    return loads


def _loads(by_grid: Mapping[int, Sequence[Block]], posts: Mapping[int, Sequence[Post]]) -> list[Load]:
    loads: list[Load] = []
    for grid_id in dict.fromkeys([*posts, *by_grid]):
        households: Counter[int | None] = Counter()
        weights: Counter[int | None] = Counter()
        here = posts.get(grid_id, [])
        known = {post.pk for post in here}
        for block in by_grid.get(grid_id, []):
            for house in block.houses:
                key = house.present if house.present in known else None
                households[key] += 1
                weights[key] += house.weight
        loads += [Load(post, grid_id, households[post.pk], weights[post.pk]) for post in here]
        if households[None]:
            loads.append(Load(None, grid_id, households[None], weights[None]))
    return loads
