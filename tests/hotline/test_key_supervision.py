"""Key supervision by rule and by hand, cards once each, the ledger, and a circular that freezes when published."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from grids.roles import Role
from hotline import actions, circulars, key_sweeps, rules
from hotline.calling import Colour, KeyReason
from hotline.models import Card, Circular, KeyCase, Request
from hotline.states import Act
from residents.errors import NotPossible, Stale
from supervision.models import SupervisionOrder
from supervision.states import State as Supervised
from tests.factories import make_order, make_post, make_ruled_line, make_user
from tests.hotlines import make_request, make_topic
from workorders.states import State, SupervisionLevel

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 3, 9, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def line():
    return make_ruled_line("worker", "chief", "supervisor", "handler")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def complaint(line, **fields):
    usual = {"kind": "complaint", "received_at": MONDAY - DAY, "due_at": MONDAY + 9 * DAY}
    return make_request(line, **usual | fields)


def with_order(line, due_at, **fields):
    """Put an open complaint there with its order, handled by the line's department."""
    order = make_order(
        line, State.IN_PROGRESS, profile="complaint_sd", whole_due_at=due_at, lead_unit=line.dept, assignee=line.handler
    )
    return complaint(line, state="dispatched", order=order, due_at=due_at, **fields)


def flagged():
    return sorted(KeyCase.objects.values_list("matter_id", "reason"))


def test_by_hand_it_gets_a_supervision_order_of_the_key_level_and_a_case(line):
    matter = with_order(line, MONDAY + DAY)
    case = actions.flag(matter, actor=line.supervisor, reason=KeyReason.LEADER, note="领导批示：本周办结", now=MONDAY)
    matter.refresh_from_db()
    order = matter.order
    assert (matter.is_key, case.supervision.level, order.supervision_level) == (
        True,
        SupervisionLevel.KEY,
        SupervisionLevel.KEY,
    )
    assert case.supervision.unit == line.dept
    with pytest.raises(NotPossible, match=r"."):
        actions.flag(matter, actor=line.supervisor, reason=KeyReason.HAND, note="再次", now=MONDAY)
    actions.unflag(matter, actor=line.supervisor, note="已查明不属重点", now=MONDAY)
    matter.refresh_from_db()
    assert not matter.is_key
    assert [event.act for event in matter.events.order_by("id")] == [Act.FLAG, Act.UNFLAG]


def test_only_who_supervises_there_flags(line):
    for stranger in (line.worker, make_ruled_line("supervisor").supervisor):
        with pytest.raises(PermissionDenied):
            actions.flag(complaint(line), actor=stranger, reason=KeyReason.HAND, note="重点", now=MONDAY)


def test_the_rules_flag_a_second_complaint_and_what_is_long_overdue_once(line):
    first = with_order(line, MONDAY + 5 * DAY, received_at=MONDAY - 10 * DAY, requester_phone="12000000031")
    second = complaint(line, state="dispatched", order=first.order)
    again = complaint(line, requester_phone="12000000031")
    complaint(line, requester_phone="12000000031", received_at=MONDAY - 90 * DAY)
    late = complaint(line, kind="help", due_at=MONDAY - 5 * DAY)
    complaint(line, kind="help", due_at=MONDAY - dt.timedelta(hours=1))
    for _ in range(2):
        key_sweeps.run(MONDAY)
    expected = [(second.pk, "same_order"), (again.pk, "same_phone"), (late.pk, "overdue")]
    assert flagged() == sorted(expected)
    actions.unflag(second, actor=line.supervisor, note="同一人误报", now=MONDAY)
    key_sweeps.run(MONDAY + dt.timedelta(minutes=5))
    assert flagged() == sorted(expected)


def test_a_rule_of_zero_is_switched_off(line):
    rules.set_measure(line.district, "key_overdue", actor=line.chief, value=0, unit="working_day")
    complaint(line, kind="help", due_at=MONDAY - 20 * DAY)
    key_sweeps.run(MONDAY)
    assert flagged() == []


def test_a_yellow_card_with_a_working_day_left_and_a_red_one_on_the_first_overdue_working_day(line):
    leader = make_user()
    make_post(leader, Role.DEPT_LEADER, line.district, line.dept)
    friday = dt.datetime(2026, 3, 13, 2, tzinfo=dt.UTC)
    matter = with_order(line, friday)
    key_sweeps.run(friday - 2 * DAY)
    assert not Card.objects.exists()
    for now in (friday - DAY, friday - DAY, friday + DAY):
        key_sweeps.run(now)
    assert list(Card.objects.values_list("colour", flat=True)) == [Colour.YELLOW]
    for now in (friday + 3 * DAY, friday + 4 * DAY):
        key_sweeps.run(now)
    assert sorted(Card.objects.values_list("colour", "order", "unit")) == [
        ("red", matter.order_id, line.dept.pk),
        ("yellow", matter.order_id, line.dept.pk),
    ]
    told = Notification.objects.filter(recipient=leader, kind__startswith="card_").values_list("kind", flat=True)
    assert sorted(told) == ["card_red", "card_yellow"]
    assert matter.events.filter(act=Act.CARD).count() == 2


