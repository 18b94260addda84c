"""Coverage: counted alike on the spot and overnight, told once a week, naming nobody in full."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from residents.models import Resident
from tests.registers import make_house, make_resident
from tests.visiting import make_visit
from visits import coverage, nightly
from visits.models import CoverageDay, Due

pytestmark = pytest.mark.django_db
COVERAGE = reverse("visits:coverage")
PEOPLE = reverse("visits:coverage-people")


@pytest.fixture
def people(line):
    """Six homes: reached, by telephone, nobody tried, nobody home three times, refused, and one newly known."""
    names = ("met", "phone", "never", "nobody", "refused", "new")
    made = {name: make_resident(make_house(line.base)) for name in names}
    old = timezone.now() - dt.timedelta(days=400)
    Resident.objects.exclude(pk=made["new"].pk).update(created_at=old)
    today = timezone.localdate()
    for name in ("met", "phone", "refused"):
        make_visit(made[name].house, line.worker, name)
    for _ in range(3):
        make_visit(made["nobody"].house, line.worker, "nobody")
    nightly.renew()
    Due.objects.filter(pk=made["new"].pk).update(due_on=today + dt.timedelta(days=5), opens_on=today)
    return made


def test_a_grid_is_counted_as_it_is(line, people):
    sums = coverage.of(line.base, timezone.localdate()).total
    assert (sums.people, sums.reached, sums.overdue, sums.by_phone, sums.not_yet) == (6, 2, 3, 1, 1)
    assert {why.value: number for why, number in sums.reasons} == {
        **{"never": 1, "nobody": 1, "refused": 1, "moved": 0, "lapsed": 0, "many": 1}
    }
    assert sums.rate == 33.3


def test_the_district_shows_what_the_night_wrote_down(line, people):
    coverage.count_night(line.district.pk, timezone.localdate())
    live = coverage.of(line.community, timezone.localdate())
    kept = coverage.of(line.district, timezone.localdate())
    assert kept.total == live.total
    assert [node for node, _sums in kept.children] == [line.street]


def test_the_night_counts_a_day_once(line, people):
    for _ in range(2):
        nightly.renew()
    assert CoverageDay.objects.count() == 1


def test_old_days_go_but_the_first_of_a_month_stays(line, people):
    today = dt.date(2026, 9, 15)
    CoverageDay.objects.update(day=dt.date(2026, 3, 1))
    row = CoverageDay.objects.get()
    row.pk, row.day = None, dt.date(2026, 3, 2)
    row.save()
    assert coverage.forget(today) == 1
    assert CoverageDay.objects.get().day == dt.date(2026, 3, 1)


def test_the_page_leads_to_names_that_are_masked(client, line, people):
    Resident.objects.filter(pk=people["never"].pk).update(name="王小明")
    client.force_login(line.secretary)
    assert client.get(COVERAGE).status_code == 200
    told = client.get(PEOPLE, {"node": line.base.pk, "why": "never"}).content.decode()
    assert "王**" in told
    assert "王小明" not in told
    assert people["refused"].house.address not in told


def test_a_district_lists_no_people_and_another_persons_area_is_not_there(client, line, people):
    client.force_login(line.worker)
    assert client.get(COVERAGE, {"node": line.community.pk}).status_code == 404
    client.force_login(line.supervisor)
    assert client.get(COVERAGE).status_code == 403


def test_leaders_hear_of_it_once_a_week(line, people):
    monday = dt.datetime(2026, 11, 16, 0, 20, tzinfo=dt.UTC)
    CoverageDay.objects.update(day=monday.date())
    assert nightly.warn_leaders(monday) == 2
    assert nightly.warn_leaders(monday + dt.timedelta(hours=1)) == 0
    found = Notification.objects.filter(kind="visits_overdue")
    assert set(found.values_list("recipient_id", flat=True)) == {line.leader.pk, line.secretary.pk}
    assert {str(row.params) for row in found} == {"{'count': 3}"}
    CoverageDay.objects.update(day=monday.date() + dt.timedelta(days=7))
    assert nightly.warn_leaders(monday + dt.timedelta(days=7)) == 2


def test_leaders_of_areas_in_order_hear_nothing(line):
    assert nightly.warn_leaders() == 0


def test_the_list_takes_few_queries(client, line, people, django_assert_max_num_queries):
    client.force_login(line.secretary)
    client.get(PEOPLE)
    with django_assert_max_num_queries(10):
        client.get(PEOPLE, {"node": line.community.pk})
    with django_assert_max_num_queries(11):
        client.get(COVERAGE)
