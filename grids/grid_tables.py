"""Bring in base, dedicated and micro-grids from a table or a GeoJSON file, and boundaries for nodes that are there.

Columns (English or Chinese heading): parent code 上级编码, name 名称, and if wanted kind 类型, code 编码,
four sides 四至, households 户数, population 人口, urban or rural 城乡, co-managing community 共管社区,
boundary 边界 (GeoJSON). A GeoJSON file has the same as properties of its features. A line whose code is known
changes that node; without a code the next free number under its parent is given. One wrong line, and nothing
is changed.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids import actions, boundaries, rules
from grids.errors import InvalidTree
from grids.geometry import Area, InvalidBoundary, read_geometry, to_geojson
from grids.importing import Columns, Outcome, Report, Row, read_features, read_json, read_table
from grids.locks import lock_trees
from grids.models import Grid, Kind, Settlement
from grids.numbering import renumber

COLUMNS: Columns = {
    "parent": ["parent_code", "parent", "上级编码", "所属社区编码"],
    "name": ["name", "名称", "网格名称"],
    "kind": ["kind", "类型", "网格类型"],
    "code": ["code", "编码", "网格编码"],
    "four_sides": ["four_sides", "四至"],
    "households": ["households", "户数"],
    "population": ["population", "人口"],
    "settlement": ["settlement", "城乡"],
    "co_managed_by": ["co_managed_by", "共管社区", "共管社区编码"],
    "boundary": ["boundary", "边界"],
}
KINDS = {
    "": Kind.BASE,
    "base": Kind.BASE,
    "基础网格": Kind.BASE,
    "micro": Kind.MICRO,
    "微网格": Kind.MICRO,
    "dedicated": Kind.DEDICATED,
    "专属网格": Kind.DEDICATED,
}
SETTLEMENTS = {
    "": "",
    "urban": Settlement.URBAN,
    "城镇": Settlement.URBAN,
    "rural": Settlement.RURAL,
    "乡村": Settlement.RURAL,
}
SIDE = ("name", "four_sides", "households", "population", "settlement", "co_managed_by_id")
"""What a line may change of a node that is there; an empty cell leaves it as it is."""


@dataclass
class _Job:
    """One import on its way."""

    report: Report
    crs: str
    nodes: dict[str, Grid]
    added: list[Grid] = field(default_factory=list)
    changed: list[Grid] = field(default_factory=list)
    areas: dict[str, Area] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)


def import_grids(path: Path, *, crs: str = "wgs84", actor: User | None = None, dry_run: bool = False) -> Report:
    """Add or change the grids of a file; returns the report. Degrees of boundaries are in `crs`."""
    report = Report()
    if path.suffix.lower() in {".geojson", ".json"}:
        rows = [_with_boundary(row, geometry) for row, geometry in read_features(path, COLUMNS, report)]
    else:
        rows = read_table(path, COLUMNS, ["parent", "name"], report)
    if report.is_refused:
        return report
    with transaction.atomic():
        codes = {row["parent"] for row in rows} | {row["code"] for row in rows} | {row["co_managed_by"] for row in rows}
        job = _Job(report, crs, {node.code: node for node in Grid.objects.filter(code__in=codes - {""})})
        trees = {node.tree_id for node in job.nodes.values()}
        lock_trees(trees)
        for row in rows:
            _take(job, row)
        if not report.is_refused:
            _store(job, trees, actor)
        if report.is_refused or dry_run:
            transaction.set_rollback(True)
    return report


def import_boundaries(
    path: Path, *, crs: str, code: str = "", actor: User | None = None, dry_run: bool = False
) -> Report:
    """Attach boundaries to nodes: features with a `code` property, or one bare geometry for `code`."""
    report = Report()
    pairs = [(Row(path.name, 0, {"code": code}), geometry)] if code and (geometry := _bare(path, report)) else []
    if not code:
        pairs = read_features(path, COLUMNS, report)
    nodes = {node.code: node for node in Grid.objects.filter(code__in={row["code"] for row, _geometry in pairs})}
    job = _Job(report, crs, nodes)
    for row, geometry in pairs:
        node = nodes.get(row["code"])
        if node is None:
            report.refuse(row, row["code"], _("No node has this code."))
        elif _read_area(job, row, node.code, geometry):
            same = node.boundary == to_geojson(job.areas[node.code])
            report.add(Outcome.UNCHANGED if same else Outcome.CHANGED, row, node.code, node.name)
    if report.is_refused:
        return report
    with transaction.atomic():
        trees = {node.tree_id for node in nodes.values()}
        lock_trees(trees)
        _store_areas(job, trees)
        for tree_id in trees:
            actions.raise_map_version(tree_id)
        audit.record(actor, "grids.import_boundaries", None, {"file": path.name, "count": len(job.areas)})
        if report.is_refused or dry_run:
            transaction.set_rollback(True)
    return report


def _take(job: _Job, row: Row) -> None:
    """Turn one line into a node to add or to change, or refuse it."""
    try:
        node = job.nodes.get(row["code"]) if row["code"] else None
        if node is not None and node in job.added:
            raise InvalidTree(_("This code stands in the file twice."))
        if node is None:
            node = _new(job, row)
            job.added.append(node)
            job.report.add(Outcome.ADDED, row, node.code, node.name)
        else:
            _change(job, row, node)
    except InvalidTree as error:
        job.report.refuse(row, row["code"] or row["name"], str(error))
        return
    job.rows[node.code] = row
    if row["boundary"]:
        try:
            geometry = json.loads(row["boundary"])
        except (ValueError, RecursionError):
            job.report.refuse(row, node.code, _("The boundary is not GeoJSON."))
        else:
            _read_area(job, row, node.code, geometry)


def _new(job: _Job, row: Row) -> Grid:
    parent = job.nodes.get(row["parent"])
    if parent is None:
        raise InvalidTree(_("No node has the code %(code)s.") % {"code": row["parent"] or "—"})
    kind = KINDS.get(row["kind"].casefold())
    if kind is None:
        raise InvalidTree(_("Unknown kind “%(kind)s”.") % {"kind": row["kind"]})
    rules.check_parent(kind, parent.kind)
    code = row["code"] or _free_code(job, parent, kind)
    rules.check_code(kind, code, parent.code)
    actions.check_free(code)
    node = Grid(kind=kind, code=code, parent=parent, tree_id=parent.tree_id, lft=0, rght=0, level=parent.level + 1)
    node.settlement = parent.settlement
    _fill(job, row, node)
    job.nodes[code] = node
    return node


def _free_code(job: _Job, parent: Grid, kind: Kind) -> str:
    given = [node.code for node in job.added if node.parent is parent]
    code = actions.next_code(parent, kind)
    while code in given:
        code = f"{int(code) + 1:0{len(code)}d}"
    return code


def _change(job: _Job, row: Row, node: Grid) -> None:
    if row["parent"] and node.parent is not None and row["parent"] != node.parent.code:
        raise InvalidTree(_("This node stands under %(code)s; move it in the tree.") % {"code": node.parent.code})
    before = [getattr(node, name) for name in SIDE]
    _fill(job, row, node)
    same = before == [getattr(node, name) for name in SIDE]
    if not same:
        job.changed.append(node)
    job.report.add(Outcome.UNCHANGED if same else Outcome.CHANGED, row, node.code, node.name)


def _fill(job: _Job, row: Row, node: Grid) -> None:
    """Put a line's cells on a node; an empty cell leaves what is there."""
    node.name = row["name"] or node.name
    node.four_sides = row["four_sides"] or node.four_sides
    node.settlement = _settlement(row["settlement"]) or node.settlement
    for name in ("households", "population"):
        if row[name]:
            if not row[name].isdecimal():
                raise InvalidTree(_("“%(text)s” is not a whole number.") % {"text": row[name]})
            setattr(node, name, int(row[name]))
    if row["co_managed_by"]:
        node.co_managed_by = job.nodes.get(row["co_managed_by"])
        if node.co_managed_by is None:
            raise InvalidTree(_("No node has the code %(code)s.") % {"code": row["co_managed_by"]})
    actions.check_fields(node)


