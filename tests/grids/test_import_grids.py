"""Base, dedicated and micro-grids from a table or a map file, and boundaries with their three coordinate systems."""

import json
from pathlib import Path

import openpyxl
import pytest
import shapely
from django.core.management import CommandError, call_command

from grids.coordinates import wgs84_to_gcj02
from grids.grid_tables import import_boundaries, import_grids
from grids.importing import Outcome, Report
from grids.models import Grid, Kind
from tests.factories import make_grid, square

pytestmark = pytest.mark.django_db
OUTLINE = Path(__file__).resolve().parents[3] / "shared" / "data" / "boundaries" / "370811_gcj02.geojson"


@pytest.fixture
def community() -> Grid:
    district = make_grid(code="990101")
    street = make_grid(district, code="990101001")
    return make_grid(street, code="990101001001", boundary=square(116.5, 35.4, 0.02))


def refusals(report: Report) -> list[str]:
    return [str(entry) for entry in report.entries if entry.outcome == Outcome.REFUSED]


def write_csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "grids.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_with_chinese_headings_adds_grids_of_each_kind_and_numbers_them(community, tmp_path):
    second = make_grid(community.parent, code="990101001002")
    text = (
        "所属社区编码,名称,类型,户数,共管社区,编码\n"
        f"{community.code},第一网格,基础网格,420,,\n"
        f"{community.code},第二网格,,388,,\n"
        f"{community.code},商场,专属网格,,{second.code},\n"
        f"{community.code}001,东楼,微网格,52,,\n"
    )
    report = import_grids(write_csv(tmp_path, text))
    assert report.counts == {Outcome.ADDED: 4}, refusals(report)
    found = dict(Grid.objects.exclude(households=None).values_list("code", "households"))
    assert found == {f"{community.code}001": 420, f"{community.code}002": 388, f"{community.code}00101": 52}
    mall = Grid.objects.get(kind=Kind.DEDICATED)
    assert (mall.code, mall.co_managed_by) == (f"{community.code}901", second)
    micro = Grid.objects.get(kind=Kind.MICRO)
    assert Grid.objects.on_path_to(micro).count() == 5


