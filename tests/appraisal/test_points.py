"""Immediate points: shown by what those judged did in the period themselves, and by each thing once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from appraisal import actions, evidence
from appraisal.actions.points import RuleFacts
from appraisal.errors import Refusal
from appraisal.models import Assessment
from tests.appraisal.conftest import AFTER, NOVEMBER, ZONE, make_due, make_rule, make_scheme, month
from tests.factories import Line, make_grid, make_order, make_post, make_unit, make_user
from tests.pictures import photo
from tests.registers import make_house
from visits.models import Visit
from workorders.models import Involvement
from workorders.photos import clean_all
from workorders.states import State

D = Decimal
NINTH = dt.date(2026, 10, 9)
THEN = dt.datetime(2026, 10, 9, 10, 0, tzinfo=ZONE)


@pytest.fixture
def period(line) -> Assessment:
    return month(make_scheme(line), line.chief)


@pytest.fixture
def neighbours(line) -> Line:
    """The same district's next community, with a worker of its own."""
    community = make_grid(line.street)
    there = Line(line.district, line.street, community, make_grid(community), line.dept, {"worker": make_user()})
    make_post(there.worker, "grid_worker", there.base)
    return there


def give(line, period, **given):
    usual = {"points": D(2), "words": "Leak", "happened_on": NINTH, "user": line.worker, "now": AFTER}
    if "rule" not in given:
        given["rule"] = make_rule(line)
    return actions.give_points(period, actor=line.operator, **usual | given)


def make_visit(line: Line, visitor, at: dt.datetime = THEN) -> Visit:
    house = make_house(line.base)
    path = {name: getattr(house, f"{name}_id") for name in ("district", "street", "community", "grid")}
    return Visit.objects.create(
        house=house,
        visitor=visitor,
        client_uuid=f"00000000-0000-4000-8000-{house.pk:012d}",
        outcome="met",
        visited_at=at,
        **{f"{name}_id": value for name, value in path.items()},
    )


def test_points_are_not_given_for_a_day_to_come(line):
    november = actions.open_period(make_scheme(line), actor=line.chief, day=NOVEMBER, now=AFTER)
    with pytest.raises(Refusal, match="in the future") as refused:
        give(line, november, happened_on=dt.date(2026, 11, 3), order=make_due(line))
    assert refused.value.field == "happened_on"


def test_an_order_shows_it_only_where_it_is_theirs_and_of_the_period(line, period, neighbours):
    rule, other = make_rule(line), neighbours.worker
    foreign = make_due(neighbours, handler=other, reporter=other)
    past = make_due(line, reported_at=THEN - dt.timedelta(days=60), finished_at=THEN - dt.timedelta(days=50))
    coming = make_order(line, State.FILED, reporter=line.worker, reported_at=AFTER)
    secret = make_order(line, State.FILED, reported_at=THEN, is_confidential=True)
    for order in (foreign, past, coming, secret):
        with pytest.raises(Refusal, match="not theirs") as refused:
            give(line, period, rule=rule, order=order)
        assert refused.value.field == "order"
    in_their_grid = make_order(line, State.FILED, reported_at=THEN)
    passed_on = make_due(neighbours, handler=other)
    Involvement.objects.create(order=passed_on, user=line.worker)
    for order in (in_their_grid, passed_on):
        assert give(line, period, rule=rule, order=order).order == order


def test_a_visit_shows_it_only_where_it_is_theirs_and_of_the_period(line, period, neighbours):
    rule, other = make_rule(line), neighbours.worker
    late = make_visit(line, line.worker, AFTER)
    for visit in (make_visit(neighbours, other), late):
        with pytest.raises(Refusal, match="no visit of this number in the period"):
            give(line, period, rule=rule, visit_key=visit.pk)
    for visit in (make_visit(line, other), make_visit(neighbours, line.worker)):
        assert give(line, period, rule=rule, visit_key=visit.pk).visit_key == visit.pk


def test_a_units_evidence_is_what_it_was_handed_and_whom_its_people_visited(line, neighbours):
    period = month(make_scheme(line, actions.IndicatorFacts("on_time", D(100)), judged="unit"), line.chief)
    led, seen = make_due(line, lead_unit=line.dept), make_due(line)
    Involvement.objects.create(order=seen, unit=line.dept)
    make_due(line, lead_unit=make_unit(line.district))
    assert set(evidence.orders(line.dept, period.period)) == {led, seen}
    visit = make_visit(line, line.head)
    make_visit(line, line.worker)
    assert list(evidence.visits(line.dept, period.period)) == [visit]


def test_the_same_evidence_counts_once_under_a_rule(line, period):
    rule, order, visit = make_rule(line), make_due(line), make_visit(line, line.worker)
    pictures = clean_all([photo()])
    for shown in ({"order": order}, {"visit_key": visit.pk}, {"photos": pictures}):
        entry = give(line, period, rule=rule, **shown)
        with pytest.raises(Refusal, match="already under the same rule"):
            give(line, period, rule=rule, words="In other words", **shown)
        actions.take_back(entry, actor=line.operator, words="Too many", now=AFTER)
        give(line, period, rule=rule, points=D(1), **shown)
    give(line, period, rule=make_rule(line, name="Another"), order=order)


def test_a_changed_rule_does_not_make_old_evidence_new(line, period):
    rule, order = make_rule(line), make_due(line)
    give(line, period, rule=rule, order=order)
    facts = RuleFacts("worker", rule.name, D(1), D(3))
    fresh = actions.set_rule(line.district, actor=line.chief, facts=facts, replaces=rule)
    with pytest.raises(Refusal, match="already under the same rule"):
        give(line, period, rule=fresh, order=order)
    with pytest.raises(Refusal, match="does not hold"):
        give(line, period, rule=rule, order=make_due(line))


def test_the_page_sent_twice_gives_points_once(line, client, period):
    rule = make_rule(line, needs_evidence=False)
    client.force_login(line.operator)
    given = {"who": line.worker.username, "rule": rule.pk, "points": "2", "happened_on": "2026-10-09", "words": "Leak"}
    address = reverse("appraisal:points-give", args=[period.pk])
    assert [client.post(address, given).status_code for _ in range(2)] == [302, 400]
    assert period.entries.count() == 1
    assert client.post(address, given | {"words": "Another leak"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_double_click_gives_points_once(line):
    period, rule, order = month(make_scheme(line), line.chief), make_rule(line), make_due(line)

    def click(_n: int) -> bool:
        try:
            give(line, period, rule=rule, order=order)
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(click, range(4))) == 1
    assert period.entries.count() == 1
