"""The situations: which orders are in them, who hears of them, and that nobody hears the same every morning."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notification
from grids.calendar import load_calendar
from grids.roles import Role
from supervision import digests, rules, situations
from supervision.states import Situation
from tests.factories import make_category, make_grid, make_line, make_order, make_post, make_user
from tests.supervision.conftest import DAY, HOUR, MONDAY, in_hand, told
from workorders.models import Approval, Event, WorkOrder
from workorders.states import Move, State

OLD = MONDAY - 30 * DAY


def found(line, situation, now=MONDAY):
    watch = rules.watches(line.district.pk)[situation]
    orders = situations.orders(watch, load_calendar(), now).filter(district=line.district)
    return [order.number for order in orders.order_by("pk")]


def note(order, move, at):
    Event.objects.create(district=order.district, order=order, at=at, move=move, to_state=order.state, node=order.grid)


def test_unsigned_for_longer_than_the_threshold(line):
    """Eight working hours: what was dispatched on Friday at 9 is unsigned on Monday at 9, later ones are not."""
    friday = MONDAY - 3 * DAY
    late = in_hand(line, dispatched_at=friday - HOUR)
    in_hand(line, dispatched_at=friday + HOUR)
    WorkOrder.objects.update(state=State.DISPATCHED)
    in_hand(line, dispatched_at=OLD)
    assert found(line, Situation.UNSIGNED) == [late.number]


def test_silent_is_what_nobody_wrote_on_but_pressing_is_no_progress(line):
    quiet, pressed, busy = (in_hand(line, reported_at=OLD) for _ in range(3))
    for order in (quiet, pressed, busy):
        note(order, Move.REPORT, OLD)
    note(pressed, Move.URGE, MONDAY - HOUR)
    note(busy, Move.SIGN, MONDAY - HOUR)
    in_hand(line, reported_at=MONDAY - DAY)
    assert found(line, Situation.SILENT) == [quiet.number, pressed.number]


def test_suspended_past_its_date(line):
    over = in_hand(line)
    WorkOrder.objects.filter(pk=over.pk).update(state=State.SUSPENDED, suspended_until=MONDAY - 2 * DAY)
    ahead = in_hand(line)
    WorkOrder.objects.filter(pk=ahead.pk).update(state=State.SUSPENDED, suspended_until=MONDAY + DAY)
    assert found(line, Situation.PAUSE_OVER) == [over.number]


def test_returned_twice_and_still_open(line):
    twice = in_hand(line, return_count=2)
    in_hand(line, return_count=1)
    make_order(line, State.CLOSED, return_count=2)
    assert found(line, Situation.RETURNED) == [twice.number]


def test_closed_as_solved_without_a_photo_where_one_is_asked_for(line):
    asks, asks_not = make_category(needs_photo=True), make_category(needs_photo=False)
    ended = {"finished_at": MONDAY - DAY, "closing_kind": "solved"}
    bare = make_order(line, State.CLOSED, category=asks, **ended)
    make_order(line, State.CLOSED, category=asks_not, **ended)
    make_order(line, State.CLOSED, category=asks, **ended | {"closing_kind": "explained"})
    make_order(line, State.CLOSED, category=asks, **ended | {"finished_at": OLD})
    assert found(line, Situation.NO_PHOTO) == [bare.number]


def test_extension_refused_and_still_open(line):
    def ask(order, state, at=MONDAY - 5 * DAY):
        Approval.objects.create(
            district=line.district,
            order=order,
            kind="extension",
            state=state,
            asked_by=line.handler,
            asked_at=at,
            decided_by=line.dispatcher,
            decided_at=at,
        )

    refused, granted, late = (in_hand(line) for _ in range(3))
    ask(refused, "refused")
    ask(granted, "granted")
    ask(late, "refused")
    ask(late, "granted")
    assert found(line, Situation.EXTENSION_REFUSED) == [refused.number]


def test_a_district_sets_its_own_threshold_and_switches_a_rule_off(line):
    in_hand(line, return_count=2)
    wanted = {"unit": "", "repeat_days": 5, "is_active": True}
    rules.set_watch(line.district, "returned", actor=line.chief, value=3, now=OLD, **wanted)
    assert found(line, Situation.RETURNED) == []
    rules.set_watch(line.district, "returned", actor=line.chief, value=2, **wanted | {"is_active": False})
    assert digests.run(MONDAY) == []


def hearers(line):
    return sorted(name for name, user in line.people.items() if told(user, "situations"))


def test_supervisors_and_the_owners_of_the_levels_hear_once_of_everything(line):
    """One notice a person, whatever the number of orders and situations."""
    for _ in range(3):
        in_hand(line, return_count=2, reported_at=OLD)
    sent = digests.run(MONDAY)
    assert {len(digest.fresh) for digest in sent} == {6}
    assert hearers(line) == ["chief", "operator", "secretary", "supervisor"]
    assert Notification.objects.get(recipient=line.secretary, kind="situations").params == {"count": 3}


def test_nobody_hears_of_what_lies_outside_their_area(line):
    elsewhere = make_grid(line.street)
    in_hand(line, return_count=2, community=elsewhere, grid=elsewhere)
    digests.run(MONDAY)
    assert hearers(line) == ["chief", "operator", "supervisor"]


def test_a_confidential_order_is_for_those_who_may_see_it(line):
    clerk = make_user()
    make_post(clerk, Role.VERIFIER, line.community)
    in_hand(line, return_count=2, is_confidential=True)
    digests.run(MONDAY)
    assert told(clerk, "situations") == 0
    assert "secretary" in hearers(line)


def test_the_same_order_comes_again_after_its_interval_only(line):
    in_hand(line, return_count=2, reported_at=MONDAY)
    digests.run(MONDAY)
    for days in (0, 1, 4):
        assert digests.run(MONDAY + days * DAY) == []
    digests.run(MONDAY + 5 * DAY)
    assert told(line.supervisor, "situations") == 2


def test_sooner_when_it_got_worse(line):
    order = in_hand(line, return_count=2)
    digests.run(MONDAY)
    WorkOrder.objects.filter(pk=order.pk).update(return_count=3)
    digests.run(MONDAY + DAY)
    assert told(line.supervisor, "situations") == 2


def test_time_makes_it_worse_by_doubling():
    watch = rules.WATCHES[Situation.SILENT]
    grades = [situations.gravity(watch, MONDAY, 0, MONDAY + days * DAY) for days in (1, 2, 3, 4, 7, 8)]
    assert grades == [1, 2, 2, 3, 3, 4]


def test_a_new_order_brings_a_notice_that_counts_it_alone(line):
    in_hand(line, return_count=2)
    digests.run(MONDAY)
    in_hand(line, return_count=2)
    digests.run(MONDAY + DAY)
    last = Notification.objects.filter(recipient=line.supervisor, kind="situations").latest("id")
    assert last.params == {"count": 1}


def test_at_night_it_is_held_until_the_morning(line):
    in_hand(line, return_count=2)
    digests.run(MONDAY.replace(hour=23))
    held = Notification.objects.get(recipient=line.supervisor, kind="situations")
    assert held.deliver_at == (MONDAY + DAY).replace(hour=8)


def test_a_dry_run_says_what_it_would_send_and_sends_nothing(line):
    in_hand(line, return_count=2, reported_at=timezone.now())
    told_before = Notification.objects.count()
    out = StringIO()
    call_command("send_digests", "--dry-run", stdout=out)
    assert f"{line.supervisor.username}: 1 orders (returned 1); 0 known" in out.getvalue()
    assert Notification.objects.count() == told_before
    call_command("send_digests", stdout=StringIO())
    assert told(line.supervisor, "situations") == 1


def test_a_run_takes_as_many_queries_for_many_orders_as_for_one(line):
    in_hand(line, return_count=2)
    few = queries(MONDAY)
    for _ in range(40):
        in_hand(line, return_count=2, reported_at=OLD)
    assert queries(MONDAY + DAY) <= few


def queries(now):
    with CaptureQueriesContext(connection) as caught:
        digests.run(now)
    return len(caught)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


PAGE = "/supervision/situations/"


def test_each_list_shows_as_many_orders_as_it_says(line):
    for n in range(7):
        in_hand(line, return_count=2 + n % 2, reported_at=OLD, dispatched_at=OLD)
    make_order(line, State.CLOSED, finished_at=dt.datetime.now(dt.UTC), closing_kind="solved")
    WorkOrder.objects.filter(return_count=3).update(state=State.DISPATCHED)
    client = client_of(line.secretary)
    for situation, count, _here in client.get(PAGE).context["tabs"]:
        page = client.get(PAGE, {"rule": situation.value}).context["page"]
        assert str(len(page.rows)) == count, situation


def test_the_page_keeps_to_ones_area_and_to_what_one_may_see(line):
    secret = in_hand(line, return_count=2, is_confidential=True)
    open_one = in_hand(line, return_count=2)
    other = make_line("secretary", lng=118.0)

    def shown(user):
        return [order.number for order in client_of(user).get(PAGE, {"rule": "returned"}).context["page"].rows]

    assert shown(line.secretary) == [secret.number, open_one.number]
    assert shown(line.worker) == [open_one.number]
    assert shown(other.secretary) == []


def test_long_lists_go_on_over_pages(line):
    for n in range(120):
        in_hand(line, return_count=2, reported_at=OLD + n // 2 * HOUR)
    client, seen, query = client_of(line.secretary), [], "?rule=returned"
    while query:
        page = client.get(PAGE + query).context["page"]
        seen += [order.pk for order in page.rows]
        query = page.older
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("count", [1, 60])
def test_the_page_takes_few_queries_however_many_there_are(line, count):
    for _ in range(count):
        in_hand(line, return_count=2, reported_at=OLD)
    client = client_of(line.secretary)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as caught:
        client.get(PAGE, {"rule": "returned"})
    assert len(caught) <= 12


@pytest.mark.parametrize("rule", ["", "no", "unsigned", "x" * 400])
def test_an_address_that_makes_no_sense_still_shows_the_page(line, rule):
    assert client_of(line.secretary).get(PAGE, {"rule": rule}).status_code == 200
