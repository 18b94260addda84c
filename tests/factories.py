"""Plain makers of rows: a test states only what it is about. Names and numbers are synthetic (DOMAIN.md §7.1)."""

import datetime as dt
import functools
import itertools
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from accounts.models import User
from admission.models import Assignment, Round, Task, TaskField
from admission.states import TaskState
from grids.models import Grid, Kind, Post, Unit, UnitKind
from grids.roles import Role
from tests.standard_rules import give_rules
from workorders import actions
from workorders.models import Category, WorkOrder
from workorders.places import place_in
from workorders.states import FINAL, OrderKind, Source, State

_count = itertools.count(1)
PASSWORD = "Correct-horse-7"
LONG_AGO = dt.date(2020, 1, 1)
CHILD_OF = {None: Kind.DISTRICT, "district": Kind.STREET, "street": Kind.COMMUNITY, "community": Kind.BASE}


def square(lng: float, lat: float, side: float = 0.01) -> dict[str, Any]:
    """Return a GeoJSON square whose lower left corner is here; degrees."""
    ring = [(lng, lat), (lng + side, lat), (lng + side, lat + side), (lng, lat + side), (lng, lat)]
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}


def make_user(username: str = "", **fields: Any) -> User:
    username = username or f"person{next(_count)}"
    return User.objects.create_user(username, PASSWORD, **{"display_name": username.title()} | fields)


def make_grid(parent: Grid | None = None, kind: str = "", **fields: Any) -> Grid:
    """Make a node below `parent`; the kind is the next one down unless told."""
    number = next(_count)
    kind = kind or CHILD_OF[parent.kind if parent else None]
    grid = Grid.objects.create(
        parent_id=parent.pk if parent else None,
        kind=kind,
        **{"code": f"{number:012d}", "name": f"{kind.title()} {number}", "valid_from": LONG_AGO} | fields,
    )
    grid.refresh_from_db()
    return grid


def make_unit(node: Grid, **fields: Any) -> Unit:
    return Unit.objects.create(node=node, **{"name": f"Unit {next(_count)}"} | fields)


def make_post(user: User, role: Role, node: Grid, unit: Unit | None = None, **fields: Any) -> Post:
    user.__dict__.pop("_standing", None)
    return Post.objects.create(user=user, role=role, node=node, unit=unit, **{"starts_on": LONG_AGO} | fields)


def make_category(**fields: Any) -> Category:
    number = next(_count)
    return Category.objects.create(**{"code": f"T{number}", "name": f"Category {number}"} | fields)


@dataclass
class Line:
    """One line of the tree, from the district down to a base grid of 0.01° at 116.50, 35.40, and its people."""

    district: Grid
    street: Grid
    community: Grid
    base: Grid
    dept: Unit
    people: dict[str, User]

    def __getattr__(self, name: str) -> User:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


CAST = {
    "worker": (Role.GRID_WORKER, "base"),
    "leader": (Role.GRID_LEADER, "base"),
    "secretary": (Role.COMMUNITY_SECRETARY, "community"),
    "operator": (Role.STREET_OPERATOR, "street"),
    "clerk": (Role.INTAKE_CLERK, "district"),
    "dispatcher": (Role.DISPATCHER, "district"),
    "chief": (Role.DUTY_CHIEF, "district"),
    "handler": (Role.DEPT_HANDLER, "district"),
    "supervisor": (Role.SUPERVISOR, "district"),
    "admin": (Role.SYS_ADMIN, "district"),
}


def make_line(*cast: str, lng: float = 116.50, lat: float = 35.40) -> Line:
    """Make a district with one node at each level, a department, and these people of the cast, or all of them."""
    nodes = _branch(square(lng, lat))
    line = Line(**nodes, dept=make_unit(nodes["district"], function="urban_management"), people={})
    names = cast or tuple(CAST)
    people = User.objects.bulk_create(
        User(username=f"{name}{next(_count)}", display_name=name.title(), password=_password()) for name in names
    )
    line.people |= dict(zip(names, people, strict=True))
    Post.objects.bulk_create(_post(line, name, nodes[CAST[name][1]]) for name in names)
    return line


@functools.cache
def _password() -> str:
    return make_password(PASSWORD)


def _post(line: Line, name: str, node: Grid) -> Post:
    role = CAST[name][0]
    unit = line.dept if role == Role.DEPT_HANDLER else None
    is_primary = role == Role.GRID_WORKER
    return Post(user=line.people[name], role=role, node=node, unit=unit, starts_on=LONG_AGO, is_primary=is_primary)


