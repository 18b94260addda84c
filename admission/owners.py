"""Who answers for a grid when a task comes: its primary worker, else its leader, else the levels above.

Set-based: one statement for any number of grids, so that no order of a task is ever without an owner.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from grids.roles import Role

ASKED = [
    Role.GRID_WORKER.value,
    Role.GRID_LEADER.value,
    Role.COMMUNITY_SECRETARY.value,
    Role.STREET_OPERATOR.value,
    Role.STREET_LEADER.value,
    Role.DISPATCHER.value,
    Role.DUTY_CHIEF.value,
]
"""In this order at each node, and node by node upwards; a micro-grid so falls to its base grid's worker."""


def chain(grids: str) -> str:
    """Return the statement that finds the owner of each grid that the statement `grids` names.

    Takes the parameters `roles` and `day`. Ties are broken as `workorders.people.owners` breaks them.
    """
    return f"""
    SELECT DISTINCT ON (g.id) g.id AS grid_id, post.user_id, chain.node_id
    FROM grids_grid g
    LEFT JOIN grids_grid p1 ON p1.id = g.parent_id
    LEFT JOIN grids_grid p2 ON p2.id = p1.parent_id
    LEFT JOIN grids_grid p3 ON p3.id = p2.parent_id
    LEFT JOIN grids_grid p4 ON p4.id = p3.parent_id
    CROSS JOIN LATERAL (VALUES (g.id, 0), (p1.id, 1), (p2.id, 2), (p3.id, 3), (p4.id, 4)) AS chain (node_id, height)
    JOIN grids_post post ON post.node_id = chain.node_id AND post.role = ANY(%(roles)s)
        AND post.starts_on <= %(day)s AND (post.ends_on IS NULL OR post.ends_on >= %(day)s)
    JOIN accounts_user person ON person.id = post.user_id AND person.is_active
    WHERE g.id IN ({grids})
    ORDER BY g.id, chain.height, array_position(%(roles)s, post.role::text), post.is_primary DESC,
        (post.employment = 'full_time') DESC, post.starts_on, post.id
    """  # noqa: S608 - put together from our own text


@dataclass(frozen=True)
class Owner:
    """A person, and the node of the post by which the grid falls to them."""

    user_id: int
    node_id: int


def owners_of(grid_ids: Sequence[int], day: dt.date) -> dict[int, Owner]:
    """Map each grid to its owner of the day; a grid is left out only where its whole path has nobody in post."""
    parameters: dict[str, Any] = {"roles": ASKED, "day": day, "grids": list(grid_ids)}
    with connection.cursor() as cursor:
        cursor.execute(chain("SELECT unnest(%(grids)s::bigint[])"), parameters)
        return {grid_id: Owner(user_id, node_id) for grid_id, user_id, node_id in cursor.fetchall()}
