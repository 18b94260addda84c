"""Reporting through the page: by map, by list, by the page's script, at the hotline desk, and what goes wrong."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from grids.models import Kind
from grids.roles import Role
from tests.factories import make_category, make_grid, make_order, make_post, make_ruled_line, make_user
from tests.pictures import photo
from tests.registers import make_building, make_estate
from workorders.models import WorkOrder
from workorders.states import State

pytestmark = pytest.mark.django_db
URL = "/work-orders/report/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def line():
    return make_ruled_line("worker", "leader", "secretary", "clerk", "handler")


@pytest.fixture
def category():
    return make_category(needs_photo=True)


def client_of(user):
    user.language = "en"
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def typed(line, at, /, **changes):
    usual = {
        "client_uuid": str(uuid.uuid4()),
        "lng": "116.505",
        "lat": "35.405",
        "crs": "wgs84",
        "accuracy_m": "12.4",
        "category": at.pk,
        "description": "路灯不亮",
        "source": "grid",
        "photos": [photo()],
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def test_a_report_with_a_photo_at_a_point_becomes_an_order_and_says_what_happens_next(line, category):
    client = client_of(line.worker)
    answer = client.post(URL, typed(line, category), follow=True)
    order = WorkOrder.objects.get()
    assert answer.redirect_chain == [(f"/work-orders/{order.pk}/reported/", 302)]
    assert order.grid == line.base
    assert order.accuracy_m == 12
    assert order.photos.count() == 1
    page = answer.content.decode()
    assert order.number in page
    assert "What happens next" in page
    assert str(line.worker) in page


def test_the_grid_can_be_chosen_from_the_list_instead_of_the_map(line, category):
    client_of(line.worker).post(URL, typed(line, category, lng=None, lat=None, grid=line.base.pk))
    order = WorkOrder.objects.get()
    assert order.grid == line.base
    assert order.lng is None


def test_without_a_place_the_address_tells_the_grid_where_it_is_sure(line, category):
    beside = make_grid(line.community)
    estate = make_estate(line.community, name="颂运花园")
    make_building(line.base, estate, number="1")
    make_building(beside, estate, number="2")
    client = client_of(line.worker)
    answer = client.post(URL, typed(line, category, lng=None, lat=None, address="颂运花园"))
    assert f"it may be {line.base.name}, {beside.name}" in answer.content.decode()
    client.post(URL, typed(line, category, lng=None, lat=None, address="颂运花园二号楼"))
    assert WorkOrder.objects.get().grid == beside


def test_in_a_large_area_the_grid_is_written_by_code_or_name(line, category, monkeypatch):
    monkeypatch.setattr("workorders.forms.report.LISTED", 0)
    client = client_of(line.secretary)
    for text in (line.base.code, line.base.name):
        client.post(URL, typed(line, category, lng=None, lat=None, grid=text))
    assert list(WorkOrder.objects.values_list("grid", flat=True)) == [line.base.pk] * 2
    make_grid(line.community, name="Garden east")
    make_grid(line.community, name="Garden west")
    answer = client.post(URL, typed(line, category, lng=None, lat=None, grid="Garden"))
    assert answer.status_code == 400
    assert "Several grids fit" in answer.content.decode()


def test_a_foreign_grid_is_not_taken(line, category):
    foreign = make_ruled_line("worker").base
    answer = client_of(line.worker).post(URL, typed(line, category, lng=None, lat=None, grid=foreign.code))
    assert answer.status_code == 400
    assert not WorkOrder.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"category": None}, "Choose a category."),
        ({"category": "99999999"}, "Choose a category from the list."),
        ({"description": "  "}, "Say in a sentence what is the matter."),
        ({"description": "长" * 2001}, "2000"),
        ({"lng": None, "lat": None}, "Say where it is"),
        ({"lng": "0", "lat": "0"}, "lies in no grid"),
        ({"lng": "nan", "lat": "35"}, "Enter a number."),
        ({"lng": "500", "lat": "35"}, "180"),
        ({"photos": None}, "Add at least one photo."),
        ({"photos": [SimpleUploadedFile("virus.jpg", b"MZ\x90\x00 not a picture", "image/jpeg")]}, "virus.jpg"),
        ({"client_uuid": "not-a-uuid"}, "valid UUID"),
        ({"urgency": "panic"}, "panic is not one of the available choices"),
        ({"source": "leader"}, "leader is not one of the available choices"),
        ({"self_handled": "on"}, "Say what was done."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(line, category, changes, words):
    sent = typed(line, category, **changes)
    answer = client_of(line.worker).post(URL, sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert not WorkOrder.objects.exists()
    if "description" not in changes:
        assert "路灯不亮" in page
        assert str(sent["client_uuid"]) in page


def test_the_same_form_sent_twice_makes_one_order(line, category):
    client = client_of(line.worker)
    sent = typed(line, category)
    first = client.post(URL, sent)
    second = client.post(URL, sent | {"photos": [photo()]})
    assert first["Location"] == second["Location"]
    assert WorkOrder.objects.count() == 1


def test_the_page_s_own_script_gets_json(line, category):
    client = client_of(line.worker)
    answer = client.post(URL, typed(line, category), headers=JSON)
    order = WorkOrder.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"url": f"/work-orders/{order.pk}/reported/", "number": order.number}
    refused = client.post(URL, typed(line, category, description=""), headers=JSON)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["description"]


def test_what_is_solved_on_the_spot_goes_to_be_closed_by_another(line, category):
    sent = typed(line, category, self_handled="on", result="换好灯泡", after_photos=[photo((1, 2, 3))])
    client_of(line.worker).post(URL, sent)
    order = WorkOrder.objects.get()
    assert order.state == State.PENDING_CLOSURE
    assert order.result == "换好灯泡"
    assert set(order.photos.values_list("kind", flat=True)) == {"before", "after"}


def test_the_hotline_desk_reports_without_a_photo_and_keeps_the_caller_s_contact_hidden(line, category):
    sent = typed(
        line,
        category,
        photos=None,
        source="hotline",
        contact_name="某居民",
        contact_phone="12900000007",
        address="建设路 1 号",
    )
    client = client_of(line.clerk)
    answer = client.post(URL, sent, follow=True)
    order = WorkOrder.objects.get()
    assert order.source == "hotline"
    assert order.contact_phone == "12900000007"
    assert "12900000007" not in answer.content.decode()
    assert "12900000007" not in client.get(order.get_absolute_url()).content.decode()


def test_a_worker_cannot_pass_a_patrol_off_as_a_call_to_spare_the_photo(line, category):
    answer = client_of(line.worker).post(URL, typed(line, category, photos=None, source="hotline"))
    assert answer.status_code == 400
    assert not WorkOrder.objects.exists()


def test_the_chips_are_the_three_categories_reported_here_last(line):
    used = [make_category(needs_photo=False, name=f"类别{n}") for n in range(4)]
    client = client_of(line.worker)
    for category in used:
        client.post(URL, typed(line, category, photos=None))
    chips = client.get(URL).context["chips"]
    assert [chip.category for chip in chips] == used[:0:-1]


def test_a_category_out_of_use_is_neither_offered_nor_taken(line):
    gone = make_category(is_active=False, needs_photo=False)
    client = client_of(line.worker)
    assert gone.name not in client.get(URL).content.decode()
    assert client.post(URL, typed(line, gone)).status_code == 400


def test_a_micro_grid_lead_reports_and_sees_only_that(line, category):
    lead = make_user()
    make_post(lead, Role.MICRO_LEAD, make_grid(line.base, kind=Kind.MICRO))
    client = client_of(lead)
    answer = client.post(URL, typed(line, category))
    order = WorkOrder.objects.get()
    assert answer["Location"] == f"/work-orders/{order.pk}/reported/"
    assert order.state == State.REPORTED
    assert client.get(order.get_absolute_url()).status_code == 200


def test_a_confidential_order_makes_no_chip_for_who_may_not_see_it(line):
    open_one, secret = make_category(), make_category()
    make_order(line, category=open_one)
    make_order(line, category=secret, is_confidential=True)
    chips = {
        name: {chip.category for chip in client_of(line.people[name]).get(URL).context["chips"]}
        for name in ("worker", "secretary")
    }
    assert chips == {"worker": {open_one}, "secretary": {open_one, secret}}
