"""Who sees which rows of the registers, and that they follow the tree."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from grids import actions as tree
from grids.models import Kind
from grids.roles import Role
from residents.history import note
from residents.models import Event, FormerValues, Household, Resident, Step
from residents.querysets import path_of
from tests.factories import make_grid, make_line, make_post, make_user
from tests.registers import make_building, make_house, make_household, make_organisation, make_resident

pytestmark = pytest.mark.django_db


def test_a_worker_sees_the_people_of_their_grid_and_nobody_elses() -> None:
    line = make_line("worker", "secretary", "operator", "chief", "handler", "admin")
    mine = make_resident(make_house(line.base))
    neighbour = make_resident(make_house(make_grid(line.community)))
    assert list(Resident.objects.visible_to(line.worker)) == [mine]
    for person in (line.secretary, line.operator, line.chief):
        assert set(Resident.objects.visible_to(person)) == {mine, neighbour}
    assert not Resident.objects.visible_to(line.handler).exists()
    assert not Resident.objects.visible_to(line.admin).exists()


def test_a_post_in_a_micro_grid_opens_what_lies_in_it_only() -> None:
    line = make_line("worker")
    micro = make_grid(line.base, Kind.MICRO)
    lead = make_user()
    make_post(lead, Role.GRID_WORKER, micro)
    inside, outside = make_resident(make_house(micro)), make_resident(make_house(line.base))
    assert list(Resident.objects.visible_to(lead)) == [inside]
    assert set(Resident.objects.visible_to(line.worker)) == {inside, outside}


def test_rows_follow_a_community_that_moves_to_another_street() -> None:
    line = make_line("operator", "admin")
    other = make_grid(line.district)
    house = make_house(line.base)
    resident, organisation = make_resident(house), make_organisation(line.base)
    line.community.refresh_from_db()
    tree.move_node(line.community, other, actor=line.admin)
    for row in (house, house.estate, house.building, resident, organisation):
        row.refresh_from_db()
        assert row.street_id == other.pk
    assert not Resident.objects.visible_to(line.operator).exists()


def test_a_path_ends_in_a_grid() -> None:
    line = make_line("worker")
    assert path_of(line.base)["community_id"] == line.community.pk
    with pytest.raises(ValueError, match="is not a grid"):
        path_of(line.community)


def test_one_person_heads_one_household_and_is_a_member_of_one() -> None:
    head = make_resident(make_house(make_line("worker").base))
    make_household(head)
    with pytest.raises(IntegrityError, match="household_head_of_one"), transaction.atomic():
        Household.objects.create(house=head.house, head=head)


def test_an_identity_number_is_in_a_district_once() -> None:
    line = make_line("worker")
    first = make_resident(make_house(line.base))
    with pytest.raises(IntegrityError, match="resident_identity_once"), transaction.atomic():
        make_resident(first.house, identity_number=first.identity_number)


def test_the_record_keeps_old_values_apart_and_refuses_changes() -> None:
    line = make_line("worker")
    resident = make_resident(make_house(line.base))
    event = note(resident, Step.EDIT, actor=line.worker, now=timezone.now(), before={"phone": "12000000001"})
    assert event.fields == ["phone"]
    assert FormerValues.objects.get(event=event).values == '{"phone": "12000000001"}'
    with pytest.raises(DatabaseError, match="residents_event"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(note="other")


def test_a_building_knows_its_estate() -> None:
    building = make_building(make_line("worker").base)
    assert building.estate.community_id == building.community_id
