"""Estates, buildings and houses: entered, changed, passed to another grid with their history, retired."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditRecord
from grids import actions as tree
from grids.errors import InvalidTree
from grids.models import Kind
from residents import actions
from residents.addresses import address_key
from residents.errors import NotPossible, Stale
from residents.models import Building, Estate, House, Step
from tests.factories import Line, make_grid, make_line
from tests.registers import make_building, make_house, make_household, make_organisation, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return make_line("worker", "secretary", "operator", "chief")


def test_a_worker_enters_an_estate_a_building_and_its_houses_at_once(line: Line) -> None:
    estate = actions.add_estate(line.community, actor=line.worker, name="颂运水庭", road="北湖路8号")
    building = actions.add_building(line.base, actor=line.worker, estate=estate, number="四号楼", units=2, floors=3)
    made = actions.add_houses(building, actor=line.worker, units=["1", "2"], floors=[1, 2, 3], rooms=2)
    assert (building.number, made) == ("4", 12)
    house = House.objects.get(unit_no="2", room_no="302")
    assert house.address == "颂运水庭4号楼2单元302室"
    assert house.address_key == address_key("颂运水庭小区 4# 2-302")
    assert (house.floor, house.grid_id, house.community_id) == (3, line.base.pk, line.community.pk)
    assert [event.step for event in house.events.all()] == [Step.ADD]
    deeds = AuditRecord.objects.filter(actor=line.worker).values_list("action", flat=True)
    assert set(deeds) == {"residents.add_estate", "residents.add_building"}


def test_making_them_again_adds_only_what_is_missing(line: Line) -> None:
    building = make_building(line.base)
    actions.add_houses(building, actor=line.worker, units=["1"], floors=[1], rooms=2)
    assert actions.add_houses(building, actor=line.worker, units=["1"], floors=[1, 2], rooms=2) == 2
    assert House.objects.filter(building=building).count() == 4


def test_not_more_than_a_thousand_are_made_at_once(line: Line) -> None:
    with pytest.raises(NotPossible):
        actions.add_houses(make_building(line.base), actor=line.worker, units=["1"], floors=range(1, 101), rooms=11)
    assert not House.objects.exists()


def test_a_village_s_house_has_its_number_alone(line: Line) -> None:
    estate = actions.add_estate(line.community, actor=line.secretary, name="李庄村")
    house = actions.add_house(line.base, actor=line.worker, estate=estate, room_no="三十五号")
    assert (house.address, house.address_key, house.floor) == ("李庄村35号", address_key("李庄村35号"), None)


def test_no_address_estate_or_building_is_entered_twice(line: Line) -> None:
    estate = actions.add_estate(line.community, actor=line.worker, name="颂运水庭")
    building = actions.add_building(line.base, actor=line.worker, estate=estate, number="4")
    actions.add_house(line.base, actor=line.worker, building=building, unit_no="2", room_no="301")
    for again in (
        lambda: actions.add_estate(line.community, actor=line.worker, name="颂运水庭"),
        lambda: actions.add_building(line.base, actor=line.worker, estate=estate, number="04栋"),
        lambda: actions.add_house(line.base, actor=line.worker, building=building, unit_no="二单元", room_no="301室"),
    ):
        with pytest.raises(NotPossible):
            again()


def test_nobody_enters_or_changes_places_outside_their_area(line: Line) -> None:
    elsewhere = make_grid(make_grid(line.street, Kind.COMMUNITY))
    neighbour = make_grid(line.community)
    estate = make_building(neighbour).estate
    house = make_house(neighbour)
    for forbidden in (
        lambda: actions.add_estate(elsewhere.parent, actor=line.worker, name="外"),
        lambda: actions.add_building(neighbour, actor=line.worker, estate=estate, number="9"),
        lambda: actions.add_house(neighbour, actor=line.worker, estate=estate, room_no="9"),
        lambda: actions.edit_house(house, actor=line.worker, use="vacant"),
        lambda: actions.retire_house(house, actor=line.worker),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_a_house_keeps_what_it_was_before_a_change(line: Line) -> None:
    house = make_house(line.base)
    changed = actions.edit_house(house, actor=line.worker, version=1, use="vacant", owner_phone="12800000001")
    assert (changed.use, changed.version) == ("vacant", 2)
    event = house.events.get()
    assert (event.step, event.fields) == (Step.EDIT, ["owner_phone", "use"])
    assert '"use": "owned"' in event.former.values
    with pytest.raises(Stale):
        actions.edit_house(house, actor=line.worker, version=1, use="rented")


def test_saving_what_stands_there_already_writes_nothing(line: Line) -> None:
    house = make_house(line.base)
    assert actions.edit_house(house, actor=line.worker, use="owned").version == 1
    assert not house.events.exists()


def test_a_house_that_changes_grid_takes_its_people_along_and_says_so(line: Line) -> None:
    other = make_grid(line.community)
    house = make_house(line.base)
    person, organisation = make_resident(house), make_organisation(line.base, house=house)
    away = make_resident(make_house(line.base), registered_house=house)
    actions.edit_house(house, actor=line.secretary, grid=other, reason="网格调整")
    for row in (house, person, organisation):
        row.refresh_from_db()
        assert row.grid_id == other.pk
    away.refresh_from_db()
    assert away.grid_id == line.base.pk  # lives elsewhere
    moved = house.relocations.get()
    assert (moved.from_grid, moved.to_grid, moved.reason) == (line.base, other, "网格调整")
    assert house.events.get().step == Step.RELOCATE


def test_a_worker_cannot_pass_a_house_to_a_grid_they_do_not_keep(line: Line) -> None:
    with pytest.raises(PermissionDenied):
        actions.edit_house(make_house(line.base), actor=line.worker, grid=make_grid(line.community))


def test_a_building_passes_to_another_grid_with_its_houses(line: Line) -> None:
    other = make_grid(line.community)
    building = make_building(line.base)
    houses = [make_house(line.base, building) for _ in range(3)]
    actions.edit_building(building, actor=line.secretary, grid=other, reason="拆分")
    assert Building.objects.get().grid == other
    assert set(House.objects.values_list("grid_id", flat=True)) == {other.pk}
    assert all(house.relocations.get().to_grid == other for house in houses)


def test_houses_of_a_micro_grid_follow_it_to_another_grid(line: Line) -> None:
    micro, other = make_grid(line.base, Kind.MICRO), make_grid(line.community)
    house = make_house(micro)
    person, stays = make_resident(house), make_house(line.base)
    tree.move_node(micro, other, actor=None)
    for row in (house, person):
        row.refresh_from_db()
        assert (row.grid_id, row.micro_id) == (other.pk, micro.pk)
    stays.refresh_from_db()
    assert stays.grid_id == line.base.pk
    assert house.relocations.get().from_grid == line.base
    assert house.events.get().step == Step.RELOCATE


def test_a_grid_does_not_move_into_a_community_that_has_one_of_its_addresses(line: Line) -> None:
    there = make_grid(make_grid(line.street, Kind.COMMUNITY))
    ours = make_house(line.base)
    make_house(there, address_key=ours.address_key)
    with pytest.raises(InvalidTree):
        tree.move_node(line.base, there.parent, actor=None)


def test_what_still_holds_something_is_not_retired(line: Line) -> None:
    house = make_house(line.base)
    person = make_resident(house)
    building, estate = house.building, house.estate
    for held in (
        lambda: actions.retire_house(house, actor=line.worker),
        lambda: actions.retire_building(building, actor=line.worker),
        lambda: actions.retire_estate(estate, actor=line.worker),
    ):
        with pytest.raises(NotPossible):
            held()
    household = make_household(person)
    person.house = person.registered_house = None
    person.save()
    with pytest.raises(NotPossible):
        actions.retire_house(house, actor=line.worker)
    household.ended_on = household.started_on
    household.save()
    actions.retire_house(house, actor=line.worker, reason="拆除")
    actions.retire_building(building, actor=line.worker)
    actions.retire_estate(estate, actor=line.worker)
    assert not House.objects.standing().exists()
    assert house.events.get().step == Step.RETIRE


def test_a_retired_address_may_be_entered_anew(line: Line) -> None:
    house = make_house(line.base, room_no="301")
    actions.retire_house(house, actor=line.worker)
    again = actions.add_house(line.base, actor=line.worker, building=house.building, unit_no="1", room_no="301")
    assert again.pk != house.pk
    with pytest.raises(NotPossible):
        actions.edit_house(house, actor=line.worker, use="vacant")


def test_a_new_name_of_the_estate_or_number_of_the_building_stands_in_every_address(line: Line) -> None:
    house = make_house(line.base)
    house = actions.edit_house(house, actor=line.worker, unit_no="1", room_no="301")
    actions.edit_estate(house.estate, actor=line.secretary, name="新颂运水庭")
    actions.edit_building(house.building, actor=line.secretary, number="12")
    house.refresh_from_db()
    assert house.address == "新颂运水庭12号楼1单元301室"
    assert house.address_key == address_key(house.address)


def test_a_building_is_led_by_somebody_who_lives_in_it(line: Line) -> None:
    house = make_house(line.base)
    lead, stranger = make_resident(house), make_resident(make_house(line.base))
    with pytest.raises(NotPossible):
        actions.name_head(house.building, actor=line.worker, head=stranger)
    assert actions.name_head(house.building, actor=line.worker, head=lead).head == lead


def test_who_has_a_grid_of_a_community_sees_its_estates_and_no_others(line: Line) -> None:
    mine = make_building(make_grid(line.community)).estate
    make_building(make_grid(make_grid(line.street, Kind.COMMUNITY)))
    assert list(Estate.objects.visible_to(line.worker)) == [mine]
    assert list(Estate.objects.visible_to(line.secretary)) == [mine]
    assert Estate.objects.visible_to(line.operator).count() == 2
    assert list(Estate.objects.changeable_by(line.worker)) == [mine]
