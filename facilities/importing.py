"""Bring the register of facilities in from a table or a GeoJSON file of points.

Columns (English or Chinese heading): code 标识码, longitude 经度, latitude 纬度, and if wanted kind 类型, name 名称,
unit in charge 主管单位, owner 权属单位, state 状态, installed on 安装日期, note 备注. A GeoJSON file has the same as
properties of its features, and the point as geometry. The code says which facility a line is: one that is known is
changed, and where a line says nothing an entry keeps what it has. The point says the grid. A line with a fault is
left out and said; the others are taken. The same file again changes nothing.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import audit
from accounts.models import User
from facilities import kinds, rules, showing
from facilities.actions import SIX_PLACES, columns
from facilities.models import Facility, FacilityEvent, FacilityKind
from facilities.states import FacilityState, FacilityStep
from grids import coordinates, locate
from grids.backends import standing_for
from grids.importing import Columns, Outcome, Report, Row, read_features, read_table
from grids.models import Grid, Kind, Unit
from grids.roles import Permission
from residents import sight

COLUMNS: Columns = {
    "code": ["code", "标识码", "部件标识码", "编码", "部件编码"],
    "kind": ["kind", "类型", "部件类型", "小类"],
    "name": ["name", "名称", "部件名称"],
    "lng": ["longitude", "lng", "lon", "经度"],
    "lat": ["latitude", "lat", "纬度"],
    "unit": ["unit", "主管单位", "主管部门", "养护单位"],
    "owner": ["owner", "权属单位", "产权单位"],
    "state": ["state", "状态"],
    "installed_on": ["installed_on", "安装日期", "初始日期"],
    "note": ["note", "备注"],
}
STATES = {
    "in_use": FacilityState.IN_USE,
    "在用": FacilityState.IN_USE,
    "完好": FacilityState.IN_USE,
    "damaged": FacilityState.DAMAGED,
    "破损": FacilityState.DAMAGED,
    "损坏": FacilityState.DAMAGED,
    "removed": FacilityState.REMOVED,
    "废弃": FacilityState.REMOVED,
    "拆除": FacilityState.REMOVED,
    "已拆除": FacilityState.REMOVED,
    "移除": FacilityState.REMOVED,
}
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
STORED = ("name", "owner", "note", "installed_on", "state", "unit", "lng", "lat", "version", "updated_at")
PLACE = ("district", "street", "community", "grid", "micro")


class _Refused(Exception):
    """Why a line is left out."""


@dataclass
class _Job:
    """One import on its way: what is known of the district, and what the lines come to."""

    report: Report
    crs: str
    actor: User | None
    now: dt.datetime
    kinds: dict[str, FacilityKind]
    known: dict[str, Facility]
    nodes: dict[int, Grid]
    units: dict[str, int]
    points: dict[int, tuple[Decimal, Decimal, int | None]] = field(default_factory=dict)
    """By the line's place in the file: degrees in WGS-84, and the grid."""
    added: list[Facility] = field(default_factory=list)
    changed: list[tuple[Facility, dict[str, str]]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def import_facilities(
    path: Path,
    *,
    crs: str = "wgs84",
    actor: User | None = None,
    dry_run: bool = False,
    file_name: str = "",
    now: dt.datetime | None = None,
) -> Report:
    """Add or change the facilities of a file; returns the report. The file's degrees are in `crs`.

    An actor's list changes only what lies in the area whose register they keep. A handful of queries for any length.
    """
    report = Report()
    rows = _read(path, report)
    if not rows:
        if not report.is_refused:
            report.refuse(None, "", _("The list has no rows."), file=path.name)
        return report
    with transaction.atomic():
        job = _begin(rows, report, crs, actor, now or timezone.now())
        for number, row in enumerate(rows):
            try:
                _take(job, row, job.points.get(number))
            except _Refused as refusal:
                report.refuse(row, row["code"], str(refusal))
        if not dry_run:
            _store(job)
            counts = {outcome.value: count for outcome, count in report.counts.items()}
            audit.record(actor, "facilities.import", None, {"file": file_name or path.name} | counts)
    return report


def _read(path: Path, report: Report) -> list[Row]:
    if path.suffix.lower() not in {".geojson", ".json"}:
        return read_table(path, COLUMNS, ["code", "lng", "lat"], report)
    features = read_features(path, COLUMNS, report)
    return [replace(row, cells={**row.cells, **_point(geometry)}) for row, geometry in features]


def _begin(rows: list[Row], report: Report, crs: str, actor: User | None, now: dt.datetime) -> _Job:
    known = Facility.objects.select_for_update(of=("self",)).filter(code__in={row["code"] for row in rows})
    nodes = Grid.objects.exclude(kind=Kind.MICRO).defer("boundary", "duties")
    units = Unit.objects.active().filter(node__kind=Kind.DISTRICT)
    job = _Job(
        report,
        crs,
        actor,
        now,
        kinds.in_use(),
        {row.code: row for row in known},
        {node.pk: node for node in nodes},
        dict(units.values_list("name", "pk")),
    )
    _locate(job, rows)
    return job


def _locate(job: _Job, rows: Iterable[Row]) -> None:
    """Find the grids of all points at once; a line whose degrees cannot be read has none."""
    read: dict[int, tuple[float, float]] = {}
    for number, row in enumerate(rows):
        try:
            lng, lat = float(row["lng"]), float(row["lat"])
        except ValueError:
            continue
        if -180 <= lng <= 180 and -90 <= lat <= 90:
            read[number] = coordinates.to_wgs84(lng, lat, job.crs)
    found = locate.locate_many(list(read.values()))
    for (number, (lng, lat)), grid in zip(read.items(), found, strict=True):
        job.points[number] = Decimal(lng).quantize(SIX_PLACES), Decimal(lat).quantize(SIX_PLACES), grid


def _take(job: _Job, row: Row, point: tuple[Decimal, Decimal, int | None] | None) -> None:
    """Turn one line into a facility to add or to change; raises _Refused with the reason."""
    if row["code"] in job.seen:
        raise _Refused(_("This code stands in the file twice."))
    job.seen.add(row["code"])
    if point is None:
        raise _Refused(_("The longitude and latitude cannot be read."))
    lng, lat, grid_id = point
    if grid_id is None:
        raise _Refused(_("The point lies in no grid. Is the system of the degrees right?"))
    place = _path(job, grid_id)
    kind = _kind(job, row, place["district_id"])
    facility = job.known.get(row["code"])
    is_new = facility is None
    if facility is None:
        facility = Facility(code=row["code"], kind=kind, updated_at=job.now)
    else:
        _demand(job, facility.path_ids)
    _demand(job, tuple(place.values()))
    before = {} if is_new else columns(facility)
    for name, value in ({"lng": lng, "lat": lat} | place | _cells(job, row)).items():
        setattr(facility, name, value)
    if is_new:
        job.added.append(facility)
        job.report.add(Outcome.ADDED, row, facility.code, facility.name or str(kind))
        return
    after = columns(facility)
    is_same = before == after
    if not is_same:
        job.changed.append((facility, before))
    changed = [str(showing.LABELS[name]) for name in after if before[name] != after[name]]
    words = pgettext("between names", ", ").join(changed)
    job.report.add(Outcome.UNCHANGED if is_same else Outcome.CHANGED, row, facility.code, words)


def _path(job: _Job, grid_id: int) -> dict[str, int | None]:
    grid = job.nodes[grid_id]
    community = job.nodes[grid.parent_id]
    street = job.nodes[community.parent_id]
    return {
        "district_id": street.parent_id,
        "street_id": street.pk,
        "community_id": community.pk,
        "grid_id": grid_id,
        "micro_id": None,
    }


def _kind(job: _Job, row: Row, district_id: int | None) -> FacilityKind:
    wrong = rules.problem_of(row["code"], job.nodes[district_id].code if district_id else "")
    if wrong:
        raise _Refused(wrong)
    kind = job.kinds.get(rules.kind_of(row["code"]))
    if kind is None:
        raise _Refused(_("No kind has the number %(code)s.") % {"code": rules.kind_of(row["code"])})
    if row["kind"] and row["kind"] not in {kind.code, kind.name, kind.name_en}:
        raise _Refused(_("The code says “%(kind)s”, the line “%(text)s”.") % {"kind": kind, "text": row["kind"]})
    return kind


def _demand(job: _Job, path: tuple[int | None, ...]) -> None:
    if job.actor is not None and not sight.may(standing_for(job.actor), Permission.MANAGE_FACILITIES, path):
        raise _Refused(_("It lies outside the area whose register you keep."))


def _cells(job: _Job, row: Row) -> dict[str, Any]:
    """Read what a line says beside code and point; an empty cell says nothing."""
    values: dict[str, Any] = {name: row[name] for name in ("name", "owner", "note") if row[name]}
    if row["state"]:
        if row["state"].casefold() not in STATES:
            raise _Refused(_("“%(text)s” is no state of a facility.") % {"text": row["state"]})
        values["state"] = STATES[row["state"].casefold()].value
    if row["installed_on"]:
        values["installed_on"] = _day(row["installed_on"])
    if row["unit"]:
        if row["unit"] not in job.units:
            raise _Refused(_("No unit of the district is named “%(name)s”.") % {"name": row["unit"]})
        values["unit_id"] = job.units[row["unit"]]
    try:
        rules.check(values, timezone.localdate(job.now))
    except ValidationError as error:
        raise _Refused(" ".join(error.messages)) from error
    return values


def _day(text: str) -> dt.date:
    """Read a day as people and spreadsheets write it, as 2024/1/5 or 2024年1月5日; a time is let go."""
    found = DAY.fullmatch(text) or COMPACT_DAY.fullmatch(text)
    with contextlib.suppress(ValueError):
        if found:
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
    raise _Refused(_("“%(text)s” is no day.") % {"text": text})


def _store(job: _Job) -> None:
    """Write all rows and their history: four statements."""
    Facility.objects.bulk_create(job.added, batch_size=1000)
    events = [FacilityEvent(facility=row, step=FacilityStep.ADD, actor=job.actor, at=job.now) for row in job.added]
    for row, before in job.changed:
        after = columns(row)
        changes = {name: [old, after[name]] for name, old in before.items() if old != after[name]}
        row.version, row.updated_at = row.version + 1, job.now
        events.append(FacilityEvent(facility=row, step=FacilityStep.EDIT, changes=changes, actor=job.actor, at=job.now))
    Facility.objects.bulk_update([row for row, _before in job.changed], [*STORED, *PLACE], batch_size=500)
    FacilityEvent.objects.bulk_create(events, batch_size=1000)


def _point(geometry: Any) -> dict[str, str]:
    """Return the degrees of a GeoJSON point as cells; none where it is no point, which then is said of its line."""
    match geometry:
        case {"type": "Point", "coordinates": [float() | int() as lng, float() | int() as lat, *_more]}:
            return {"lng": str(lng), "lat": str(lat)}
    return {}
