"""A meeting's decision on who leads dispatches the next order of the kind, and says so; until it is retired."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import AuditRecord
from coordination import actions
from tests.api.test_races import at_once
from tests.coordination.conftest import MONDAY, make_department
from tests.coordination.test_reviews import climbed, convene, decide, ready
from tests.factories import make_category, make_grid, make_ruled_line, report
from workorders import actions as orders
from workorders import routing
from workorders.models import Precedent, WorkOrder
from workorders.workflow import InvalidMove


def decided(line, **fields) -> tuple[WorkOrder, Precedent]:
    order, review = ready(line)
    decide(line, review, **fields)
    order.refresh_from_db()
    return order, Precedent.objects.get(retired_at=None)


def next_order(line, order, **fields) -> WorkOrder:
    return report(line, line.clerk, source="hotline", category=order.category, **fields)


def skipped(order) -> dict[str, str]:
    return {row["rule"]: row["why"] for row in order.routing["skipped"]}


def page(user, address: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def test_the_next_order_of_the_category_goes_to_the_unit_that_the_meeting_named(line):
    unit, _handler, _leader = make_department(line)
    order, precedent = decided(line, assist_units=[])
    fresh = next_order(line, order)
    assert (fresh.lead_unit, fresh.routing["rule"], fresh.routing["precedent"]) == (
        line.dept,
        "precedent",
        precedent.pk,
    )
    assert unit != fresh.lead_unit


def test_why_says_which_meeting_decided_with_a_link_to_its_minutes(line):
    order, precedent = decided(line)
    fresh = next_order(line, order)
    told = page(line.secretary, f"/work-orders/{fresh.pk}/why/")
    assert precedent.source in told
    assert f'href="{precedent.source_url}"' in told
    assert f"{precedent.decided_at:%Y-%m-%d}" in told


def test_without_a_precedent_the_next_rule_answers_and_says_so(line):
    order = report(line, line.clerk, source="hotline")
    assert order.routing["rule"] == "primary_worker"
    assert skipped(order)["precedent"] == "no_precedent"


def test_it_holds_below_its_node_and_its_category_and_nowhere_else(line):
    order, _precedent = decided(line)
    other = report(line, line.clerk, source="hotline", category=make_category(needs_photo=False))
    assert skipped(other)["precedent"] == "no_precedent"
    narrower = make_category(needs_photo=False, parent=order.category)
    assert report(line, line.clerk, source="hotline", category=narrower).routing["rule"] == "precedent"
    next_door = make_grid(make_grid(line.street, kind="community"))
    assert skipped(next_order(line, order, grid=next_door))["precedent"] == "no_precedent"


def test_the_category_that_fits_best_and_then_the_lowest_node_wins(line):
    order, precedent = decided(line)
    unit, _handler, _leader = make_department(line)
    above = orders.set_precedent(order, actor=line.chief, node_id=line.district.pk, lead_unit=unit)
    fresh = next_order(line, order)
    assert routing.precedent_for(fresh) == precedent
    orders.retire_precedent(precedent, actor=line.chief, reason="x")
    assert routing.precedent_for(fresh) == above


def test_an_inactive_unit_is_passed_over_with_the_reason(line):
    order, _precedent = decided(line)
    line.dept.is_active = False
    line.dept.save()
    fresh = next_order(line, order)
    assert fresh.routing["rule"] == "primary_worker"
    assert skipped(fresh)["precedent"] == "unit_inactive"


def test_it_never_goes_against_a_final_decision_on_the_very_order(line):
    order, _precedent = decided(line)
    route = routing.choose(order, MONDAY)
    assert (routing.RuleName.PRECEDENT, routing.WhyNot.DISPATCH_IS_FINAL) in route.skipped


def test_a_later_meeting_replaces_it(line):
    order, precedent = decided(line)
    unit, _handler, _leader = make_department(line)
    again = climbed(line, category=make_category(needs_photo=False))
    again.category = order.category
    again.save()
    review = convene(line, again, unit)
    actions.record_minutes(review, actor=line.secretary, words="x", now=MONDAY)
    decide(line, review, lead_unit=unit)
    precedent.refresh_from_db()
    assert precedent.retired_at is not None
    assert next_order(line, order).lead_unit == unit


def test_the_chair_may_leave_it_out(line):
    _order, review = ready(line)
    decide(line, review, as_precedent=False)
    assert not Precedent.objects.exists()


def test_who_keeps_the_rules_retires_it_with_a_reason(line):
    order, precedent = decided(line)
    with pytest.raises(PermissionDenied):
        orders.retire_precedent(precedent, actor=line.secretary, reason="x")
    with pytest.raises(ValidationError):
        orders.retire_precedent(precedent, actor=line.chief, reason=" ")
    orders.retire_precedent(precedent, actor=line.chief, reason="职责已调整")
    assert AuditRecord.objects.filter(action="workorders.retire_precedent", actor=line.chief).exists()
    with pytest.raises(InvalidMove, match="retired already"):
        orders.retire_precedent(precedent, actor=line.chief, reason="x")
    assert next_order(line, order).routing["rule"] != "precedent"


def test_the_page_says_how_often_each_was_used_and_lets_who_may_retire_it(line, django_assert_max_num_queries):
    order, precedent = decided(line)
    for _ in range(3):
        next_order(line, order)
    client = Client()
    client.force_login(line.chief)
    client.get("/work-orders/precedents/")
    with django_assert_max_num_queries(16):
        seen = client.get("/work-orders/precedents/")
    assert [(row.pk, used) for row, used in seen.context["rows"]] == [(precedent.pk, 3)]
    retire = f"/work-orders/precedents/{precedent.pk}/retire/"
    assert retire in seen.content.decode()
    assert retire not in page(line.secretary, "/work-orders/precedents/")
    client.post(retire, {"reason": "职责已调整"})
    assert "职责已调整" in client.get("/work-orders/precedents/?show=retired").content.decode()
    stranger = make_ruled_line("chief").chief
    assert precedent.source not in page(stranger, "/work-orders/precedents/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_meetings_that_decide_on_a_category_at_once_leave_one_precedent(attempt):
    line = make_ruled_line()
    unit, _handler, _leader = make_department(line)
    category = make_category(needs_photo=False)
    reviews = []
    for _ in range(2):
        order = climbed(line, category=category)
        review = convene(line, order)
        actions.record_minutes(review, actor=line.secretary, words="x", now=MONDAY)
        reviews.append(review)
    at_once(
        lambda: decide(line, reviews[0].pk, lead_unit=line.dept),
        lambda: decide(line, reviews[1].pk, lead_unit=unit),
    )
    held, retired = Precedent.objects.order_by("-retired_at")  # nulls first
    assert (held.retired_at, retired.retired_at is not None) == (None, True)
