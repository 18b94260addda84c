"""Bring a district, its streets and communities in from published division files (../shared format, DOMAIN.md §2.3).

Three files in one folder: `areas.csv` (6 digits), `streets.csv` (9), `villages.csv` (12), each with `code`, `name` and
the code of what it belongs to. Running it again adds what is new and renames what was renamed; what is gone upstream is
reported and left alone, for people work there.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids import actions, rules
from grids.errors import InvalidTree
from grids.importing import Columns, Outcome, Report, Row, read_table
from grids.locks import lock_new_districts, lock_trees
from grids.models import Grid, Kind
from grids.numbering import renumber


@dataclass(frozen=True)
class File:
    """One of the three files: which kind of node it lists, and in which column the node above stands."""

    name: str
    kind: Kind
    digits: int
    parent_column: str

    @property
    def columns(self) -> Columns:
        names = {"code": ["code"], "name": ["name"]}
        return names | ({"parent": [self.parent_column]} if self.parent_column else {})


FILES = (
    File("areas.csv", Kind.DISTRICT, 6, ""),
    File("streets.csv", Kind.STREET, 9, "areaCode"),
    File("villages.csv", Kind.COMMUNITY, 12, "streetCode"),
)


@transaction.atomic
def import_divisions(
    folder: Path, area: str, *, exclude_streets: Collection[str] = (), actor: User | None = None, dry_run: bool = False
) -> Report:
    """Load one district; returns the report. A file with anything wrong in it changes nothing, nor does `dry_run`."""
    report = Report()
    wanted = _read(folder, area, set(exclude_streets), report)
    if report.is_refused:
        return report
    _compare(wanted, area, report)
    if not dry_run and not report.is_refused:
        _store(wanted, area, report, actor)
    return report


def _read(folder: Path, area: str, excluded: set[str], report: Report) -> list[tuple[File, Row]]:
    """Return the wanted rows, the district first, having refused every wrong one."""
    found: list[tuple[File, Row]] = []
    known: set[str] = set()
    for file in FILES:
        rows = read_table(folder / file.name, file.columns, list(file.columns), report)
        for row in rows:
            if not row["code"].startswith(area) or any(row["code"].startswith(street) for street in excluded):
                continue
            why_not = _why_not(file, row, known)
            if why_not:
                report.refuse(row, row["code"], why_not)
            else:
                known.add(row["code"])
                found.append((file, row))
    if area not in known and not report.is_refused:
        report.refuse(None, area, _("No such district in this file."), file=FILES[0].name)
    for street in sorted(excluded):
        if not street.startswith(area):
            report.refuse(None, street, _("This street to leave out is not of the district."), file=FILES[1].name)
    return found


def _why_not(file: File, row: Row, known: Collection[str]) -> str:
    code, parent = row["code"], row["parent"]
    if not (code.isascii() and code.isdecimal() and len(code) == file.digits):
        return _("The code must have %(digits)d digits.") % {"digits": file.digits}
    if code in known:
        return _("This code stands in the file twice.")
    if not row["name"]:
        return _("The name is missing.")
    if len(row["name"]) > Grid._meta.get_field("name").max_length:
        return _("The name is too long.")
    if file.parent_column and parent not in known:
        return _("What it belongs to, %(code)s, is not in the files.") % {"code": parent or "—"}
    try:
        rules.check_code(file.kind, code, parent)
    except InvalidTree as error:
        return str(error)
    return ""


def _settlement(file: File, code: str) -> str:
    """Say by the number of a community whether it is urban or rural (DOMAIN.md §2.3)."""
    if file.kind != Kind.COMMUNITY:
        return ""
    number = int(code[-3:])
    return next((kind for kind, ranges in rules.SETTLEMENT_NUMBERS.items() if any(number in r for r in ranges)), "")


def _compare(wanted: list[tuple[File, Row]], area: str, report: Report) -> None:
    """Say for each row what would become of it, and which nodes the files do not list any more."""
    there = {node.code: node for node in _present(area)}
    for file, row in wanted:
        node = there.pop(row["code"], None)
        if node is None:
            report.add(Outcome.ADDED, row, row["code"], row["name"])
        elif node.kind != file.kind:
            report.refuse(row, row["code"], _("This code belongs to another kind of node."))
        elif node.name != row["name"]:
            report.add(Outcome.CHANGED, row, row["code"], f"{node.name} → {row['name']}")
        else:
            report.add(Outcome.UNCHANGED, row, row["code"])
    for code, node in sorted(there.items()):
        report.add(Outcome.VANISHED, None, code, node.name, file=FILES[-1].name)


def _present(area: str) -> Iterator[Grid]:
    kinds = [file.kind for file in FILES]
    yield from Grid.objects.filter(code__startswith=area, kind__in=kinds).order_by("code")


def _store(wanted: list[tuple[File, Row]], area: str, report: Report, actor: User | None) -> None:
    """Write what the report announced; the nested-set numbers are made once, at the end."""
    lock_new_districts()
    tree_id = Grid.objects.filter(code=area).values_list("tree_id", flat=True).first()
    tree_id = tree_id or (Grid.objects.aggregate(last=Max("tree_id"))["last"] or 0) + 1
    lock_trees([tree_id])
    nodes = {node.code: node for node in _present(area)}
    made: list[Grid] = []
    for file in FILES:
        rows = [row for kind_file, row in wanted if kind_file is file]
        fresh = [_new(file, row, nodes, tree_id) for row in rows if row["code"] not in nodes]
        made += fresh
        nodes |= {node.code: node for node in Grid.objects.bulk_create(fresh, batch_size=500)}
        _rename(rows, nodes)
    renumber(nodes[area].pk, tree_id)
    actions.make_centres(Grid.objects.filter(pk__in=[n.pk for n in made], kind__in=[Kind.DISTRICT, Kind.STREET]))
    actions.raise_map_version(tree_id)
    counts = {outcome.value: count for outcome, count in report.counts.items()}
    audit.record(actor, "grids.import_divisions", nodes[area], counts)


def _new(file: File, row: Row, nodes: dict[str, Grid], tree_id: int) -> Grid:
    return Grid(
        kind=file.kind,
        code=row["code"],
        statistical_code=row["code"],
        name=row["name"],
        parent=nodes[row["parent"]] if file.parent_column else None,
        settlement=_settlement(file, row["code"]),
        tree_id=tree_id,
        lft=0,
        rght=0,
        level=FILES.index(file),
    )


def _rename(rows: list[Row], nodes: dict[str, Grid]) -> None:
    changed = []
    for row in rows:
        node = nodes[row["code"]]
        if node.name != row["name"]:
            node.name = row["name"]
            changed.append(node)
    Grid.objects.bulk_update(changed, ["name"], batch_size=500)
