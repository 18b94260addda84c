"""Work orders through the API: lists, detail, and a report that is made once however often it is sent."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import AuditRecord
from tests.factories import make_category, make_grid, make_line, make_order, make_ruled_line, make_user, report
from tests.pictures import encoded, exif, photo, upload
from workorders.models import Photo, WorkOrder
from workorders.states import Source, State

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/work-orders/"
INSIDE = {"lng": 116.505, "lat": 35.405}


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture
def category():
    return make_category(needs_photo=False)


def body(category, **fields):
    usual = {"client_uuid": str(uuid.uuid4()), "category": category.pk, "description": "路灯不亮", **INSIDE}
    return {key: value for key, value in {**usual, **fields}.items() if value is not None}


def ids(answer) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def test_a_report_goes_the_way_that_a_page_would_send_it(api, line, category):
    answer = api(line.worker).post(ADDRESS, body(category))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["grid"]["id"], made["assignee"]["id"]) == ("dispatched", line.base.pk, line.worker.pk)
    assert [event["move"] for event in made["events"]] == ["report", "accept", "dispatch"]
    assert (made["source"], made["light"]) == ("grid", "green")
    assert {clock["stage"] for clock in made["clocks"] if not clock["stopped_at"]} == {"sign", "handle", "whole"}
    assert "sign" in {move["move"] for move in made["moves"]}


def test_the_same_uuid_answers_the_same_order(api, line, category):
    client, sent = api(line.worker), body(category)
    first, again = client.post(ADDRESS, sent), client.post(ADDRESS, sent | {"description": "changed meanwhile"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert again.json()["description"] == "路灯不亮"
    assert WorkOrder.objects.count() == 1


def test_two_people_may_have_the_same_uuid(api, line, category):
    sent = body(category)
    answers = [api(user).post(ADDRESS, sent) for user in (line.worker, line.leader)]
    assert [answer.status_code for answer in answers] == [201, 201]


def test_photos_come_with_the_report(api, line):
    picture = upload(encoded(exif=exif(taken="2026:03:02 09:05:07", lng=116.5, lat=35.4)))
    sent = body(make_category(needs_photo=True), photos=[photo(), picture])
    answer = api(line.worker).post(ADDRESS, sent, format="multipart")
    assert answer.status_code == 201, answer.json()
    kept = answer.json()["photos"]
    assert [one["kind"] for one in kept] == ["before", "before"]
    assert kept[1]["taken_at"].startswith("2026-03-02")
    shown = api(line.secretary).get(kept[0]["thumbnail_url"], headers={"Accept": "image/*"})
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert api(make_user()).get(kept[0]["url"]).status_code == 404


def test_a_confidential_category_stays_confidential_in_a_form(api, line):
    """A form that leaves the box out must not open what the category closes."""
    secret = make_category(needs_photo=False, is_confidential=True)
    answer = api(line.worker).post(ADDRESS, body(secret), format="multipart")
    assert answer.json()["is_confidential"] is True


def test_solved_on_the_spot_goes_to_be_closed_by_another(api, line, category):
    sent = body(category, self_handled=True, result="灯泡已换")
    answer = api(line.worker).post(ADDRESS, sent)
    assert answer.json()["state"] == State.PENDING_CLOSURE
    assert "close" not in {move["move"] for move in answer.json()["moves"]}


def test_a_place_without_a_point_is_known_by_its_grid(api, line, category):
    answer = api(line.worker).post(ADDRESS, body(category, lng=None, lat=None, grid=line.base.pk))
    assert (answer.status_code, answer.json()["lng"]) == (201, None)


def test_one_reports_only_from_the_sources_of_ones_posts(api, line, category):
    refused = api(line.worker).post(ADDRESS, body(category, source=Source.HOTLINE))
    assert (refused.status_code, list(refused.json())) == (400, ["source"])
    assert api(line.clerk).post(ADDRESS, body(category, source=Source.HOTLINE)).json()["source"] == "hotline"
    assert api(line.clerk).post(ADDRESS, body(category)).json()["source"] == "hotline", "the usual one, unasked"


def test_who_holds_no_post_reports_nothing(api, line, category):
    assert api(make_user()).post(ADDRESS, body(category)).status_code == 403
    assert not WorkOrder.objects.exists()


def test_a_grid_that_one_may_not_see_is_as_good_as_none(api, line, category):
    other = make_line("worker", lng=117.5)
    unknown = api(line.worker).post(ADDRESS, body(category, lng=None, lat=None, grid=10**9)).json()
    hidden = api(line.worker).post(ADDRESS, body(category, lng=None, lat=None, grid=other.base.pk)).json()
    assert list(hidden) == list(unknown) == ["grid"]
    assert hidden["grid"][0].replace(str(other.base.pk), "") == unknown["grid"][0].replace(str(10**9), "")


def test_the_list_holds_what_one_may_see(api, line):
    mine, elsewhere = make_order(line), make_order(make_line("worker"))
    secret = make_order(line, is_confidential=True)
    assert ids(api(line.worker).get(ADDRESS)) == [mine.pk]
    assert ids(api(line.chief).get(ADDRESS)) == [secret.pk, mine.pk]
    assert ids(api(make_user()).get(ADDRESS)) == []
    for order in (elsewhere, secret):
        assert api(line.worker).get(f"{ADDRESS}{order.pk}/").status_code == 404


def test_filters_narrow_the_list(api, line):
    filed, closed = make_order(line, State.FILED), make_order(line, State.CLOSED)
    sister = make_order(line, grid=make_grid(line.community), reporter=line.secretary)
    client = api(line.secretary)
    assert ids(client.get(ADDRESS, {"state": "filed"})) == [filed.pk]
    assert set(ids(client.get(ADDRESS, {"state": ["filed", "closed"]}))) == {filed.pk, closed.pk}
    assert set(ids(client.get(ADDRESS, {"grid": line.base.pk}))) == {filed.pk, closed.pk}
    assert ids(client.get(ADDRESS, {"tab": "reported"})) == [sister.pk]
    assert ids(client.get(ADDRESS, {"tab": "done"})) == [closed.pk]
    assert ids(client.get(ADDRESS, {"number": filed.number})) == [filed.pk]


@pytest.mark.parametrize(
    ("name", "value"), [("tab", "secret"), ("state", "lost"), ("grid", "x"), ("grid", "0"), ("number", "9" * 30)]
)
def test_a_senseless_filter_is_named(api, line, name, value):
    answer = api(line.worker).get(ADDRESS, {name: value})
    assert (answer.status_code, list(answer.json())) == (400, [name])


def test_pages_follow_each_other_without_gap_or_repeat(api, line):
    made = [make_order(line, reported_at=f"2026-03-{day:02d}T00:00:00Z").pk for day in (1, 2, 2, 2, 3)]
    client = api(line.worker)
    seen, address = [], f"{ADDRESS}?page_size=2"
    while address:
        page = client.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert sorted(seen) == sorted(made)
    assert seen[0] == made[-1]


def test_the_list_asks_as_few_questions_for_many_rows_as_for_one(api, line, django_assert_max_num_queries):
    for _ in range(12):
        make_order(line, lead_unit=line.dept, assignee=line.worker)
    client = api(line.worker)
    with django_assert_max_num_queries(4):
        assert len(ids(client.get(ADDRESS))) == 12


def test_the_detail_asks_a_bounded_number_of_questions(api, line, category, django_assert_max_num_queries):
    made = api(line.worker).post(ADDRESS, body(category)).json()
    client = api(line.worker)
    with django_assert_max_num_queries(20):
        client.get(f"{ADDRESS}{made['id']}/")


def test_the_residents_contact_is_in_no_list_and_in_no_detail(api, line, category):
    sent = body(category, contact_name="测试居民", contact_phone="12000000001")
    client = api(line.worker)
    made = client.post(ADDRESS, sent)
    answers = [made, client.get(ADDRESS), client.get(f"{ADDRESS}{made.json()['id']}/")]
    assert not any(
        "12000000001" in answer.content.decode() or "测试居民" in answer.content.decode() for answer in answers
    )


def test_the_contact_is_shown_to_whoever_handles_the_order_and_that_stays_on_record(api, line, category):
    order = report(line, line.worker, category=category, contact_name="测试居民", contact_phone="12000000001")
    address = f"{ADDRESS}{order.pk}/contact/"
    assert api(line.worker).get(address).json() == {"contact_name": "测试居民", "contact_phone": "12000000001"}
    assert AuditRecord.objects.filter(action="workorders.show_contact", actor=line.worker).count() == 1
    assert api(line.supervisor).get(address).status_code == 403
    assert api(make_user()).get(address).status_code == 404
    assert AuditRecord.objects.filter(action="workorders.show_contact").count() == 1


def test_categories_in_use_are_listed(api, line, category):
    retired = make_category(is_active=False)
    rows = api(line.worker).get("/api/v1/categories/").json()["results"]
    codes = {row["code"] for row in rows}
    assert category.code in codes
    assert retired.code not in codes


def test_the_moves_of_a_detail_are_addresses_that_exist(api, line, category):
    made = api(line.worker).post(ADDRESS, body(category)).json()
    for move in made["moves"]:
        assert move["url"] == reverse(f"api:work-order-{move['move'].replace('_', '-')}", args=[made["id"]])


def test_nothing_of_where_a_photo_was_taken_is_told(api, line):
    picture = upload(encoded(exif=exif(lng=116.512345, lat=35.412345)))
    sent = body(make_category(), photos=[picture])
    made = api(line.worker).post(ADDRESS, sent, format="multipart")
    assert Photo.objects.get().lng is not None
    assert "116.512345" not in made.content.decode()