def test_suspended_excluded_and_answered_complaints_get_no_card(line):
    late = MONDAY - DAY
    suspended, excluded, replied = (with_order(line, late) for _ in range(3))
    type(suspended.order).objects.filter(pk=suspended.order_id).update(
        state=State.SUSPENDED, suspended_until=MONDAY + 9 * DAY
    )
    type(excluded.order).objects.filter(pk=excluded.order_id).update(is_excluded=True)
    Request.objects.filter(pk=replied.pk).update(state="answered", answered_at=MONDAY)
    key_sweeps.run(MONDAY)
    assert not Card.objects.exists()


def test_the_ledger_and_the_pages_show_them_and_take_them_along(line):
    matter = with_order(line, MONDAY + DAY)
    client = client_of(line.supervisor)
    page = client.get(matter.get_absolute_url()).content.decode()
    assert reverse("hotline:flag", args=[matter.pk]) in page
    client.post(reverse("hotline:flag", args=[matter.pk]), {"version": 1, "reason": "hand", "note": "限期三日"})
    assert SupervisionOrder.objects.get().state == Supervised.ISSUED
    rows = client.get(reverse("hotline:ledger")).context["page"].rows
    assert [case.matter_id for case in rows] == [matter.pk]
    assert "限期三日" in client.get(matter.get_absolute_url()).content.decode()
    answer = client.post(reverse("hotline:ledger-workbook"))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert matter.number in [row[1] for row in sheet.iter_rows(values_only=True)]
    order = client.get(matter.order.get_absolute_url()).content.decode()
    assert str(KeyReason.HAND.label) in order or "督办人员决定" in order


def test_a_circular_is_composed_on_monday_edited_and_frozen_when_published(line):
    chief = line.supervisor
    with_order(line, MONDAY - 4 * DAY, received_at=MONDAY - 20 * DAY)
    complaint(line, state="answered", answered_at=MONDAY - 5 * DAY, due_at=MONDAY - 3 * DAY)
    topic = make_topic(line, title="暖气不热", community=line.community)
    for number in range(3):
        make_request(line, topic=topic, received_at=MONDAY - (number + 1) * DAY)
    assert len(circulars.compose_all(MONDAY)) == 1
    assert circulars.compose_all(MONDAY) == []
    item = Circular.objects.get()
    closing = item.figures["rates"][0]
    assert (item.monday, closing["n"], closing["d"], closing["percent"]) == (dt.date(2026, 3, 2), "1", 2, "50.00")
    assert item.figures["overdue"] == [{"name": line.dept.name, "count": 1, "oldest": "2026-03-05"}]
    assert Notification.objects.filter(kind="circular_composed", recipient=chief).exists()
    [hot] = item.figures["topics"]
    assert hot == {"name": "暖气不热", "where": line.community.name, "count": 3, "before": 0}
    reader, writer = client_of(line.chief), client_of(chief)
    address = reverse("hotline:circular", args=[item.pk])
    writer.post(address, {"version": 1, "words": "本周总体平稳。", "demands": "超期单位三日内报告。"})
    with pytest.raises(Stale, match=r"."):
        circulars.publish(item, actor=chief, version=1)
    writer.post(reverse("hotline:circular-publish", args=[item.pk]), {"version": 2})
    Request.objects.update(is_excluded=True)
    with pytest.raises(NotPossible, match=r"."):
        circulars.compose(line.district, item.monday, actor=chief, now=MONDAY + DAY)
    for name in ("hotline:circular", "hotline:circular-print"):
        page = reader.get(reverse(name, args=[item.pk])).content.decode()
        assert "本周总体平稳。" in page
        assert "50.00" in page
    answer = reader.post(reverse("hotline:circular-workbook", args=[item.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [row[1:4] for row in book.worksheets[0].iter_rows(min_row=3, max_row=3, values_only=True)] == [(50, 1, 2)]


def test_a_draft_of_a_circular_is_seen_by_its_writers_alone(line):
    item = circulars.compose(line.district, dt.date(2026, 3, 2), actor=None, now=MONDAY)
    reader = make_user()
    make_post(reader, Role.STREET_OPERATOR, line.street)
    assert client_of(reader).get(item.get_absolute_url()).status_code == 404
    with pytest.raises(PermissionDenied):
        circulars.publish(item, actor=reader, version=1)
