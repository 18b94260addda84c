"""Why an order is somebody's, and why it climbed or stays: sentences made of facts."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_category, make_ruled_line, report
from workorders import actions, sweeps
from workorders.models import Involvement, Referral
from workorders.states import State

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
LATE = dt.datetime(2026, 3, 6, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def line():
    return make_ruled_line()


def why(user, order):
    user.language = "en"
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client.get(reverse("workorders:why", args=[order.pk])).content.decode()


def test_the_assignee_reads_that_it_was_given_to_them_and_what_they_can_do(line):
    page = why(line.worker, report(line, line.leader))
    assert "Why it is yours" in page
    assert "It was given to you by name." in page
    assert "You can now: Sign for, Return, Pass up, " in page


def test_who_only_oversees_reads_by_which_post_they_see_it(line):
    page = why(line.operator, report(line, line.worker))
    assert "Why you see it" in page
    assert f"It lies in the area of your post: Street centre operator, {line.street.name}." in page


def test_the_level_whose_step_it_is_reads_which_post_has_to_act(line):
    order = report(line, line.clerk, grid=line.community, source="hotline")
    assert order.state == State.FILED
    holder = {line.street.pk: line.operator, line.district.pk: line.dispatcher}[order.holder_id]
    page = why(holder, order)
    assert "Why it is yours" in page
    assert f"It lies with {order.holder.name}, and the next step is that of your post there" in page


def test_people_of_the_handling_unit_read_that_nobody_is_named_yet(line):
    category = make_category(lead_function=line.dept.function, goes_straight_to_unit=True, needs_photo=False)
    order = report(line, line.worker, category=category)
    assert order.lead_unit == line.dept
    assert f"Your unit, {line.dept.name}, handles it, and nobody of it is named yet." in why(line.handler, order)


def test_a_referral_and_a_former_part_are_named(line):
    order = report(line, line.worker)
    Involvement.objects.create(order=order, unit=line.dept)
    assert f"Your unit has or had a part in it: {line.dept.name}." in why(line.handler, order)
    Referral.objects.create(order=order, to_unit=line.dept, by=line.leader, at=MONDAY)
    assert "It was referred to you." in why(line.handler, order)


def test_each_climb_is_given_its_reason_and_what_keeps_the_order_now(line):
    order = report(line, line.worker, now=MONDAY)
    assert "It does not climb now: not due soon yet." in why(line.secretary, report(line, line.worker))
    assert "it climbs at the timers&#x27; next run" in why(line.secretary, order)
    sweeps.run(LATE)
    order.refresh_from_db()
    assert order.step == 1
    actions.escalate(order, actor=line.leader, note="Needs the community.")
    page = why(line.secretary, order)
    assert f"time and grace were over at {line.base.name}, so it climbed to {line.base.name} (step 1)" in page
    assert f"it was passed up by hand from {line.base.name} to {line.community.name} (step 2)" in page


def test_stages_that_only_give_notice_say_so_and_finished_orders_rest(line):
    order = report(line, line.worker)
    order = actions.sign(order, actor=line.worker)
    order = actions.submit_result(order, actor=line.worker, result="Mended.")
    assert "gives notice when it is late but does not climb" in why(line.secretary, order)
    order = actions.verify_pass(order, actor=line.leader)
    order = actions.close(order, actor=line.leader)
    page = why(line.secretary, order)
    assert "It is finished and climbs no more." in page
    assert "earlier clocks" in page