def _settlement(text: str) -> str:
    found = SETTLEMENTS.get(text.casefold())
    if found is None:
        raise InvalidTree(_("Write urban or rural, not “%(text)s”.") % {"text": text})
    return found


def _read_area(job: _Job, row: Row, code: str, geometry: Any) -> bool:
    try:
        job.areas[code] = read_geometry(geometry, code, job.crs)
    except InvalidBoundary as error:
        job.report.refuse(row, code, str(error))
        return False
    job.rows[code] = row
    return True


def _store(job: _Job, trees: set[int], actor: User | None) -> None:
    """Add level by level, number the trees once, then the boundaries all together."""
    for kind in (Kind.BASE, Kind.DEDICATED, Kind.MICRO):
        fresh = [node for node in job.added if node.kind == kind]
        for node in fresh:
            node.parent_id = node.parent.pk if node.parent else None
        Grid.objects.bulk_create(fresh, batch_size=500)
    Grid.objects.bulk_update(job.changed, [name.removesuffix("_id") for name in SIDE], batch_size=500)
    for tree_id in sorted(trees):
        root = Grid.objects.get(tree_id=tree_id, kind=Kind.DISTRICT)
        renumber(root.pk, tree_id)
        actions.raise_map_version(tree_id)
        audit.record(actor, "grids.import_grids", root, {o.value: n for o, n in job.report.counts.items()})
    _store_areas(job, trees)


def _store_areas(job: _Job, trees: set[int]) -> None:
    areas = {job.nodes[code].pk: area for code, area in job.areas.items()}
    for problem in boundaries.check(trees, areas, timezone.localdate()):
        job.report.refuse(job.rows.get(problem.code), problem.code, problem.message)
    if not job.report.is_refused and areas:
        nodes = [Grid(pk=pk, boundary=to_geojson(area)) for pk, area in areas.items()]
        Grid.objects.bulk_update(nodes, ["boundary"], batch_size=200)


def _bare(path: Path, report: Report) -> Any:
    """Return the one geometry of a file: bare, of a feature, or of a collection of one."""
    found = read_json(path, report)
    if isinstance(found, dict) and found.get("type") == "FeatureCollection" and len(found.get("features") or []) == 1:
        found = found["features"][0]
    return found.get("geometry") if isinstance(found, dict) and found.get("type") == "Feature" else found


def _with_boundary(row: Row, geometry: Any) -> Row:
    return replace(row, cells={**row.cells, "boundary": json.dumps(geometry)}) if geometry else row
