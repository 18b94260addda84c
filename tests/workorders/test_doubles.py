"""Open orders that may be the same: which are offered, and how the pages show and join them."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from grids.backends import standing_for
from tests.factories import make_category, make_order, make_ruled_line
from tests.workorders.test_life import MONDAY
from tests.workorders.test_merge import finished, pair, waiting
from workorders import actions, doubles, doubles_panel, repeats
from workorders.models import WorkOrder
from workorders.states import State

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TUESDAY = MONDAY + DAY
JUST_THERE = (116.505, 35.405)
FIFTY_METRES = 0.00045


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def category():
    return make_category(needs_photo=False)


def spot(line, category, **fields):
    usual = {"district_id": line.district.pk, "grid_id": line.base.pk, "category": category}
    return doubles.Spot(**usual | {"point": tuple(Decimal(str(x)) for x in JUST_THERE)} | fields)


def found(line, category, user, **fields):
    at = spot(line, category, **fields)
    return [one.order for one in doubles.candidates(at, standing_for(user), TUESDAY)]


# What is offered


def placed(line, category, north=0.0, **fields):
    usual = {
        "category": category,
        "lng": Decimal("116.505"),
        "lat": Decimal(str(35.405 + north)),
        "reported_at": MONDAY,
    }
    return make_order(line, State.FILED, **usual | fields)


def test_open_orders_within_the_radius_are_offered_the_nearest_first(line, category):
    near = placed(line, category, FIFTY_METRES)
    here = placed(line, category)
    placed(line, category, 4 * FIFTY_METRES)
    rows = doubles.candidates(spot(line, category), standing_for(line.leader), TUESDAY)
    assert [(row.order, row.metres) for row in rows] == [(here, 0), (near, 50)]


def test_only_open_recent_incidents_of_the_kind_are_offered(line, category):
    parent = make_category()
    sibling, own = make_category(parent=parent), make_category(parent=parent)
    alike = placed(line, sibling)
    placed(line, category)
    placed(line, own, reported_at=TUESDAY - 31 * DAY)
    make_order(line, State.CLOSED, category=own, lng=Decimal("116.505"), lat=Decimal("35.405"), reported_at=MONDAY)
    assert found(line, own, line.leader) == [alike]


def test_without_a_point_the_grid_decides(line, category):
    there = placed(line, category, lng=None, lat=None)
    assert found(line, category, line.leader) == [there]
    assert found(line, category, line.leader, point=None) == [there]
    assert found(line, category, line.leader, point=None, grid_id=line.community.pk) == []


def test_what_one_may_not_see_is_not_offered(line, category):
    placed(line, category, is_confidential=True)
    assert found(line, category, line.worker) == []
    assert len(found(line, category, line.secretary)) == 1


def test_the_same_phone_is_found_wherever_it_called_about(line, category):
    hashes = repeats.contact_hashes("138 0000 1234")
    far = placed(line, make_category(), 20 * FIFTY_METRES, contact_hash=hashes[0])
    rows = doubles.candidates(spot(line, category, contact_hashes=tuple(hashes)), standing_for(line.clerk), TUESDAY)
    assert [(row.order, row.is_own) for row in rows] == [(far, True)]


def test_looking_takes_two_queries(line, category, django_assert_num_queries):
    for _ in range(5):
        placed(line, category)
    who = standing_for(line.leader)
    at = spot(line, category, contact_hashes=("0" * 32,))
    with django_assert_num_queries(2):
        doubles.candidates(at, who, TUESDAY)


# Pages


def client_of(user):
    user.language = "en"
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def typed(category, **fields):
    usual = {
        "client_uuid": str(uuid.uuid4()),
        "lng": "116.505",
        "lat": "35.405",
        "crs": "wgs84",
        "category": category.pk,
        "description": "路灯不亮",
        "source": "grid",
    }
    return usual | fields


def test_the_report_form_shows_what_is_alike_and_one_choice_makes_it_follow(line, category):
    head = placed(line, category, reported_at=dt.datetime.now(dt.UTC))
    client = client_of(line.worker)
    fragment = client.post(reverse("workorders:similar"), typed(category)).content.decode()
    assert head.number in fragment
    assert "0 m away" in fragment
    assert "None of these" in fragment
    assert client.post(reverse("workorders:similar"), typed(category, lng="")).content.decode().strip() == ""
    client.post(reverse("workorders:report"), typed(category, same_as=head.pk))
    assert WorkOrder.objects.latest("pk").merged_into == head


def test_the_fragment_is_for_those_who_report(line, category):
    assert client_of(line.admin).post(reverse("workorders:similar"), typed(category)).status_code == 403


def test_an_order_is_merged_by_its_form_with_one_of_those_shown_or_a_number(line, category):
    now = dt.datetime.now(dt.UTC)
    head, first, second = (placed(line, category, reported_at=now) for _ in range(3))
    client = client_of(line.dispatcher)
    address = reverse("workorders:move", args=[first.pk, "merge"])
    assert head.number in client.get(address).content.decode()
    empty = client.post(address, {"version": first.version})
    assert (empty.status_code, "Choose the order" in empty.content.decode()) == (400, True)
    assert client.post(address, {"version": first.version, "into": head.pk}).status_code == 302
    address = reverse("workorders:move", args=[second.pk, "merge"])
    assert client.post(address, {"version": second.version, "number": "0000"}).status_code == 400
    assert client.post(address, {"version": second.version, "number": head.number}).status_code == 302
    assert set(head.merged.all()) == {first, second}


def test_both_pages_link_to_each_other_as_far_as_one_may_see(line, category):
    head, order = pair(line, category)
    actions.merge(order, actor=line.clerk, into=head)
    client = client_of(line.leader)
    assert head.number in client.get(order.get_absolute_url()).content.decode()
    assert order.number in client.get(head.get_absolute_url()).content.decode()
    finished(head, line)
    page = client_of(order.reporter).get(order.get_absolute_url()).content.decode()
    assert head.number not in page
    assert "换了灯泡" in page


def test_a_confidential_answer_is_not_shown_to_who_may_not_see_the_order(line, category):
    head, order = pair(line, category)
    actions.merge(order, actor=line.clerk, into=head)
    WorkOrder.objects.filter(pk=head.pk).update(is_confidential=True)
    finished(head, line)
    page = client_of(order.reporter).get(order.get_absolute_url()).content.decode()
    assert "换了灯泡" not in page


def test_the_panel_says_nothing_where_there_is_nothing_to_say(line, category):
    order = waiting(line, category)
    assert doubles_panel.answer(order, standing_for(line.leader), TUESDAY) is None