def _branch(boundary: dict[str, Any]) -> dict[str, Grid]:
    """Make a new tree of one node a level, as `make_grid` four times would; numbered here, so that it is one insert."""
    kinds = [kind.value for kind in (Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY, Kind.BASE)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('grids_grid', 'id')), (SELECT max(tree_id) FROM grids_grid) "
            "FROM generate_series(1, %s)",
            [len(kinds)],
        )
        rows = cursor.fetchall()
    ids, tree_id = [row[0] for row in rows], (rows[0][1] or 0) + 1
    made = []
    for level, (kind, pk) in enumerate(zip(kinds, ids, strict=True)):
        number = next(_count)
        node = Grid(
            pk=pk,
            parent_id=ids[level - 1] if level else None,
            kind=kind,
            code=f"{number:012d}",
            name=f"{kind.title()} {number}",
            valid_from=LONG_AGO,
            boundary=boundary,
        )
        node.tree_id, node.level, node.lft, node.rght = tree_id, level, level + 1, 2 * len(kinds) - level
        made.append(node)
    Grid.objects.bulk_create(made)
    return {node.kind: node for node in Grid.objects.filter(pk__in=ids).order_by("level")}


def make_order(line: Line, state: str = State.REPORTED, **fields: Any) -> WorkOrder:
    """Put an order's row there as it is, without clocks or history: for lists, sight and files, not for moves."""
    usual: dict[str, Any] = {
        "district": line.district,
        "street": line.street,
        "community": line.community,
        "grid": line.base,
        "holder": line.base,
        "number": f"T{next(_count):08d}",
        "source": Source.GRID,
        "state": state,
        "description": "A hole in the road.",
        "difficulty": "simple",
    }
    if "category" not in fields:
        usual["category"] = make_category()
    if state in FINAL:
        usual["finished_at"] = "2026-03-02T04:00:00Z"
    if state == State.SUSPENDED:
        usual["suspended_until"] = "2036-03-02T04:00:00Z"
    if state == State.MERGED and "merged_into" not in fields:
        usual["merged_into"] = make_order(line, State.FILED)
    return WorkOrder.objects.create(**usual | fields)


def make_task(line: Line, applicant: User | None = None, state: str = TaskState.PENDING, **fields: Any) -> Task:
    """Put a task's row there as it is, for the whole line, with one question: for lists and pages."""
    applicant = applicant or make_user()
    usual: dict[str, Any] = {
        "district": line.district,
        "unit": line.dept,
        "applicant": applicant,
        "state": state,
        "title": f"Task {next(_count)}",
        "purpose": "To know how many.",
        "basis": "Document 7",
        "minutes": 20,
        "starts_on": timezone.localdate(),
        "ends_on": timezone.localdate(),
    }
    if state not in {TaskState.PENDING, TaskState.WITHDRAWN}:
        usual |= {"decided_at": timezone.now(), "decided_by": make_user()}
    nodes = fields.pop("nodes", [line.district])
    task = Task.objects.create(**usual | fields)
    task.nodes.set(nodes)
    TaskField.objects.create(task=task, position=1, kind="yes_no", label="Is it clean?")
    return task


def make_round(line: Line, task: Task, day: dt.date | None = None, **fields: Any) -> Assignment:
    """Put a round of a task there with its part in the line's base grid, which lies with the line's worker."""
    now = timezone.now()
    round_ = Round.objects.create(
        task=task, day=day or timezone.localdate(), issued_at=now, due_at=now + dt.timedelta(days=5), grids=1
    )
    order = make_order(line, State.IN_PROGRESS, kind=OrderKind.TASK, assignee=line.worker, description=task.title)
    usual: dict[str, Any] = {"community": line.community, "street": line.street, "worker": line.worker}
    return Assignment.objects.create(
        task=task, round=round_, grid=line.base, order=order, issued_at=now, **usual | fields
    )


def make_ruled_line(*cast: str) -> Line:
    """Make a line whose district has the standard rules and whose street and district have their centres."""
    line = make_line(*cast)
    for node, name in ((line.district, "区治理中心"), (line.street, "镇街网格中心")):
        node.default_unit = make_unit(node, name=name, kind=UnitKind.CENTRE)
        Grid.objects.filter(pk=node.pk).update(default_unit=node.default_unit)
    give_rules(line.district, timezone.make_aware(dt.datetime.combine(LONG_AGO, dt.time())))
    return line


def report(line: Line, by: User, **fields: Any) -> WorkOrder:
    """Report an incident as a person does, in the line's base grid; the rules take it from there."""
    place = place_in(fields.pop("grid", line.base))
    usual = {"description": "路灯不亮", "source": "grid", "client_uuid": uuid.uuid4()}
    if "category" not in fields:
        usual["category"] = make_category(needs_photo=False)
    return actions.report(actor=by, place=place, **usual | fields)
