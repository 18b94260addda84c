"""The register of facilities through its pages, its import and its API, and orders that name one."""

import base64
import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import AuditRecord
from facilities import actions as facility_actions
from facilities import ground, kinds, rules
from facilities.importing import import_facilities
from facilities.models import Facility, FacilityEvent, FacilityImport, FacilityKind
from grids import actions as tree
from grids.importing import Outcome
from residents.errors import Stale
from tests.facilities.rows import make_facility
from tests.factories import make_grid, make_line, make_order, make_ruled_line, report, square
from workorders.lists import matching
from workorders.models import Category, WorkOrder

pytestmark = pytest.mark.django_db
HEAD = "标识码,部件类型,经度,纬度,名称,状态"


def code(number: int, kind: str = "0103") -> str:
    return f"000000{kind}{number:06d}"


def csv_file(tmp_path, *lines):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return path


@pytest.fixture
def line(db):
    return make_line("secretary", "worker", "handler")


@pytest.fixture
def secretary(client, line):
    client.force_login(line.people["secretary"])
    return client


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


def test_a_place_in_the_list_that_no_code_can_be_gives_the_first_page(secretary, line):
    row = make_facility(line.base)
    for place in ('["\\u0000"]', '["\\ud800"]', "[" * 3000):
        token = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
        assert row.code in secretary.get(reverse("facilities:list"), {"after": token}).content.decode()


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


def test_an_entry_is_made_changed_and_retired_with_its_history(secretary, line):
    given = {"kind": "0109", "lng": "116.505", "lat": "35.405", "name": "七号路灯"}
    secretary.post(reverse("facilities:add"), given)
    row = Facility.objects.get()
    assert row.code == code(1, "0109")
    edit = reverse("facilities:edit", args=[row.pk])
    assert secretary.post(edit, given | {"name": "八号路灯"}).status_code == 302
    state = reverse("facilities:state", args=[row.pk])
    assert secretary.post(state, {"state": "removed", "note": ""}).status_code == 400
    secretary.post(state, {"state": "removed", "note": "道路改造"})
    row.refresh_from_db()
    assert (row.name, row.state) == ("八号路灯", "removed")
    assert [event.step for event in row.events.all()] == ["state", "edit", "add"]
    page = secretary.get(row.get_absolute_url()).content.decode()
    assert "七号路灯 → 八号路灯" in page
    with pytest.raises(DatabaseError), transaction.atomic():
        row.events.all().delete()


def test_an_entry_without_a_code_gets_the_first_free_number_however_high_others_are(secretary, line):
    for number in (0, 1, 2, 4, 999_999):
        make_facility(line.base, code=code(number))
    make_facility(line.base, "0109", code=code(3, "0109"))
    given = {"kind": "0103", "lng": "116.505", "lat": "35.405"}
    assert secretary.post(reverse("facilities:add"), given).status_code == 302
    assert secretary.post(reverse("facilities:add"), given).status_code == 302
    assert Facility.objects.filter(code__in=[code(3), code(5)]).count() == 2


def test_where_every_number_of_a_kind_is_given_it_says_so(secretary, line, monkeypatch):
    monkeypatch.setattr(rules, "HIGHEST", 2)
    for number in (1, 2):
        make_facility(line.base, code=code(number))
    page = secretary.post(reverse("facilities:add"), {"kind": "0103", "lng": "116.505", "lat": "35.405"})
    assert page.status_code == 400
    assert "编号已全部用完" in page.content.decode()


def test_an_entry_that_somebody_else_changed_meanwhile_is_not_overwritten_unknowingly(secretary, line):
    row = make_facility(line.base, name="一号井盖")
    address = reverse("facilities:edit", args=[row.pk])
    given = {"lng": "116.505", "lat": "35.405", "seen": secretary.get(address).context["form"]["seen"].value()}
    assert secretary.post(address, given | {"name": "二号井盖"}).status_code == 302
    page = secretary.post(address, given | {"name": "三号井盖"})
    words = page.content.decode()
    assert (page.status_code, "已有他人修改" in words, "现为：二号井盖" in words) == (400, True, True)
    assert 'value="三号井盖"' in words
    again = given | {"name": "三号井盖", "seen": page.context["form"]["seen"].value()}
    assert secretary.post(address, again).status_code == 302  # knowing it, it may be written
    row.refresh_from_db()
    assert row.name == "三号井盖"


