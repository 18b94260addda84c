"""The one door to the tree: every node is added, moved, changed and closed here.

Each function holds the district's lock until the transaction ends, re-reads what it was given, checks the rules of
`grids/rules.py`, and raises the district's `map_version` so that cached indexes know. `actor` None is the system; a
person needs the permission to change the tree at the node or above it. Refusals are `grids.errors.InvalidTree`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import User
from grids import boundaries, rules
from grids.backends import require, require_superuser
from grids.errors import InvalidTree
from grids.geometry import Area, InvalidBoundary, read_geometry, to_geojson
from grids.locks import lock_new_districts, locked
from grids.models import FormerCode, Grid, Kind, Post, Unit, UnitKind
from grids.numbering import renumber
from grids.roles import Permission


class Facts(TypedDict, total=False):
    """What may be said of a node besides its place, kind, code and boundary."""

    name: str
    statistical_code: str
    settlement: str
    four_sides: str
    households: int | None
    population: int | None
    duties: str
    co_managed_by: Grid | None
    default_unit: Unit | None
    valid_from: dt.date


NodeMoved = Callable[[Grid, Grid], None]
_moved: list[NodeMoved] = []


def on_node_moved(callback: NodeMoved) -> NodeMoved:
    """Have this called with (node, old parent) in the transaction of each move, after it; usable as a decorator.

    Whoever keeps copies of a node's ancestors renews them for the whole subtree. Call it from `AppConfig.ready()`.
    """
    if callback not in _moved:
        _moved.append(callback)
    return callback


@transaction.atomic
def add_node(
    parent: Grid | None,
    *,
    actor: User | None,
    kind: str,
    code: str = "",
    boundary: Mapping[str, Any] | None = None,
    **facts: Unpack[Facts],
) -> Grid:
    """Add a node under `parent` (None for a district) and return it; without `code` it takes the next free one."""
    if parent is None:
        require_superuser(actor)
        lock_new_districts()
    else:
        parent = locked(parent)
        require(actor, Permission.MANAGE_TREE, parent)
        _must_be_in_force(parent)
    rules.check_parent(kind, parent.kind if parent else None)
    if parent is not None and not code:
        code = next_code(parent, kind, facts.get("settlement", ""))
    rules.check_code(kind, code, parent.code if parent else "")
    check_free(code)
    node = Grid(parent=parent, kind=kind, code=code, **facts)
    check_fields(node)
    if parent is None:
        # A root of its own number: mptt would sort it in by code and renumber other districts without their locks.
        last = Grid.objects.aggregate(last=Max("tree_id"))["last"] or 0
        node.lft, node.rght, node.level, node.tree_id = 1, 2, 0, last + 1
    node.save()
    if kind in {Kind.DISTRICT, Kind.STREET} and node.default_unit is None:
        make_centres([node])
    if boundary is not None:
        _store_boundary(node, read_geometry(boundary, code))
    _changed(node, actor, "add_node", kind=kind, code=code)
    return node


@transaction.atomic
def update_node(node: Grid, *, actor: User | None, code: str = "", **facts: Unpack[Facts]) -> Grid:
    """Change facts of a node, or give it another code (nodes below follow; the old codes are kept)."""
    node = locked(node)
    require(actor, Permission.MANAGE_TREE, node)
    changes = {field: value for field, value in facts.items() if getattr(node, field) != value}
    for field, value in changes.items():
        setattr(node, field, value)
    check_fields(node)
    if changes:
        Grid.objects.filter(pk=node.pk).update(**changes)
    if code and code != node.code:
        if node.parent is None:
            raise InvalidTree(_("A district keeps its code."), field="code")
        rules.check_code(node.kind, code, node.parent.code)
        _recode(node, code)
        renumber(node.get_root().pk, node.tree_id)  # siblings stand in the order of their codes
        changes["code"] = code
    if changes:
        _changed(node, actor, "update_node", fields=sorted(changes))
    return locked(node)


@transaction.atomic
def move_node(node: Grid, parent: Grid, *, actor: User | None, code: str = "") -> Grid:
    """Put a node with all below it under another parent of the same district, where it takes a code of that place.

    The old codes are kept. The boundary is not checked against the new parent's: to redraw both, one must be able
    to move first.
    """
    node = locked(node)
    parent = Grid.objects.get(pk=parent.pk)
    require(actor, Permission.MANAGE_TREE, node)
    require(actor, Permission.MANAGE_TREE, parent)
    old_parent = node.parent
    rules.check_parent(node.kind, parent.kind)
    _must_be_in_force(parent)
    if old_parent is None or parent.tree_id != node.tree_id:
        raise InvalidTree(_("A node stays in its district."), field="parent")
    if parent == old_parent:
        raise InvalidTree(_("The node is already there."), field="parent")
    old_code, new_code = node.code, code or next_code(parent, node.kind, node.settlement)
    rules.check_code(node.kind, new_code, parent.code)
    _recode(node, new_code)
    node = locked(node)
    node.parent = parent
    node.save()
    node = locked(node)
    for callback in _moved:
        callback(node, old_parent)
    _changed(node, actor, "move_node", old_code=old_code, code=new_code, old_parent=old_parent.code, parent=parent.code)
    return node


@transaction.atomic
def close_node(node: Grid, *, actor: User | None, day: dt.date | None = None) -> Grid:
    """Let a node be in force until this day inclusive (today if none), and end the posts at it; it stays on record."""
    node = locked(node)
    require(actor, Permission.MANAGE_TREE, node)
    day = day or timezone.localdate()
    if day < node.valid_from:
        raise InvalidTree(_("A node cannot end before it begins."), field="valid_to")
    below = Grid.objects.filter(parent=node).in_force_after(day).count()
    if below:
        words = ngettext("%(count)d node below is still in force.", "%(count)d nodes below are still in force.", below)
        raise InvalidTree(words % {"count": below}, field="valid_to")
    posts = Post.objects.filter(node=node).not_ended_by(day)
    if posts.filter(starts_on__gt=day).exists():
        raise InvalidTree(_("Somebody is posted here from a later day."), field="valid_to")
    ended = posts.update(ends_on=day)
    Grid.objects.filter(pk=node.pk).update(valid_to=day)
    _changed(node, actor, "close_node", day=day.isoformat(), posts_ended=ended)
    return locked(node)


@transaction.atomic
def set_boundary(node: Grid, geometry: Mapping[str, Any] | None, *, actor: User | None, crs: str = "wgs84") -> Grid:
    """Store a boundary (a GeoJSON Polygon or MultiPolygon in the given system), or take it away with None.

    Raises `grids.geometry.InvalidBoundary`, whose `problems` name each fault, the codes and the m².
    """
    node = locked(node)
    require(actor, Permission.MANAGE_TREE, node)
    area = None if geometry is None else read_geometry(geometry, node.code, crs)
    _store_boundary(node, area)
    _changed(node, actor, "set_boundary", is_set=area is not None)
    return locked(node)


def set_boundaries(
    areas: Mapping[int, Area], *, actor: User | None, tree_ids: set[int], width_m: float = boundaries.TOLERANCE_M
) -> None:
    """Store many sound boundaries at once, checked together as they will stand. The caller holds the trees' locks."""
    problems = boundaries.check(tree_ids, areas, timezone.localdate(), width_m)
    if problems:
        raise InvalidBoundary(problems)
    nodes = [Grid(pk=pk, boundary=to_geojson(area)) for pk, area in areas.items()]
    Grid.objects.bulk_update(nodes, ["boundary"], batch_size=200)


