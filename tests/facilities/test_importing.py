"""Lists of facilities brought in and taken along."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from facilities.importing import import_facilities
from facilities.models import Facility, FacilityEvent, FacilityImport
from grids.importing import Outcome
from tests.facilities.rows import code, make_facility
from tests.factories import make_line

pytestmark = pytest.mark.django_db
HEAD = "标识码,部件类型,经度,纬度,名称,状态"


def csv_file(tmp_path, *lines):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return path


def test_the_same_file_twice_changes_nothing_and_faults_are_said_line_by_line(line, tmp_path):
    path = csv_file(
        tmp_path,
        f"{code(1)},雨水井盖,116.505,35.405,东门井盖,在用",
        f"{code(2)},,116.506,35.405,,",
        f"{code(3)},路灯,116.506,35.405,,",
        f"{code(4)},,126.5,35.405,,",
        f"{code(1)},,116.505,35.405,,",
        f"{code(5, '0777')},,116.505,35.405,,",
        "123,,116.505,35.405,,",
        f"{code(6)},,east,35.405,,",
        f"{code(7)},,116.505,35.405,,飞走了",
    )
    first = import_facilities(path)
    assert first.counts == {Outcome.ADDED: 2, Outcome.REFUSED: 7}
    refused = {entry.line: entry.words for entry in first.entries if entry.outcome == Outcome.REFUSED}
    assert sorted(refused) == [4, 5, 6, 7, 8, 9, 10]
    again = import_facilities(path)
    assert again.counts == {Outcome.UNCHANGED: 2, Outcome.REFUSED: 7}
    assert FacilityEvent.objects.count() == 2
    assert Facility.objects.get(code=code(1)).grid == line.base


def test_a_changed_line_changes_the_entry_and_leaves_what_it_was(line, tmp_path):
    import_facilities(csv_file(tmp_path, f"{code(1)},,116.505,35.405,东门井盖,"))
    path = csv_file(tmp_path, f"{code(1)},,116.506,35.405,,破损")
    assert import_facilities(path, dry_run=True).counts == {Outcome.CHANGED: 1}
    assert Facility.objects.get().state == "in_use"
    import_facilities(path)
    row = Facility.objects.get()
    assert (row.name, row.state, row.version) == ("东门井盖", "damaged", 2)
    assert row.events.first().changes["state"] == ["in_use", "damaged"]


def test_geojson_in_another_system_of_degrees_lands_where_it_belongs(line, tmp_path):
    path = tmp_path / "list.geojson"
    feature = {
        "type": "Feature",
        "properties": {"标识码": code(1)},
        "geometry": {"type": "Point", "coordinates": [116.511, 35.405]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(CommandError):
        call_command("import_facilities", str(path))
    call_command("import_facilities", str(path), "--crs", "gcj02")
    assert 116.500 < Facility.objects.get().lng < 116.510


def test_what_a_list_changes_and_why_lines_are_left_out_is_said_in_the_readers_words(line, tmp_path):
    import_facilities(csv_file(tmp_path, f"{code(1)},,116.505,35.405,东门井盖,"))
    path = csv_file(tmp_path, f"{code(1)},,116.506,35.405,西门井盖,破损", f"{code(2)},,116.505,35.405,=井盖,")
    with translation.override("zh-hans"):
        changed, refused = sorted(import_facilities(path, dry_run=True).entries, key=lambda entry: entry.subject)
    assert (changed.subject, changed.words) == (code(1), "名称、状态、地图位置")
    assert (refused.subject, refused.words) == (code(2), "名称：以公式符号开头。请去掉开头的 = + - @ 符号。")


@pytest.mark.parametrize("text", ["2024-01-05", "2024/1/5", "2024/01/05", "2024.1.5", "2024年1月5日", "20240105"])
def test_days_are_read_as_spreadsheets_write_them(line, tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(f"标识码,经度,纬度,安装日期\n{code(1)},116.505,35.405,{text}\n", encoding="utf-8")
    import_facilities(path)
    assert Facility.objects.get().installed_on == dt.date(2024, 1, 5)


def test_a_day_that_is_none_is_refused(line, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(f"标识码,经度,纬度,安装日期\n{code(1)},116.505,35.405,2024/2/30\n", encoding="utf-8")
    assert import_facilities(path).counts == {Outcome.REFUSED: 1}


def test_a_list_with_nothing_but_its_headings_is_said_to_be_empty(secretary, line, tmp_path):
    file = SimpleUploadedFile("部件.csv", csv_file(tmp_path).read_bytes())
    answer = secretary.post(reverse("facilities:imports"), {"file": file, "crs": "wgs84"}, follow=True)
    assert "清单中没有数据行" in answer.content.decode()
    assert "清单中没有数据行" in brought(secretary, []).entries[0][3]


def feature(number: int, **properties) -> dict:
    place = {"type": "Point", "coordinates": [116.505, 35.405]}
    return {"type": "Feature", "properties": {"code": code(number)} | properties, "geometry": place}


def brought(client, features: list, wrap: str = "%s") -> FacilityImport:
    """Upload a GeoJSON file and return what was said of it."""
    text = wrap % json.dumps({"type": "FeatureCollection", "features": features})
    file = SimpleUploadedFile("list.geojson", text.encode())
    assert client.post(reverse("facilities:imports"), {"file": file, "crs": "wgs84"}, follow=True).status_code == 200
    return FacilityImport.objects.latest("pk")


@pytest.mark.parametrize("text", ["井盖\0", "井盖\ud800"])
@pytest.mark.parametrize("name", ["code", "name"])
def test_a_feature_with_a_character_that_cannot_be_stored_is_refused_and_the_others_are_not(
    secretary, line, name, text
):
    row = brought(secretary, [feature(1, **{name: text}), feature(2)])
    assert row.counts == {"refused": 1, "added": 1}
    assert "无法保存的字符" in row.entries[0][3]


@pytest.mark.parametrize("place", [None, [], {"type": "Point"}, {"type": "Point", "coordinates": ["a", None]}])
def test_a_feature_that_is_no_point_is_refused_and_the_others_are_not(secretary, line, place):
    row = brought(secretary, [feature(1) | {"geometry": place}, feature(2)])
    assert row.counts == {"refused": 1, "added": 1}


def test_json_that_nests_without_end_is_refused(secretary, line):
    row = brought(secretary, [], wrap="[" * 100_000 + "%s")
    assert (row.counts, row.entries[0][3]) == ({"refused": 1}, "文件不是可读的 JSON：嵌套层次过深。")
    deep = "[" * 400 + "]" * 400
    text = json.dumps(feature(1, name="?")).replace('"?"', deep)
    assert brought(secretary, [json.loads(text), feature(2)]).counts == {"added": 2}


def test_a_list_is_looked_at_before_it_is_brought_in_and_only_within_ones_area(secretary, line, tmp_path):
    make_line(lng=118.5)
    path = csv_file(tmp_path, f"{code(1)},,116.505,35.405,,", f"{code(2)},,118.505,35.405,,")
    file = SimpleUploadedFile("部件.csv", path.read_bytes())
    answer = secretary.post(reverse("facilities:imports"), {"file": file, "crs": "wgs84"}, follow=True)
    assert "不在您维护" in answer.content.decode()
    assert not Facility.objects.exists()
    upload = FacilityImport.objects.get()
    secretary.post(reverse("facilities:import-run", args=[upload.pk]))
    secretary.post(reverse("facilities:import-run", args=[upload.pk]))
    assert [row.code for row in Facility.objects.all()] == [code(1)]
    upload.refresh_from_db()
    assert bytes(upload.content) == b""


def test_what_was_exported_is_read_again_unchanged(secretary, line, tmp_path):
    make_facility(line.base, name="东门井盖", state="damaged", owner="供水公司")
    answer = secretary.post(reverse("facilities:export"))
    path = tmp_path / "again.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    assert load_workbook(path).active.max_row == 2
    assert import_facilities(path).counts == {Outcome.UNCHANGED: 1}