def test_a_state_that_somebody_else_changed_meanwhile_is_not_overwritten_unknowingly(secretary, line):
    row = make_facility(line.base)
    address = reverse("facilities:state", args=[row.pk])
    seen = secretary.get(row.get_absolute_url()).context["state_form"]["seen"].value()
    given = {"state": "removed", "note": "道路改造", "seen": seen}
    assert secretary.post(address, {"state": "damaged", "seen": seen}).status_code == 302
    page = secretary.post(address, given)
    words = page.content.decode()
    assert (page.status_code, "已有他人修改" in words, "现为：破损" in words) == (400, True, True)
    again = given | {"seen": page.context["state_form"]["seen"].value()}
    assert secretary.post(address, again).status_code == 302
    row.refresh_from_db()
    assert row.state == "removed"


def test_a_change_between_reading_an_entry_and_locking_it_is_noticed(secretary, line):
    row = make_facility(line.base)
    facility_actions.edit(row, actor=None, details={"name": "一号井盖"})
    with pytest.raises(Stale, match="已有人修改"):
        facility_actions.edit(row, actor=None, details={"name": "二号井盖"}, version=row.version)


def test_whose_property_it_is_and_of_which_type_is_said_in_one_word_everywhere(secretary, line):
    row = make_facility(line.base, owner="供水公司")
    pages = [row.get_absolute_url(), reverse("facilities:edit", args=[row.pk]), reverse("facilities:list")]
    words = [secretary.get(page).content.decode() for page in pages]
    assert all("权属单位" in page for page in words[:2])
    assert not any("责任岗位" in page or "类别" in page for page in words)


def test_a_grid_worker_sees_the_register_and_changes_nothing(client, line):
    row = make_facility(line.base)
    client.force_login(line.people["worker"])
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(reverse("facilities:edit", args=[row.pk])).status_code == 403
    assert client.get(reverse("facilities:add")).status_code == 403


def test_the_list_takes_the_same_few_questions_for_any_length(secretary, line, django_assert_max_num_queries):
    for _ in range(8):
        make_facility(line.base)
    secretary.get(reverse("facilities:list"))
    with django_assert_max_num_queries(10):
        page = secretary.get(reverse("facilities:list"), {"q": "0000000103", "kind": "0103", "node": line.base.code})
    assert page.content.decode().count("order-row") == 8
    assert secretary.get(reverse("facilities:list"), {"node": "\0"}).status_code == 200


def test_kinds_are_kept_by_who_keeps_the_rules_and_offered_at_once(client):
    line = make_ruled_line("secretary", "admin")
    client.force_login(line.admin)
    given = {"code": "0117", "name": "充电桩", "name_en": "Charging post", "related": "e0405", "is_active": "on"}
    for wrong in ({"code": "0617"}, {"code": "0100"}, {"code": "0101"}, {"related": "gas"}, {"name": " "}):
        assert client.post(reverse("facilities:kind-add"), given | wrong).status_code == 400, wrong
    assert client.post(reverse("facilities:kind-add"), given).status_code == 302
    kind = FacilityKind.objects.get(code="0117")
    assert (kind.name, kind.related, kind.is_camera, kinds.in_use()["0117"]) == ("充电桩", "E0405", False, kind)
    changed = {"name": "电动车充电桩", "related": ""}
    assert client.post(reverse("facilities:kind-edit", args=["0117"]), changed).status_code == 302
    assert "0117" not in kinds.in_use()
    page = client.get(reverse("facilities:kinds")).content.decode()
    assert "电动车充电桩" in page
    assert "GB/T 30428 family" not in page
    assert AuditRecord.objects.filter(action__endswith="_kind").count() == 2


