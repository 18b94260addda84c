"""When visits fall due: the shortest rule since the last visit that reached the person, kept in step in SQL."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from residents.models import Resident
from tests.factories import make_line
from tests.registers import make_house, make_resident
from visits import actions, planning, rules
from visits.models import Due

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)
NOON = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)


def known_since(day: dt.date) -> dict[str, object]:
    return {"created_at": timezone.make_aware(dt.datetime.combine(day, dt.time(9)))}


def visit(line, *people, outcome="met", at=NOON, **fields):
    return actions.record(
        people[0].house,
        actor=line.worker,
        outcome=outcome,
        people=list(people),
        client_uuid=uuid.uuid4(),
        now=at,
        **fields,
    )


def test_a_resident_never_reached_falls_due_within_one_interval_of_becoming_known():
    line = make_line("worker")
    person = make_resident(make_house(line.base), **known_since(TODAY))
    planning.renew_district(line.district.pk, TODAY)
    due = Due.objects.get(resident=person)
    assert due.due_on == rules.due_on(None, TODAY, 180, None, person.house_id)
    assert TODAY <= due.due_on < TODAY + dt.timedelta(days=180)
    assert due.opens_on == due.due_on - dt.timedelta(days=30)


def test_a_household_falls_due_together():
    line = make_line("worker")
    house = make_house(line.base)
    people = [make_resident(house, **known_since(TODAY)) for _ in range(3)]
    planning.renew_district(line.district.pk, TODAY)
    assert len(set(Due.objects.filter(resident__in=people).values_list("due_on", flat=True))) == 1


def test_a_visit_that_reached_them_settles_it_for_an_interval():
    line = make_line("worker")
    house = make_house(line.base)
    ordinary, floating = make_resident(house), make_resident(house, kind="floating")
    visit(line, ordinary, floating)
    due = {row.pk: row for row in Due.objects.all()}
    assert due[ordinary.pk].reached_on == TODAY
    assert due[ordinary.pk].due_on == TODAY + dt.timedelta(days=180)
    assert due[floating.pk].due_on == TODAY + dt.timedelta(days=90)


def test_a_visit_that_found_nobody_leaves_it_due_and_counts_the_try():
    line = make_line("worker")
    person = make_resident(make_house(line.base), **known_since(TODAY - dt.timedelta(days=200)))
    planning.renew_district(line.district.pk, TODAY)
    before = Due.objects.get(resident=person).due_on
    visit(line, person, outcome="nobody")
    after = Due.objects.get(resident=person)
    assert (after.due_on, after.tries, after.last_outcome, after.reached_on) == (before, 1, "nobody", None)
    assert after.next_try == "evening"


def test_the_same_night_twice_writes_nothing():
    line = make_line("worker")
    house = make_house(line.base)
    for _ in range(5):
        make_resident(house)
    assert planning.renew_district(line.district.pk, TODAY).written == 5
    assert planning.renew_district(line.district.pk, TODAY).written == 0


def test_who_moved_away_or_died_is_due_no_more_and_comes_back_with_their_last_visit():
    line = make_line("worker")
    person = make_resident(make_house(line.base))
    visit(line, person)
    Resident.objects.filter(pk=person.pk).update(gone="moved", gone_on=TODAY)
    planning.renew_district(line.district.pk, TODAY)
    assert not Due.objects.filter(resident=person).exists()
    Resident.objects.filter(pk=person.pk).update(gone="", gone_on=None)
    planning.renew_district(line.district.pk, TODAY)
    assert Due.objects.get(resident=person).reached_on == TODAY


def test_a_district_leaves_the_residents_of_another_alone():
    line, other = make_line("worker"), make_line("worker")
    make_resident(make_house(line.base))
    make_resident(make_house(other.base))
    assert planning.renew_district(line.district.pk, TODAY).written == 1