def next_code(parent: Grid, kind: str, settlement: str = "") -> str:
    """Return the code that a new node of this kind takes under `parent`; raises InvalidTree when none is left."""
    length = len(parent.code) + rules.DIGITS[Kind(kind)]
    given = Grid.objects.filter(code__startswith=parent.code).values_list("code", flat=True)
    former = FormerCode.objects.filter(code__startswith=parent.code).values_list("code", flat=True)
    taken = [code for code in given.union(former) if len(code) == length]
    return rules.next_code(kind, parent.code, taken, settlement)


def make_centres(nodes: Iterable[Grid]) -> None:
    """Give these districts and streets their centre, a unit that orders fall to where nobody else is named."""
    names = {Kind.DISTRICT: _("District governance centre"), Kind.STREET: _("Street governance centre")}
    nodes = list(nodes)
    units = [Unit(node=node, name=names[Kind(node.kind)], kind=UnitKind.CENTRE) for node in nodes]
    for node, unit in zip(nodes, Unit.objects.bulk_create(units), strict=True):
        node.default_unit = unit
    Grid.objects.bulk_update(nodes, ["default_unit"], batch_size=200)


def raise_map_version(tree_id: int) -> None:
    """Tell every cached index of this district that it is out of date."""
    Grid.objects.filter(tree_id=tree_id, kind=Kind.DISTRICT).update(map_version=F("map_version") + 1)