def test_a_kind_that_somebody_else_changed_meanwhile_is_not_overwritten(client):
    line = make_ruled_line("admin")
    client.force_login(line.admin)
    kinds.load_kinds()
    address = reverse("facilities:kind-edit", args=["0101"])
    seen = client.get(address).context["form"]["seen"].value()
    FacilityKind.objects.filter(code="0101").update(name="<theirs>", is_active=False)
    sent = {"name": "mine", "is_active": "on", "seen": seen}
    page = client.post(address, sent)
    words = page.content.decode()
    assert (page.status_code, "已有他人修改" in words, 'value="mine"' in words) == (400, True, True)
    assert ("&lt;theirs&gt;" in words, "<theirs>" in words) == (True, False)  # what stands there is said, escaped
    assert FacilityKind.objects.get(code="0101").name == "<theirs>"
    again = sent | {"seen": page.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302  # knowing it, it may be written
    assert FacilityKind.objects.get(code="0101").name == "mine"


def test_facilities_come_into_the_grid_that_a_redrawn_boundary_puts_around_them(line, django_assert_num_queries):
    sister = make_grid(line.community)
    stays, goes = make_facility(line.base, lng="116.501"), make_facility(line.base, lng="116.509")
    assert ground.follow() == 0
    with django_assert_num_queries(2):
        assert ground.follow() == 0
    cut = [(116.508, 35.40), (116.51, 35.40), (116.51, 35.41), (116.508, 35.41), (116.508, 35.40)]
    rest = [(116.50, 35.40), (116.508, 35.40), (116.508, 35.41), (116.50, 35.41), (116.50, 35.40)]
    tree.set_boundary(line.base, {"type": "Polygon", "coordinates": [rest]}, actor=None)
    assert ground.follow() == 0  # it stands in no grid now, and stays where it was
    tree.set_boundary(sister, {"type": "Polygon", "coordinates": [cut]}, actor=None)
    assert ground.follow() == 1
    stays.refresh_from_db(), goes.refresh_from_db()
    assert (stays.grid, goes.grid, goes.version) == (line.base, sister, 2)
    event = FacilityEvent.objects.get(facility=goes)
    assert (event.step, event.changes) == ("move", {"grid": [str(line.base.pk), str(sister.pk)]})


def test_facilities_follow_a_grid_that_moves(line):
    row = make_facility(line.base)
    other = make_grid(line.street, boundary=square(116.50, 35.40))
    tree.move_node(line.base, other, actor=None)
    row.refresh_from_db()
    assert row.community_id == other.pk


def test_the_api_narrows_by_kind_and_rectangle(secretary, line):
    cover = make_facility(line.base)
    make_facility(line.base, "0190", lng="116.509")
    url = reverse("api:facility-list")
    near = secretary.get(url, {"bbox": "116.504,35.404,116.506,35.406", "grid": line.community.pk}).json()
    assert [row["code"] for row in near["results"]] == [cover.code]
    assert [row["kind"] for row in secretary.get(url, {"kind": "0190"}).json()["results"]] == ["0190"]
    assert secretary.get(url, {"bbox": "1,2,3"}).status_code == 400


def test_a_report_offers_what_stands_near_and_fits_and_the_order_names_it(client):
    line = make_ruled_line("worker", "secretary")
    worker = line.people["worker"]
    cover = make_facility(line.base)
    make_facility(line.base, "0109", lng="116.5051")
    make_facility(line.base, lng="116.5090")
    client.force_login(worker)
    category = Category.objects.get(code="C0103")
    near = reverse("workorders:facilities-near")
    found = client.post(near, {"lng": "116.5052", "lat": "35.405", "crs": "wgs84", "category": category.pk})
    assert found.content.decode().count('type="radio"') == 2
    assert cover.code in found.content.decode()
    order = report(line, worker, facility=cover)
    page = client.get(order.get_absolute_url()).content.decode()
    assert cover.get_absolute_url() in page
    assert order.number in client.get(cover.get_absolute_url()).content.decode()
    listed = client.get(reverse("workorders:list"), {"tab": "all", "q": cover.code}).content.decode()
    assert order.number in listed


def test_an_order_by_the_api_names_a_facility_of_ones_area_only(client):
    line, other = make_ruled_line("worker"), make_line(lng=118.5)
    client.force_login(line.people["worker"])
    given = {
        "client_uuid": "00000000-0000-4000-8000-000000000009",
        "category": Category.objects.get(code="D02").pk,
        "description": "井盖缺失",
        "grid": line.base.pk,
        "facility": make_facility(other.base, lng="118.505").code,
    }
    url = reverse("api:work-order-list")
    assert client.post(url, given, "application/json").status_code == 400
    cover = make_facility(line.base)
    answer = client.post(url, given | {"facility": cover.code}, "application/json")
    assert answer.json()["facility"]["code"] == cover.code


def test_searching_for_a_code_joins_no_table_to_the_list(line):
    make_order(line, facility=make_facility(line.base))
    plain = str(WorkOrder.objects.filter(matching("井盖")).query)
    assert "facilities_facility" not in plain
