"""Need to know: who sees a colour, and who sees the person without it (DOMAIN.md §4.4 rule 5)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from care import showing, sight
from care.models import TierGrant
from grids.backends import standing_for
from grids.roles import Role
from tests.factories import make_grid, make_line, make_post, make_user
from tests.registers import make_contact_duty, make_grant, make_house, make_resident

pytestmark = pytest.mark.django_db
CAST = ("worker", "leader", "secretary", "operator", "chief", "dispatcher", "supervisor", "admin", "clerk")
KNOWN = {
    "yellow": {"worker", "secretary", "operator", "street_leader"},
    "orange": {"worker", "secretary", "operator", "street_leader", "chief"},
    "red": {"worker", "operator", "street_leader", "chief"},
}


def cast(care):
    return {name: getattr(care.line, name) for name in CAST} | {"street_leader": care.street_leader}


@pytest.mark.parametrize("tier", KNOWN)
def test_only_who_is_responsible_and_who_decides_knows(care, client, tier):
    grant = make_grant(care.resident, tier)
    seen, panel = set(), set()
    for name, user in cast(care).items():
        client.force_login(user)
        if client.get(grant.get_absolute_url()).status_code == 200:
            seen.add(name)
        who = standing_for(user)
        if showing.of_person(care.resident, who, timezone.now())["grant"] is not None:
            panel.add(name)
        assert sight.knows_of(grant, who, None) == TierGrant.objects.visible_to(user).filter(pk=grant.pk).exists()
    assert seen == panel == KNOWN[tier]


def test_a_second_worker_of_the_grid_does_not_know_unless_the_household_is_theirs(care):
    other = make_user()
    post = make_post(other, Role.GRID_WORKER, care.base)
    grant = make_grant(care.resident)
    assert not TierGrant.objects.visible_to(other).exists()
    make_contact_duty(post, care.house.building)
    assert TierGrant.objects.visible_to(other).get() == grant
    third = make_user()
    make_contact_duty(make_post(third, Role.MICRO_LEAD, care.base), care.house)
    assert not TierGrant.objects.visible_to(other).exists()
    assert TierGrant.objects.visible_to(third).get() == grant


def test_people_of_another_place_do_not_know(care):
    make_grant(care.resident)
    neighbour = make_line("worker", "secretary", "operator", "chief", lng=118.5)
    for user in neighbour.people.values():
        assert not TierGrant.objects.visible_to(user).exists()
    elsewhere = make_user()
    make_post(elsewhere, Role.COMMUNITY_SECRETARY, make_grid(care.line.street))
    assert not TierGrant.objects.visible_to(elsewhere).exists()


def test_an_open_proposal_is_for_who_decides_and_who_proposed(care):
    make_grant(care.resident, "orange", state="proposed", proposed_by=care.line.secretary)
    assert not TierGrant.objects.visible_to(care.line.worker).exists()
    assert TierGrant.objects.visible_to(care.line.secretary).exists()
    assert TierGrant.objects.visible_to(care.line.operator).exists()


def test_who_does_not_know_everything_is_not_told_that_somebody_is_green(care):
    who = {name: standing_for(user) for name, user in cast(care).items()}
    told = {
        name
        for name, standing in who.items()
        if showing.of_person(care.resident, standing, timezone.now())["default_tier"] is not None
    }
    assert told == {"worker", "operator", "street_leader"}


def test_a_red_one_looks_to_the_others_as_a_green_one_does(care):
    green, red = care.resident, make_resident(care.house)
    make_grant(red, "red")
    for name in ("leader", "secretary", "dispatcher"):
        who = standing_for(cast(care)[name])
        shown = [showing.of_person(one, who, timezone.now()) for one in (green, red)]
        assert [(one["grant"], one["default_tier"], one["proposals"]) for one in shown] == [(None, None, [])] * 2


def test_the_panel_of_a_person_costs_few_queries(care, django_assert_max_num_queries):
    make_grant(care.resident)
    who = standing_for(care.line.worker)
    with django_assert_max_num_queries(1):
        showing.of_person(care.resident, who, timezone.now())


def test_there_is_no_list_of_who_is_in_a_tier(care, client):
    make_grant(care.resident, "yellow")
    client.force_login(care.line.worker)
    for tab in ("decide", "mine", "ending", "all"):
        page = client.get(reverse("care:grants"), {"tab": tab})
        assert page.status_code == 200
        assert page.context["page"].rows == []


def test_the_lists_cost_the_same_for_many_rows(care, client, django_assert_max_num_queries):
    house = make_house(care.base)
    for _ in range(12):
        make_grant(make_resident(house), state="proposed")
    client.force_login(care.line.secretary)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("care:grants"))
    assert len(page.context["page"].rows) == 12
    assert house.residents.first().name not in page.content.decode()
