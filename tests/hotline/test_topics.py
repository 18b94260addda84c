"""Hot topics: what is about the same finds together, is ranked, and can be answered by one order."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from hotline.actions import topics as acts
from hotline.models import Request, Topic
from hotline.states import Act, RequestState
from hotline.topics import sweep
from hotline.topics.grouping import Item, group
from hotline.topics.querysets import Span
from residents.errors import NotPossible, Stale
from tests.factories import make_category, make_grid, make_ruled_line
from tests.hotlines import dispatched, make_request, receive
from workorders.states import State

HEATING = [
    "暖气不热，室内温度只有十二度，老人受不了",
    "小区暖气一直不热，室内温度不到十三度，请尽快处理",
    "供暖以来家里暖气片不热，室内温度低，老人孩子冷",
    "暖气不热已经三天，室温十二度",
]
OTHERS = [
    "地下车库被电动车占满，消防通道堵塞",
    "小学门口上下学时段车辆乱停",
    "广场舞音响晚上十点还很吵",
    "路灯不亮，晚上走路不安全",
    "电梯坏了没有人修",
]


def _items(texts, **place):
    return [Item(pk, text, **place) for pk, text in enumerate(texts)]


def _members(items):
    return sorted(sorted(one.members) for one in group(items) if len(one.members) > 1)


def test_requests_about_the_same_are_grouped_and_others_are_not():
    assert _members(_items([*HEATING, *OTHERS], grid_id=1, community_id=1)) == [[0, 1, 2, 3]]


def test_the_same_words_elsewhere_must_be_nearly_the_same():
    near = [Item(1, HEATING[0], 1, 1), Item(2, HEATING[1], 1, 1)]
    far = [Item(1, HEATING[0], 1, 1), Item(2, HEATING[1], 2, 2)]
    copied = [Item(1, HEATING[0], 1, 1), Item(2, HEATING[0], 2, 2)]
    noise = [Item(9 + n, text, 5 + n, 5 + n) for n, text in enumerate(OTHERS)]
    assert _members(near + noise) == [[1, 2]]
    assert _members(far + noise) == []
    assert _members(copied + noise) == [[1, 2]]


def test_nothing_to_compare_is_no_topic():
    assert _members(_items(["", "？！", "12345", "好", "您好，请问"], grid_id=1, community_id=1)) == []


def test_who_belongs_to_a_topic_stays_in_it():
    items = [Item(1, HEATING[0], 1, 1, group=7), Item(2, OTHERS[0], 1, 1, group=7), Item(3, HEATING[1], 1, 1)]
    found = {one.key: one.members for one in group(items)}
    assert found[7] == [1, 2, 3]


@pytest.fixture
def line(db):
    return make_ruled_line()


def _asked(line, texts, **fields):
    return [make_request(line, title=text[:12], text=text, **fields) for text in texts]


def test_the_sweep_makes_a_topic_of_three_and_lets_later_ones_join(line):
    first = _asked(line, HEATING[:2])
    assert sweep.run() == 0
    first += _asked(line, HEATING[2:3]) + _asked(line, OTHERS)
    assert sweep.run() == 3
    topic = Topic.objects.get()
    assert topic.community == line.community
    assert topic.title in {text[:12] for text in HEATING}
    assert sweep.run() == 0, "a second run finds nothing new"
    later = _asked(line, HEATING[3:])[0]
    assert sweep.run() == 1
    later.refresh_from_db()
    assert (later.topic, Topic.objects.count()) == (topic, 1)


def test_what_came_long_ago_or_was_refused_is_not_looked_at(line):
    _asked(line, HEATING[:2], received_at=timezone.now() - dt.timedelta(days=60))
    _asked(line, HEATING[2:])
    _asked(line, HEATING[:1], state=RequestState.REFUSED)
    assert sweep.run() == 0


def test_another_district_s_requests_are_not_mixed_in(line):
    other = make_ruled_line()
    _asked(line, HEATING[:2])
    _asked(other, HEATING[2:])
    assert sweep.run() == 0


def test_the_ranking_counts_the_period_and_the_one_before(line):
    now = timezone.now()
    _asked(line, HEATING)
    sweep.run()
    topic = Topic.objects.get()
    Request.objects.filter(pk=topic.requests.first().pk).update(received_at=now - dt.timedelta(days=8))
    [ranked] = Topic.objects.ranked(Span(timezone.now(), 7))
    assert (ranked.now, ranked.earlier, ranked.growth) == (3, 1, 2)
    assert list(Topic.objects.ranked(Span(now - dt.timedelta(days=30), 7))) == []


@pytest.fixture
def topic(line):
    made = Topic.objects.create(
        district=line.district, title="暖气不热", first_at=timezone.now(), last_at=timezone.now()
    )
    Request.objects.filter(pk__in=[receive(line, text=text).pk for text in HEATING]).update(topic=made)
    return made


def test_one_order_stands_for_all_and_its_answer_is_awaited(line, topic):
    own = topic.requests.order_by("pk").last()
    Request.objects.filter(pk=own.pk).update(topic=None)
    own = dispatched(line)
    Request.objects.filter(pk=own.pk).update(topic=topic, received_at=timezone.now())
    category = make_category(needs_photo=False)
    done = acts.handle_as_one(topic, actor=line.clerk, grid=line.base, category=category)
    own.order.refresh_from_db()
    assert done.order == own.order, "an open order of a member leads"
    assert {matter.order_id for matter in topic.requests.all()} == {done.order_id}
    assert {matter.state for matter in topic.requests.all()} == {RequestState.DISPATCHED}
    assert done.order.is_reply_due


def test_where_all_wait_at_the_desk_the_oldest_is_dispatched(line, topic):
    done = acts.handle_as_one(topic, actor=line.clerk, grid=line.base, category=make_category(needs_photo=False))
    first = topic.requests.order_by("received_at", "pk").first()
    assert first.order == done.order
    assert first.events.order_by("-id").first().act == Act.DISPATCH
    last = topic.requests.order_by("received_at", "pk").last()
    assert (last.order, last.events.order_by("-id").first().act) == (done.order, Act.MERGE)
    with_a_late_one = receive(line, text=HEATING[0])
    Request.objects.filter(pk=with_a_late_one.pk).update(topic=topic)
    acts.handle_as_one(topic, actor=line.clerk)
    with_a_late_one.refresh_from_db()
    assert with_a_late_one.order == done.order


def test_two_open_orders_become_one(line, topic):
    category = make_category(needs_photo=False)
    topic.requests.update(topic=None)
    one, other = dispatched(line, category=category), dispatched(line, category=category)
    Request.objects.filter(pk__in=[one.pk, other.pk]).update(topic=topic)
    done = acts.handle_as_one(topic, actor=line.clerk)
    other.order.refresh_from_db()
    assert done.order == one.order
    assert (other.order.state, other.order.merged_into) == (State.MERGED, one.order)


def test_who_may_and_what_is_refused(line, topic):
    with pytest.raises(PermissionDenied):
        acts.rename(topic, actor=line.secretary, title="Cold")
    with pytest.raises(Stale):
        acts.rename(topic, actor=line.clerk, title="Cold", version=9)
    acts.dismiss(topic, actor=line.clerk)
    with pytest.raises(NotPossible):
        acts.handle_as_one(topic, actor=line.clerk)
    sweep.run()
    assert Topic.objects.current().count() == 0, "what was dismissed does not come back"


def test_the_api_ranks_shows_and_handles(line, topic):
    client = APIClient()
    client.force_authenticate(line.clerk)
    [shown] = client.get("/api/v1/hotline/topics/?days=7&by=growth").json()
    assert (shown["id"], shown["now"], shown["earlier"], shown["order"]) == (topic.pk, len(HEATING), 0, None)
    given = {"grid": line.base.pk, "category": make_category(needs_photo=False).pk, "version": topic.version}
    done = client.post(f"/api/v1/hotline/topics/{topic.pk}/handle/", given).json()
    assert done["order"] == Topic.objects.get().order.number
    assert client.post(f"/api/v1/hotline/topics/{topic.pk}/handle/", given).status_code == 409
    assert client.get("/api/v1/hotline/topics/?days=0").status_code == 400


def test_what_a_person_took_out_stays_out(line, topic):
    gone = topic.requests.first()
    acts.take_out(topic, gone, actor=line.clerk)
    sweep.run()
    gone.refresh_from_db()
    assert gone.topic is None
    acts.take_in(topic, gone, actor=line.clerk)
    gone.refresh_from_db()
    assert gone.topic == topic


def test_the_pages_show_it_to_whom_its_requests_are_open(line, topic):
    client = Client()
    client.force_login(line.clerk)
    Request.objects.filter(topic=topic).update(grid=line.base, community=line.community, street=line.street)
    assert "暖气不热" in client.get(reverse("hotline:topics")).content.decode()
    page = client.get(reverse("hotline:topic", args=[topic.pk]))
    assert len(page.context["rows"]) == len(HEATING)
    handle = reverse("hotline:topic-handle", args=[topic.pk])
    category = make_category(needs_photo=False)
    given = {"grid": line.base.code, "category": category.pk, "version": topic.version}
    assert client.post(handle, {"version": topic.version}).status_code == 400
    assert client.post(handle, given).status_code == 302
    topic.refresh_from_db()
    assert topic.order is not None
    assert client.post(handle, given).status_code == 409
    client.force_login(line.secretary)
    seen = client.get(reverse("hotline:topic", args=[topic.pk]))
    assert not seen.context["works"]
    assert client.post(handle, given).status_code == 403
    elsewhere = make_grid(line.street)
    Request.objects.filter(topic=topic).update(community=elsewhere, grid=None, micro=None, order=None, state="received")
    assert client.get(reverse("hotline:topic", args=[topic.pk])).status_code == 404
