"""What the day's visits are reckoned from: tier, groups and contact household of each resident, in one statement."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from care import frequencies, intervals
from grids.roles import Role
from residents.models import LeftBehindFacts
from tests.factories import make_post, make_user
from tests.registers import make_care_membership, make_contact_duty, make_grant, make_house, make_resident

pytestmark = pytest.mark.django_db


def reckoned(care):
    """Return {resident: (tier, tier_days, group_days, contact_days, worker)}."""
    with connection.cursor() as cursor:
        cursor.execute(intervals.SQL, intervals.parameters(care.line.district.pk, timezone.localdate()))
        return {row[0]: row[6:] for row in cursor.fetchall()}


def test_somebody_without_a_row_is_green(care):
    assert reckoned(care)[care.resident.pk] == ("green", 180, None, None, None)


@pytest.mark.parametrize("use", ["rented", "group_let"])
def test_a_tenant_is_blue_and_the_rental_house_is_visited_each_month(care, use):
    tenant = make_resident(make_house(care.base, use=use))
    assert reckoned(care)[tenant.pk] == ("blue", 90, 30, None, None)


def test_who_is_floating_is_blue(care):
    floating = make_resident(care.house, kind="floating")
    assert reckoned(care)[floating.pk] == ("blue", 90, None, None, None)


@pytest.mark.parametrize(("tier", "days"), [("yellow", 30), ("orange", 7), ("red", 1)])
def test_a_granted_tier_goes_before_blue(care, tier, days):
    floating = make_resident(care.house, kind="floating")
    make_grant(floating, tier)
    assert reckoned(care)[floating.pk][:2] == (tier, days)


def test_a_proposed_or_ended_tier_changes_nothing(care):
    make_grant(care.resident, "yellow", state="proposed")
    make_grant(care.resident, "red", state="refused", closed_at=timezone.now())
    assert reckoned(care)[care.resident.pk][:2] == ("green", 180)


def test_groups_count_as_the_district_says_and_only_while_they_last(care):
    today = timezone.localdate()
    aged = make_resident(care.house, born_on=intervals.years_before(today, 80))
    not_yet = make_resident(care.house, born_on=intervals.years_before(today, 80) + dt.timedelta(days=1))
    past = make_resident(care.house)
    make_care_membership(past, "unemployed", ended_on=today)
    alone = make_resident(care.house)
    make_care_membership(alone, "living_alone")
    make_care_membership(alone, "veteran")
    child = make_resident(care.house)
    LeftBehindFacts.objects.create(resident=child, group="child")
    rows = reckoned(care)
    people = (aged, not_yet, past, alone, child)
    assert [rows[one.pk][2] for one in people] == [None, None, None, 30, 30]
    frequencies.change(care.line.district, "aged_80", 60, actor=care.line.chief)
    frequencies.change(care.line.district, "living_alone", 10, actor=care.line.chief)
    rows = reckoned(care)
    assert [rows[one.pk][2] for one in people] == [60, None, None, 10, 30]


def test_a_house_of_its_own_contact_worker_is_not_the_buildings(care):
    other = make_post(make_user(), Role.MICRO_LEAD, care.base)
    make_contact_duty(care.worker_post, care.house.building)
    second = make_house(care.base, care.house.building)
    neighbour = make_resident(second)
    make_contact_duty(other, second)
    rows = reckoned(care)
    assert rows[care.resident.pk][3:] == (30, care.line.worker.pk)
    assert rows[neighbour.pk][3:] == (30, other.user_id)


def test_who_has_gone_is_not_reckoned(care):
    gone = make_resident(care.house, gone="died", gone_on=timezone.localdate())
    assert gone.pk not in reckoned(care)
