"""The day plan: who is on it, in what order, and what it keeps to itself."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from care.models import ContactDuty, TierGrant
from grids.backends import standing_for
from grids.models import Post
from grids.roles import Role
from residents.models import Resident
from tests.factories import make_line, make_post, make_user
from tests.registers import make_building, make_house, make_organisation, make_resident
from tests.visiting import make_visit
from visits import dayplan, planning
from visits.models import Due

pytestmark = pytest.mark.django_db
PLAN = reverse("visits:plan")


def overdue(person, days=10):
    """Have somebody overdue since so many days, whatever the rules say."""
    today = timezone.localdate()
    planning.renew_district(person.district_id, today)
    Resident.objects.filter(pk=person.pk).update(created_at=timezone.now() - dt.timedelta(days=400))
    Due.objects.filter(pk=person.pk).update(reached_on=today - dt.timedelta(days=180 + days), last_outcome="met")
    planning.renew_district(person.district_id, today)
    return person


def red(person):
    people, now = [make_user() for _ in range(3)], timezone.now()
    TierGrant.objects.create(
        **{"district_id": person.district_id, "resident": person, "tier": "red", "reason_code": "red-x", "days": 1},
        **{"fact": "x", "basis": "x", "state": "in_force", "proposed_by": people[0], "proposed_at": now},
        **{"approved_by": people[1], "approved_at": now, "seconded_by": people[2], "seconded_at": now},
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate() + dt.timedelta(days=9),
    )


def plan_of(user, grid):
    planning.renew_grid(grid, timezone.localdate())
    return dayplan.make(grid, standing_for(user), timezone.localdate())


def test_a_home_stands_once_with_everybody_of_it_who_is_due(client, line, house):
    for _ in range(3):
        overdue(make_resident(house))
    client.force_login(line.worker)
    told = client.get(PLAN).content.decode()
    assert told.count(house.address) == 1
    stops = plan_of(line.worker, line.base).stops
    assert [len(stop.people) for stop in stops] == [3]


def test_names_are_masked(client, line, house):
    overdue(make_resident(house, name="王小明"))
    client.force_login(line.worker)
    told = client.get(PLAN).content.decode()
    assert "王小明" not in told
    assert "王**" in told


def test_who_was_met_disappears_and_who_was_not_stays(line, house):
    met, absent = overdue(make_resident(house)), overdue(make_resident(house))
    make_visit(house, line.worker, people=[met])
    people = [person.resident_id for stop in plan_of(line.worker, line.base).stops for person in stop.people]
    assert people == [absent.pk]


def test_who_moved_away_is_not_on_it_even_before_the_night(line, house):
    person = overdue(make_resident(house))
    Resident.objects.filter(pk=person.pk).update(gone="moved", gone_on=timezone.localdate())
    assert plan_of(line.worker, line.base).stops == []


def test_contact_households_come_first_then_the_nearest(line):
    places = ("116.509", "116.506", "116.5")
    far, near, contact = (make_house(line.base, make_building(line.base, lng=lng, lat="35.405")) for lng in places)
    for home in (far, near, contact):
        overdue(make_resident(home))
    post = Post.objects.get(user=line.worker)
    started = timezone.localdate() - dt.timedelta(days=100)
    ContactDuty.objects.create(district=line.district, post=post, worker=line.worker, house=contact, started_on=started)
    stops = plan_of(line.worker, line.base).stops
    assert [stop.house_id for stop in stops] == [contact.pk, near.pk, far.pk]
    assert stops[2].metres == pytest.approx(272, abs=5)


def test_the_order_is_set_by_hand_for_the_day_and_for_oneself(client, line):
    homes = [make_house(line.base, make_building(line.base, lng=lng, lat="35.405")) for lng in ("116.5", "116.501")]
    homes.append(make_house(line.base, make_building(line.base, lng="116.502", lat="35.405")))
    for home in homes:
        overdue(make_resident(home))
    usual = [stop.house_id for stop in plan_of(line.worker, line.base).stops]
    client.force_login(line.worker)
    move = reverse("visits:plan-move", args=[line.base.pk])
    answer = client.post(move, {"stop": usual[2], "way": "earlier"})
    assert (answer.status_code, answer["Location"]) == (302, f"{PLAN}?grid={line.base.pk}#stop{usual[2]}")
    by_hand = [usual[0], usual[2], usual[1]]
    plan = plan_of(line.worker, line.base)
    assert ([stop.house_id for stop in plan.stops], plan.is_by_hand) == (by_hand, True)
    assert plan.stops[2].metres == pytest.approx(91, abs=2), "from the stop that now lies before"
    told = client.post(
        f"/api/v1/visits/due/move/?grid={line.base.pk}",
        {"stop": usual[1], "way": "first"},
        content_type="application/json",
    )
    assert [stop["key"] for stop in told.json()["stops"]] == [usual[1], usual[0], usual[2]]
    assert [stop.house_id for stop in plan_of(line.leader, line.base).stops] == usual, "each their own"
    late = make_house(line.base, make_building(line.base, lng="116.503", lat="35.405"))
    overdue(make_resident(late))
    assert [stop.house_id for stop in plan_of(line.worker, line.base).stops][-1] == late.pk
    make_visit(homes[0], line.worker)
    gone = client.post(move, {"stop": homes[0].pk, "way": "first"}, follow=True).content.decode()
    assert "已不在计划中" in gone
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        assert not plan_of(line.worker, line.base).is_by_hand, "the next day begins by the shortest way"
    client.post(reverse("visits:plan-shortest", args=[line.base.pk]))
    assert not plan_of(line.worker, line.base).is_by_hand


def test_without_positions_it_goes_by_estate_and_building(line):
    building = make_building(line.base, number="2")
    other = make_building(line.base, building.estate, number="1")
    homes = [make_house(line.base, one) for one in (building, other, building)]
    for home in homes:
        overdue(make_resident(home))
    found = [stop.building[1] for stop in plan_of(line.worker, line.base).stops]
    assert found == ["1", "2", "2"]


def test_a_visit_of_a_red_tier_is_shown_to_the_responsible_alone(line, house):
    person = make_resident(house)
    make_visit(house, line.worker, now=timezone.now() - dt.timedelta(days=3))
    red(person)
    assert [stop.house_id for stop in plan_of(line.worker, line.base).stops] == [house.pk]
    second = make_user()
    make_post(second, Role.GRID_WORKER, line.base)
    for other in (second, line.leader, line.secretary):
        assert plan_of(other, line.base).stops == []


def test_no_page_says_the_colour(client, line, house):
    person = overdue(make_resident(house))
    red(person)
    client.force_login(line.worker)
    addresses = [PLAN, reverse("visits:record-house", args=[house.pk]), reverse("visits:coverage-people")]
    for address in addresses:
        told = client.get(address).content.decode().lower()
        assert "orange" not in told
        assert "红色" not in told


def test_the_secretary_chooses_a_grid_of_the_community_and_no_other(client, line, house):
    overdue(make_resident(house))
    client.force_login(line.secretary)
    assert house.address in client.get(PLAN, {"grid": line.base.pk}).content.decode()
    assert client.get(PLAN, {"grid": make_line("worker").base.pk}).status_code == 404


def test_key_sites_fall_due_by_their_own_frequency(client, line):
    shop = make_organisation(line.base, name="顺安液化气站", is_key_site=True)
    make_organisation(line.base, name="平安文具店")
    client.force_login(line.worker)
    told = client.get(PLAN).content.decode()
    assert "顺安液化气站" in told
    assert "平安文具店" not in told
    make_visit(shop, line.worker)
    assert "顺安液化气站" not in client.get(PLAN).content.decode()


def test_the_plan_takes_few_queries_however_many_are_due(client, line, django_assert_max_num_queries):
    for _ in range(3):
        overdue(make_resident(make_house(line.base)))
    client.force_login(line.worker)
    client.get(PLAN)
    with django_assert_max_num_queries(20) as few:
        client.get(PLAN)
    for _ in range(12):
        overdue(make_resident(make_house(line.base)))
    with django_assert_max_num_queries(len(few)):
        assert client.get(PLAN).status_code == 200


def test_the_workbench_counts_what_the_plan_shows(client, line, house):
    for _ in range(2):
        overdue(make_resident(house))
    client.force_login(line.worker)
    told = client.get("/").content.decode()
    assert f"{PLAN}?grid={line.base.pk}" in told


def test_a_visit_is_recorded_in_one_form_with_what_was_found(client, line, house):
    person = overdue(make_resident(house))
    client.force_login(line.worker)
    address = reverse("visits:record-house", args=[house.pk])
    sent = {
        "client_uuid": "00000000-0000-4000-8000-00000000000a",
        "outcome": "met",
        "people": [person.pk],
        "finding_kind": "safety",
        "finding": "楼道堆物",
        "to_order": "on",
    }
    answer = client.post(address, sent)
    assert answer.status_code == 302
    assert answer["Location"].endswith("/order/")
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(address, sent).status_code == 302
    assert person.visits.count() == 1


def test_what_is_wrong_is_said_on_the_page_and_as_json(client, line, house):
    client.force_login(line.worker)
    address = reverse("visits:record-house", args=[house.pk])
    sent = {"client_uuid": "00000000-0000-4000-8000-00000000000b", "to_order": "on"}
    assert client.post(address, sent).status_code == 400
    answer = client.post(address, sent, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert {"outcome", "finding"} <= answer.json()["errors"].keys()
