"""What each process keeps of the names is read again when the registers changed, whoever wrote them."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from locating import index
from locating.models import PlaceChange
from residents.models import Building
from tests.factories import make_grid

pytestmark = pytest.mark.django_db


def version(town):
    return index._version(town.district.pk)


def test_what_is_written_by_sql_is_seen_too(town):
    assert town.grid("颂运花园2号楼") == town.a.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE residents_building SET grid_id = %s WHERE estate_id = %s AND number = '2'",
            [town.b.pk, town.whole.pk],
        )
    assert town.grid("颂运花园2号楼") == town.b.pk


def test_what_does_not_change_a_name_or_a_grid_leaves_the_names_as_they_are(town):
    before = version(town)
    Building.objects.filter(estate=town.whole).update(floors=7)
    assert version(town) == before
    assert index.names_of(town.district) is index.names_of(town.district)
    Building.objects.filter(estate=town.whole, number="3").update(number="30")
    assert version(town) != before


def test_another_district_is_not_read_again(town):
    elsewhere = make_grid(None)
    before = index._version(elsewhere.pk)
    Building.objects.filter(estate=town.whole, number="3").update(number="31")
    assert index._version(elsewhere.pk) == before


def test_marks_of_yesterday_go_with_the_next_change(town):
    old = PlaceChange.objects.create(
        district_id=town.district.pk, xact=1, changes=5, at=timezone.now() - dt.timedelta(days=2)
    )
    Building.objects.filter(estate=town.whole, number="3").update(number="32")
    assert not PlaceChange.objects.filter(pk=old.pk).exists()
    assert PlaceChange.objects.filter(district_id=town.district.pk).count() == 1


def test_a_large_district_may_be_some_seconds_old_but_no_more(town, monkeypatch):
    assert town.grid("颂运花园3号楼") == town.a.pk
    monkeypatch.setattr(index, "QUICK_S", -1.0)
    Building.objects.filter(estate=town.whole, number="3").update(grid=town.b)
    assert town.grid("颂运花园3号楼") == town.a.pk
    monkeypatch.setattr(index, "PATIENCE_S", 0.0)
    assert town.grid("颂运花园3号楼") == town.b.pk