def test_a_second_run_changes_only_what_differs_and_empty_cells_leave_what_is_there(community, tmp_path):
    text = f"parent_code,code,name,households\n{community.code},{community.code}001,甲,400\n"
    import_grids(write_csv(tmp_path, text))
    assert import_grids(write_csv(tmp_path, text)).counts == {Outcome.UNCHANGED: 1}
    again = import_grids(write_csv(tmp_path, text.replace("甲,400", "乙,")))
    assert again.counts == {Outcome.CHANGED: 1}
    grid = Grid.objects.get(code=f"{community.code}001")
    assert (grid.name, grid.households) == ("乙", 400)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{c},甲,base,多少,", "多少"),
        ("999999999999,甲,base,1,", "999999999999"),
        ("{c},甲,森林,1,", "森林"),
        ("{c},甲,micro,1,", "2"),
        ("{c},甲,base,1,{c}950", "950"),
        ("{c},,base,1,", "2"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_added(community, tmp_path, line, words):
    text = "parent_code,name,kind,households,code\n" + line.format(c=community.code) + f"\n{community.code},好,,1,\n"
    report = import_grids(write_csv(tmp_path, text))
    assert len(refusals(report)) == 1
    assert "grids.csv:2" in refusals(report)[0]
    assert words in refusals(report)[0]
    assert not Grid.objects.filter(kind=Kind.BASE).exists()


def test_an_excel_file_is_read_with_whole_numbers_as_codes(community, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["上级编码", "名称", "户数"])
    book.active.append([int(community.code), "甲", 350.0])
    book.save(tmp_path / "grids.xlsx")
    assert import_grids(tmp_path / "grids.xlsx").counts == {Outcome.ADDED: 1}
    assert Grid.objects.get(kind=Kind.BASE).households == 350


def test_a_renamed_text_file_is_no_excel_file(tmp_path):
    (tmp_path / "grids.xlsx").write_text("code,name\n")
    assert import_grids(tmp_path / "grids.xlsx").is_refused


def feature(parent: Grid, name: str, geometry: dict, **properties: str) -> dict:
    return {
        "type": "Feature",
        "properties": {"parent_code": parent.code, "name": name} | properties,
        "geometry": geometry,
    }


def write_geojson(tmp_path: Path, *features: dict) -> Path:
    path = tmp_path / "grids.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def test_a_map_file_brings_grids_with_their_boundaries(community, tmp_path):
    west, east = square(116.5, 35.4, 0.01), square(116.51, 35.4, 0.01)
    path = write_geojson(tmp_path, feature(community, "西", west), feature(community, "东", east))
    call_command("import_grids", str(path))
    assert Grid.objects.filter(kind=Kind.BASE, boundary__isnull=False).count() == 2


def test_overlapping_and_outlying_boundaries_are_refused_with_code_and_amount(community, tmp_path):
    path = write_geojson(
        tmp_path,
        feature(community, "一", square(116.5, 35.4, 0.01)),
        feature(community, "二", square(116.505, 35.4, 0.01)),
        feature(community, "三", square(116.6, 35.4, 0.01)),
    )
    report = import_grids(path)
    words = "\n".join(refusals(report))
    assert f"{community.code}001" in words
    assert f"{community.code}003" in words
    assert "m²" in words or "平方米" in words
    assert not Grid.objects.filter(kind=Kind.BASE).exists()


def test_a_boundary_that_crosses_itself_is_refused(community, tmp_path):
    bow = {
        "type": "Polygon",
        "coordinates": [[[116.5, 35.4], [116.51, 35.41], [116.51, 35.4], [116.5, 35.41], [116.5, 35.4]]],
    }
    report = import_grids(write_geojson(tmp_path, feature(community, "结", bow)))
    assert f"{community.code}001" in refusals(report)[0]


def test_boundaries_in_gcj02_are_stored_in_wgs84(community, tmp_path):
    wgs = square(116.5, 35.4, 0.02)
    shifted = [[list(wgs84_to_gcj02(*point)) for point in ring] for ring in wgs["coordinates"]]
    path = write_geojson(
        tmp_path,
        {"type": "Feature", "properties": {"code": community.code}, "geometry": wgs | {"coordinates": shifted}},
    )
    Grid.objects.filter(pk=community.pk).update(boundary=None)
    assert import_boundaries(path, crs="gcj02").counts == {Outcome.CHANGED: 1}
    stored = shapely.from_geojson(json.dumps(Grid.objects.get(pk=community.pk).boundary))
    expected = shapely.from_geojson(json.dumps(wgs))
    assert stored.symmetric_difference(expected).area / expected.area < 0.001
    version = Grid.objects.get(code="990101").map_version
    assert import_boundaries(path, crs="gcj02", dry_run=True).counts == {Outcome.UNCHANGED: 1}
    assert Grid.objects.get(code="990101").map_version == version


def test_an_unknown_code_or_no_geojson_changes_nothing(community, tmp_path):
    path = write_geojson(tmp_path, {"type": "Feature", "properties": {"code": "123"}, "geometry": square(116, 35)})
    with pytest.raises(CommandError):
        call_command("import_boundaries", str(path), "--crs", "wgs84")
    path.write_text("[")
    assert import_boundaries(path, crs="wgs84").is_refused


@pytest.mark.skipif(not OUTLINE.is_file(), reason="the published outline is not beside the project")
def test_the_published_outline_of_a_district_is_attached():
    district = make_grid(code="370811")
    assert import_boundaries(OUTLINE, crs="gcj02", code="370811").counts == {Outcome.CHANGED: 1}
    outline = shapely.from_geojson(json.dumps(Grid.objects.get(pk=district.pk).boundary))
    assert outline.is_valid
    assert outline.contains(shapely.Point(116.5871, 35.4146))


def test_a_map_file_that_nests_without_end_or_holds_what_cannot_be_stored_is_refused(community, tmp_path):
    path = tmp_path / "grids.geojson"
    path.write_text('{"type": "FeatureCollection", "features": ' + "[" * 100_000)
    assert import_grids(path).counts == {Outcome.REFUSED: 1}
    assert import_boundaries(path, crs="wgs84").counts == {Outcome.REFUSED: 1}
    assert import_boundaries(path, crs="wgs84", code=community.code).counts == {Outcome.REFUSED: 1}
    properties = {"parent_code": community.code, "name": "第一网格\ud800"}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert import_grids(path).counts == {Outcome.REFUSED: 1}
