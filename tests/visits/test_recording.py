"""Recording a visit: once, of the right people, where one may; and taking it back."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from residents.models import Event, Organisation
from tests.factories import make_line
from tests.pictures import photo
from tests.registers import make_house, make_organisation, make_resident
from tests.visiting import make_visit
from visits import actions
from visits.models import Due, Visit, VisitPhoto
from workorders import photos

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)


def test_the_same_visit_sent_twice_is_one_visit(line, house):
    person, key = make_resident(house), uuid.uuid4()
    first = make_visit(house, line.worker, people=[person], client_uuid=key)
    again = make_visit(house, line.worker, people=[person], client_uuid=key)
    assert first.pk == again.pk
    assert Visit.objects.count() == 1


def test_several_of_a_household_are_reached_in_one_go_and_the_others_stay_due(line, house):
    met, also_met, absent = (make_resident(house) for _ in range(3))
    visit = make_visit(house, line.worker, people=[met, also_met], now=NOON)
    assert set(visit.people.values_list("resident_id", flat=True)) == {met.pk, also_met.pk}
    assert not Due.objects.filter(pk=absent.pk, reached_on__isnull=False).exists()


def test_where_nobody_was_home_all_of_the_house_are_meant(line, house):
    people = [make_resident(house) for _ in range(2)]
    visit = make_visit(house, line.worker, "nobody", people=[], now=NOON)
    assert visit.people.count() == 2
    assert set(Due.objects.filter(pk__in=[p.pk for p in people]).values_list("tries", flat=True)) == {1}


def test_each_try_in_vain_suggests_another_way(line, house):
    make_resident(house)
    days = [NOON + dt.timedelta(days=n) for n in range(4)]
    suggested = [make_visit(house, line.worker, "nobody", now=day).next_try for day in days]
    assert suggested == ["evening"] * 4
    evening = NOON.replace(hour=11) + dt.timedelta(days=4)
    assert make_visit(house, line.worker, "nobody", now=evening).next_try == "weekend"


def test_who_was_met_has_to_be_said_unless_only_one_lives_there(line, house):
    make_resident(house)
    assert make_visit(house, line.worker, people=[]).people.count() == 1
    make_resident(house)
    with pytest.raises(ValidationError, match="whom"):
        make_visit(house, line.worker, people=[])


def test_somebody_of_another_house_is_refused(line, house):
    make_resident(house)
    other = make_resident(make_house(line.base))
    with pytest.raises(ValidationError, match="does not live here"):
        make_visit(house, line.worker, people=[other])


def test_nobody_visits_outside_their_area(line, house):
    with pytest.raises(PermissionDenied):
        make_visit(house, make_line("worker").worker)
    with pytest.raises(PermissionDenied):
        make_visit(house, line.dispatcher)


def test_a_visit_of_last_week_counts_from_its_own_day(line, house):
    person = make_resident(house)
    make_visit(house, line.worker, visited_at=NOON - dt.timedelta(days=7), now=NOON)
    assert Due.objects.get(pk=person.pk).reached_on == dt.date(2026, 2, 23)


@pytest.mark.parametrize("days", [1, -31])
def test_a_visit_to_come_or_long_past_is_refused(line, house, days):
    make_resident(house)
    with pytest.raises(ValidationError, match="visit"):
        make_visit(house, line.worker, visited_at=NOON + dt.timedelta(days=days), now=NOON)


def test_an_older_visit_that_arrives_late_does_not_undo_a_newer_one(line, house):
    person = make_resident(house)
    make_visit(house, line.worker, now=NOON)
    make_visit(house, line.worker, "nobody", visited_at=NOON - dt.timedelta(days=3), now=NOON)
    due = Due.objects.get(pk=person.pk)
    assert (due.reached_on, due.tries, due.last_outcome) == (dt.date(2026, 3, 2), 0, "met")


def test_what_was_entered_by_mistake_is_taken_back_and_due_again(line, house):
    person = make_resident(house)
    visit = make_visit(house, line.worker)
    with pytest.raises(PermissionDenied):
        actions.annul(visit, actor=line.leader)
    actions.annul(visit, actor=line.worker)
    assert Due.objects.get(pk=person.pk).reached_on is None
    assert Visit.objects.filter(pk=visit.pk).exists()


def test_after_a_week_a_visit_stays(line, house):
    make_resident(house)
    visit = make_visit(house, line.worker, now=NOON)
    with pytest.raises(ValidationError, match="week"):
        actions.annul(visit, actor=line.worker, now=NOON + dt.timedelta(days=8))


def test_safety_checks_at_an_organisation_set_their_days_and_are_in_its_record(line):
    shop = make_organisation(line.base, is_key_site=True, gas_checked_on=timezone.localdate())
    make_visit(shop, line.worker, checks=["fire", "gas"], visited_at=timezone.now() - dt.timedelta(days=2))
    shop = Organisation.objects.get(pk=shop.pk)
    assert shop.fire_checked_on == timezone.localdate() - dt.timedelta(days=2)
    assert shop.gas_checked_on == timezone.localdate(), "the later check stays"
    assert shop.electricity_checked_on is None
    assert Event.objects.filter(organisation=shop).count() == 1


def test_nothing_is_checked_where_nobody_was_met(line):
    shop = make_organisation(line.base)
    with pytest.raises(ValidationError, match="checked"):
        make_visit(shop, line.worker, "nobody", checks=["fire"])


def test_a_photo_is_optional_and_its_file_goes_when_the_visit_is_undone(line, house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_resident(house)
    with transaction.atomic():
        make_visit(house, line.worker, photos=[photos.clean(photo())])
        transaction.set_rollback(True)
    assert VisitPhoto.objects.count() == 0
    visit = make_visit(house, line.worker, photos=[photos.clean(photo())])
    kept = VisitPhoto.objects.get(visit=visit)
    assert kept.image.storage.exists(kept.image.name)
    assert VisitPhoto.objects.count() == 1
    assert not list(photos.orphans(timezone.now() - dt.timedelta(days=1)))


def test_the_note_is_not_readable_in_the_database(line, house):
    make_resident(house)
    visit = make_visit(house, line.worker, note="gets tea")
    assert not Visit.objects.filter(pk=visit.pk, note="gets tea").exists()
    assert Visit.objects.get(pk=visit.pk).note == "gets tea"