def check_free(code: str, *, except_within: Grid | None = None) -> None:
    """Raise InvalidTree when another node has, had, or has nodes below it with, this code."""
    given = Grid.objects.filter(code__startswith=code)
    former = FormerCode.objects.filter(code__startswith=code)
    if except_within is not None:
        own = Grid.objects.within(except_within).values("pk")
        given, former = given.exclude(pk__in=own), former.exclude(grid__in=own)
    if given.exists() or former.exists():
        raise InvalidTree(_("The code %(code)s is given, or was given once.") % {"code": code}, field="code")


def check_fields(node: Grid) -> None:
    """Raise InvalidTree for values that do not fit their columns or each other."""
    node.name = node.name.strip()
    try:
        node.clean_fields(
            exclude=["parent", "co_managed_by", "default_unit", "boundary", "lft", "rght", "tree_id", "level"]
        )
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidTree(" ".join(messages), field=field) from error
    for field in ("name", "four_sides", "duties"):
        if "\0" in getattr(node, field):
            raise InvalidTree(_("The text holds a character that cannot be stored."), field=field)
    if node.valid_to is not None and node.valid_to < node.valid_from:
        raise InvalidTree(_("A node cannot end before it begins."), field="valid_from")
    _check_co_manager(node)
    unit = node.default_unit
    if unit is not None and not Grid.objects.filter(pk=unit.node_id).above_or_at(node).exists():
        raise InvalidTree(_("The default unit must belong to this node or to one above it."), field="default_unit")


def _check_co_manager(node: Grid) -> None:
    other = node.co_managed_by
    if other is None:
        return
    if node.kind != Kind.DEDICATED:
        raise InvalidTree(_("Only a dedicated grid can be co-managed."), field="co_managed_by")
    same_district = node.parent is not None and other.tree_id == node.parent.tree_id
    if other.kind != Kind.COMMUNITY or other == node.parent or not same_district:
        raise InvalidTree(_("Another community of the same district can co-manage it."), field="co_managed_by")


def _must_be_in_force(node: Grid) -> None:
    if node.valid_to is not None and node.valid_to < timezone.localdate():
        raise InvalidTree(_("%(name)s is no longer in force.") % {"name": node.name}, field="parent")


def _recode(node: Grid, code: str) -> None:
    """Give the node this code and those below it codes that begin with it; keep the old ones."""
    check_free(code, except_within=node)
    below = Grid.objects.within(node).filter(code__startswith=node.code)
    FormerCode.objects.bulk_create(FormerCode(grid_id=pk, code=old) for pk, old in below.values_list("pk", "code"))
    below.update(code=Concat(Value(code), Substr("code", len(node.code) + 1)))


def _store_boundary(node: Grid, area: Area | None) -> None:
    problems = boundaries.check([node.tree_id], {node.pk: area}, timezone.localdate())
    if problems:
        raise InvalidBoundary(problems)
    node.boundary = None if area is None else to_geojson(area)
    Grid.objects.filter(pk=node.pk).update(boundary=node.boundary)


def _changed(node: Grid, actor: User | None, verb: str, **detail: Any) -> None:
    raise_map_version(node.tree_id)
    audit.record(actor, f"grids.{verb}", node, detail)
