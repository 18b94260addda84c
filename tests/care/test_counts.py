"""The counts page: small cells hidden the same on every page; who looked is on record and reported."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRecord
from care import counts, looks
from care.models import TierSwitch
from grids.roles import Role
from tests.factories import make_grid, make_post, make_user
from tests.registers import make_grant, make_house, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted_anew():
    cache.clear()


@pytest.fixture
def _red_and_orange_are_on(care):
    for tier in ("orange", "red"):
        TierSwitch.objects.create(
            district=care.line.district,
            tier=tier,
            basis="Document 12",
            asked_by=care.line.chief,
            asked_at=timezone.now(),
            confirmed_by=make_user(),
            confirmed_at=timezone.now(),
        )


def test_tiers_that_are_off_are_left_out(care):
    house = make_house(care.base)
    for _ in range(12):
        make_grant(make_resident(house))
        make_resident(house, kind="floating")
    for _ in range(20):
        make_resident(house)
    found = counts.of(care.line.district)
    assert found.district == {"green": 21, "blue": 12, "yellow": 12}


@pytest.mark.usefixtures("_red_and_orange_are_on")
def test_few_are_not_counted_aloud(care, client):
    for _ in range(12):
        make_resident(care.house)
    make_grant(care.resident, "red")
    found = counts.of(care.line.district)
    assert found.district["red"] is None
    assert found.district["green"] is None, "thirteen in all, less twelve would be one"
    client.force_login(care.line.secretary)
    page = client.get(reverse("care:counts"))
    assert page.status_code == 200
    assert "12" not in [cell.strip() for cell in page.content.decode().split(">")]


@pytest.mark.usefixtures("_red_and_orange_are_on")
def test_what_is_hidden_of_a_street_is_hidden_of_its_communities(care):
    second = make_grid(care.line.street)
    house = make_house(make_grid(second))
    for _ in range(30):
        make_resident(house)
        make_resident(care.house, kind="floating")
    found = counts.of(care.line.district)
    street = found.streets[care.line.street.pk]
    for shown in found.communities[care.line.street.pk].values():
        assert all(shown[tier] is None for tier, number in street.items() if number is None)
    assert found.district["green"] == 31
    assert found.district["blue"] is None, "else it would be known that nobody is in the three others"


def test_a_look_at_orange_is_on_record_and_in_the_months_report(care):
    client = Client()
    grant = make_grant(care.resident, "orange")
    yellow = make_grant(make_resident(care.house))
    client.force_login(care.line.worker)
    for one in (grant, yellow, grant):
        assert client.get(one.get_absolute_url()).status_code == 200
    lines = AuditRecord.objects.filter(action="care.read_tier")
    assert [(line.actor, line.detail["grants"]) for line in lines.order_by("pk")] == [
        (care.line.worker, [grant.pk])
    ] * 2
    [looker] = looks.report(care.line.district, timezone.localdate())
    assert (looker.person, looker.looks, looker.grants) == (care.line.worker, 2, {grant.pk})
    assert looks.report(care.line.district, timezone.localdate() - dt.timedelta(days=40)) == []


def test_the_report_names_lookers_and_nobody_whose_tier_it_was(care, client):
    make_grant(care.resident, "red")
    keeper = make_user()
    make_post(keeper, Role.SUPERVISOR, care.line.district)
    worker = Client()
    worker.force_login(care.line.worker)
    worker.get(care.resident.tier_grants.get().get_absolute_url())
    client.force_login(keeper)
    page = client.get(reverse("care:looks"), {"month": timezone.localdate().strftime("%Y-%m")}).content.decode()
    assert "Worker" in page
    assert care.resident.name not in page
