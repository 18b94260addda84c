"""The register of facilities through its pages and its API, and orders that name one."""

import base64

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from facilities import actions as facility_actions
from facilities import ground, rules
from facilities.models import Facility, FacilityEvent
from grids import actions as tree
from residents.errors import Stale
from tests.facilities.rows import code, make_facility
from tests.factories import make_grid, make_line, make_order, make_ruled_line, report, square
from workorders.lists import matching
from workorders.models import Category, WorkOrder

pytestmark = pytest.mark.django_db


def test_a_place_in_the_list_that_no_code_can_be_gives_the_first_page(secretary, line):
    row = make_facility(line.base)
    for place in ('["\\u0000"]', '["\\ud800"]', "[" * 3000):
        token = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
        assert row.code in secretary.get(reverse("facilities:list"), {"after": token}).content.decode()


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


@pytest.mark.parametrize("mark", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_a_name_that_turns_the_direction_of_reading_is_refused(secretary, line, mark):
    given = {"kind": "0103", "lng": "116.505", "lat": "35.405", "name": f"东门{mark}井盖"}
    page = secretary.post(reverse("facilities:add"), given)
    assert (page.status_code, "不可见字符" in page.content.decode()) == (400, True)
    assert not Facility.objects.exists()


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


def test_the_page_of_a_facility_leads_to_a_report_with_it_and_its_place_filled_in(client):
    line = make_ruled_line("worker")
    client.force_login(line.people["worker"])
    cover = make_facility(line.base)
    address = f"{reverse('workorders:report')}?facility={cover.code}"
    assert f'href="{address}"' in client.get(cover.get_absolute_url()).content.decode()
    form = client.get(address).context["form"]
    assert [str(form[name].value()) for name in ("facility", "lng", "lat")] == [cover.code, "116.505000", "35.405000"]
    near = {"lng": "116.505", "lat": "35.405", "crs": "wgs84", "facility": cover.code}
    offered = client.post(reverse("workorders:facilities-near"), near).content.decode()
    assert f'value="{cover.code}" checked' in offered


def test_only_a_facility_of_ones_area_that_still_stands_is_filled_in(client):
    line, other = make_ruled_line("worker"), make_line(lng=118.5)
    client.force_login(line.people["worker"])
    gone = make_facility(line.base, state="removed")
    assert "?facility=" not in client.get(gone.get_absolute_url()).content.decode()
    for code_of in (gone.code, make_facility(other.base, lng="118.505").code, "\0", "x"):
        form = client.get(reverse("workorders:report"), {"facility": code_of}).context["form"]
        assert not form["facility"].value()


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
