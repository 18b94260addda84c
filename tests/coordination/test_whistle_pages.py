"""The pages of whistles as their users meet them: calling, one tap to check in, reporting, rating, closing."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from coordination import actions
from coordination.models import Summons, Whistle
from coordination.states import Attendance
from tests.coordination.conftest import blow, make_department
from tests.factories import report

NOW = timezone.now


@pytest.fixture
def as_():
    def client_of(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of


def post(client: Client, path: str, **data):
    return client.post(path, data)


def test_calling_units_leads_to_the_whistles_page(as_, line):
    client = as_(line.secretary)
    page = client.get("/whistles/blow/")
    assert line.dept.name in page.content.decode()
    data = {"subject": "占道经营", "place": "东门", "units": [line.dept.pk], "client_uuid": str(uuid.uuid4())}
    answer = client.post(f"/whistles/blow/?node={line.community.pk}", data)
    whistle = Whistle.objects.get()
    assert answer["Location"] == whistle.get_absolute_url()
    assert (whistle.node, whistle.blown_by) == (line.community, line.secretary)


def test_what_is_missing_stands_beside_its_field_with_what_was_typed(as_, line):
    answer = as_(line.secretary).post("/whistles/blow/", {"subject": "占道经营", "client_uuid": str(uuid.uuid4())})
    assert answer.status_code == 400
    assert "占道经营" in answer.content.decode()
    assert set(answer.context["form"].errors) == {"place", "units"}


def test_an_order_brings_its_place_along(as_, line):
    order = report(line, line.clerk, source="hotline", address="太白路12号")
    page = as_(line.secretary).get(f"/whistles/blow/?order={order.pk}").content.decode()
    assert "太白路12号" in page
    assert order.number in page
    assert as_(line.secretary).get("/whistles/blow/?order=999999").status_code == 404


def test_checking_in_is_one_tap_from_the_list_and_from_the_page(as_, line):
    whistle = blow(line, now=NOW())
    client = as_(line.handler)
    address = f"/whistles/{whistle.pk}/units/{line.dept.pk}/check-in/"
    assert address in client.get("/whistles/").content.decode()
    assert address in client.get(whistle.get_absolute_url()).content.decode()
    assert client.post(address)["Location"] == whistle.get_absolute_url()
    assert Summons.objects.get().attendance == Attendance.ON_TIME
    assert address not in client.get(whistle.get_absolute_url()).content.decode()
    assert client.post(address).status_code == 409


def test_report_rating_and_close_from_the_page(as_, line):
    whistle = blow(line, now=NOW())
    actions.check_in(whistle, actor=line.handler, unit=line.dept)
    base = f"/whistles/{whistle.pk}/"
    unit, caller = as_(line.handler), as_(line.secretary)
    assert post(unit, f"{base}units/{line.dept.pk}/report/", words="").status_code == 400
    assert post(unit, f"{base}units/{line.dept.pk}/report/", words="已清理").status_code == 302
    refused = post(caller, f"{base}units/{line.dept.pk}/rate/", rating=1)
    assert refused.status_code == 400
    assert post(caller, f"{base}units/{line.dept.pk}/rate/", rating=4).status_code == 302
    version = Whistle.objects.get().version
    stale = post(caller, f"{base}close/", outcome="已畅通", version=version - 1)
    assert stale.status_code == 409
    assert "已畅通" in stale.content.decode()
    assert post(caller, f"{base}close/", outcome="已畅通", version=version).status_code == 302
    assert "已畅通" in unit.get(base).content.decode()


def test_what_one_may_not_do_is_forbidden_and_offered_to_nobody(as_, line):
    whistle = blow(line, now=NOW())
    base = f"/whistles/{whistle.pk}/"
    chief = as_(line.operator)
    page = chief.get(base).content.decode()
    assert f"{base}close/" not in page
    assert post(chief, f"{base}close/", outcome="x", version=0).status_code == 403
    assert chief.post(f"{base}units/{line.dept.pk}/check-in/").status_code == 403
    assert as_(line.secretary).post(f"{base}units/999999/check-in/").status_code == 404
    assert as_(line.worker).get(base).status_code == 404


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(as_, line, django_assert_max_num_queries):
    unit, _handler, _leader = make_department(line)
    blow(line, line.dept, unit, now=NOW())
    client = as_(line.handler)
    client.get("/whistles/")
    with django_assert_max_num_queries(16):
        client.get("/whistles/")
    for _ in range(60):
        blow(line, line.dept, unit, now=NOW())
    with django_assert_max_num_queries(16):
        page = client.get("/whistles/")
    assert len(page.context["rows"]) == 50
    assert len(client.get("/whistles/" + page.context["page"].older).context["rows"]) == 11


def test_the_order_page_lists_its_whistles_and_offers_another_to_who_may(as_, line):
    order = report(line, line.clerk, source="hotline")
    offer = f"/whistles/blow/?order={order.pk}"
    assert offer in as_(line.secretary).get(order.get_absolute_url()).content.decode()
    assert offer not in as_(line.worker).get(order.get_absolute_url()).content.decode()
    whistle = blow(line, order=order, subject="联合执法", now=NOW())
    for user in (line.secretary, line.handler, line.chief):
        assert whistle.get_absolute_url() in as_(user).get(order.get_absolute_url()).content.decode()
    assert "联合执法" not in as_(line.worker).get(order.get_absolute_url()).content.decode()


def test_the_workbench_counts_the_whistles_that_call_and_says_nothing_where_none_does(as_, line):
    client = as_(line.handler)
    assert "/whistles/?tab=called" not in client.get("/").content.decode()
    blow(line, now=NOW())
    tiles = {tile.url: number for tile, number in client.get("/").context["tiles"]}
    assert tiles["/whistles/?tab=called"] == "1"
    assert len(client.get("/whistles/?tab=called").context["rows"]) == 1


def test_the_navigation_counts_the_calls_that_wait_until_the_unit_has_come(as_, line):
    whistle = blow(line, now=NOW())
    client = as_(line.handler)

    def counted() -> dict[str, int]:
        tasks = client.get("/whistles/").context["navigation"].work
        return {link.url: link.count for task in tasks for link in task.links}

    assert counted()["/whistles/"] == 1
    actions.check_in(whistle, actor=line.handler, unit=line.dept)
    assert counted()["/whistles/"] == 0
