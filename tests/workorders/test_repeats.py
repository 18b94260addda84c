"""Repeated cases: earlier orders of the same place and category, or of the same phone, counted and found again."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import crypto
from tests.factories import make_category, make_line, make_ruled_line, report
from tests.workorders.test_life import MONDAY
from workorders import repeats
from workorders.models import WorkOrder
from workorders.places import place_at

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PHONE = "138 0000 1234"


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture
def category():
    return make_category(needs_photo=False)


def told(line, category, days=0, north=0.0, **fields):
    usual = {"source": "hotline", "category": category, "now": MONDAY + days * DAY}
    order = report(line, line.clerk, **usual | fields)
    if "address" not in fields:
        point = place_at(116.505, 35.405 + north)
        WorkOrder.objects.filter(pk=order.pk).update(lng=point.lng, lat=point.lat)
    return WorkOrder.objects.get(pk=order.pk)


def count(order):
    return repeats.count(order)


def test_earlier_cases_of_the_same_place_and_category_are_counted(line, category):
    told(line, category)
    told(line, category, 1, north=0.0004)
    far = told(line, category, 2, north=0.0009)
    told(line, make_category(needs_photo=False), 3)
    again = told(line, category, 4)
    assert set(repeats.earlier(again)) == set(
        WorkOrder.objects.filter(category=category).exclude(pk__in=[again.pk, far.pk])
    )
    assert count(again) == 2


def test_the_same_address_is_the_same_place(line, category):
    told(line, category, address="建设路1号")
    told(line, category, 1, address="建设路2号")
    assert told(line, category, 2, address="建设路1号").repeats == 1


def test_the_same_phone_is_the_same_person_however_it_is_written(line, category):
    told(line, make_category(needs_photo=False), north=0.003, contact_phone=PHONE)
    again = told(line, category, 5, address="建设路1号", contact_phone="+86 13800001234")
    assert again.repeats == 1
    assert told(line, category, 6, address="建设路2号", contact_phone="13800005678").repeats == 0
    assert told(line, category, 7, address="建设路3号", contact_phone="12").contact_hash == ""


def test_only_the_last_ninety_days_before_it_count(line, category):
    told(line, category, address="建设路1号")
    assert told(line, category, 91, address="建设路1号").repeats == 0
    assert told(line, category, 92, address="建设路1号").repeats == 1


def test_other_districts_and_confidential_cases_do_not_show_by_a_number(line, category):
    other = make_ruled_line("clerk")
    told(other, category, address="建设路1号", contact_phone=PHONE)
    told(line, category, address="建设路1号", contact_phone=PHONE, is_confidential=True)
    assert told(line, category, 1, address="建设路1号", contact_phone=PHONE).repeats == 0
    assert told(line, category, 2, address="建设路1号", is_confidential=True).repeats == 2


def test_no_phone_stands_readable_in_the_row(line, category):
    order = told(line, category, contact_phone=PHONE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_hash, contact_phone FROM workorders_workorder WHERE id = %s", [order.pk])
        stored = cursor.fetchone()
    assert len(stored[0]) == 32
    assert "1380000" not in "".join(stored)


def test_a_phone_is_found_under_an_older_key_too(settings):
    old = settings.FIELD_KEYS
    before = crypto.fingerprints("13800001234")
    settings.FIELD_KEYS = f"new:{'A' * 43}=,{old}"
    after = crypto.fingerprints("13800001234")
    assert before[0] in after[1:]
    assert after[0] != before[0]


def test_reporting_counts_in_two_queries(line, category, django_assert_num_queries):
    order = told(line, category, address="建设路1号", contact_phone=PHONE)
    with django_assert_num_queries(2):
        repeats.count(order)


def test_page_and_list_say_how_often_and_lead_to_those_one_may_see(line, category):
    first = told(line, category, address="建设路1号")
    again = told(line, category, 1, address="建设路1号")
    for name in ("leader", "secretary"):
        line.people[name].language = "en"
        line.people[name].save(update_fields=["language"])
    client = Client()
    client.force_login(line.leader)
    page = client.get(again.get_absolute_url()).content.decode()
    assert "repeated 1×" in page
    assert f"like={again.pk}" in page
    found = client.get(reverse("workorders:list"), {"tab": "all", "like": again.pk}).content.decode()
    assert first.number in found
    assert f"{again.number}</a>" not in found
    repeated = client.get(reverse("workorders:list"), {"tab": "all", "repeated": "on"}).content.decode()
    assert again.number in repeated
    assert first.number not in repeated
    hidden = WorkOrder.objects.filter(pk=again.pk)
    hidden.update(is_confidential=True)
    client.force_login(line.worker)
    assert client.get(reverse("workorders:list"), {"tab": "all", "like": again.pk}).status_code == 200


def test_a_stranger_learns_nothing_by_asking_for_the_like_of_an_order(line, category):
    told(line, category, address="建设路1号")
    again = told(line, category, 1, address="建设路1号")
    stranger = make_line("leader", lng=117)
    client = Client()
    client.force_login(stranger.leader)
    assert again.number not in client.get(reverse("workorders:list"), {"tab": "all", "like": again.pk}).content.decode()
