"""A household has exactly one head, who is a member; memberships are dated and one at a time."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from residents import actions, kinship
from residents.errors import NotPossible, Stale
from residents.models import Household, Membership
from tests.factories import make_grid, make_line
from tests.registers import make_house, make_household, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_line("worker", "secretary")


@pytest.fixture
def house(line):
    return make_house(line.base)


def heads_are_members() -> bool:
    return all(
        Membership.objects.filter(household=row, resident=row.head, ended_on=None, kinship="02").exists()
        for row in Household.objects.open()
    )


def test_a_household_is_formed_with_its_members(line, house):
    head, wife = make_resident(house), make_resident(house)
    made = actions.form_household(house, actor=line.worker, head=head, members=[(wife, "12")], number="370899001")
    assert dict(made.memberships.values_list("resident", "kinship")) == {head.pk: "02", wife.pk: "12"}
    assert heads_are_members()
    assert {event.step for event in head.events.all()} == {"household"}


def test_nobody_is_in_two_households_at_a_time(line, house):
    head, other = make_resident(house), make_resident(house)
    make_household(head)
    with pytest.raises(NotPossible, match="in a household already"):
        actions.form_household(house, actor=line.worker, head=other, members=[(head, "12")])


def test_a_member_lives_there_or_is_registered_there(line, house):
    household = make_household(make_resident(house))
    elsewhere = make_resident(make_house(line.base))
    with pytest.raises(NotPossible, match="lives in the house"):
        actions.add_member(household, actor=line.worker, resident=elsewhere, kinship="20")
    registered = make_resident(make_house(line.base), registered_house=house)
    actions.add_member(household, actor=line.worker, resident=registered, kinship="20")
    assert household.memberships.filter(ended_on=None).count() == 2


def test_a_second_head_is_refused(line, house):
    household = make_household(make_resident(house))
    for relation in ("02", "77x"):
        with pytest.raises(NotPossible, match="related to the head"):
            actions.add_member(household, actor=line.worker, resident=make_resident(house), kinship=relation)


def test_another_member_takes_the_head_and_the_relations_turn(line, house):
    father, mother, son = make_resident(house, sex="1"), make_resident(house, sex="2"), make_resident(house, sex="1")
    household = make_household(father, mother, son)
    Membership.objects.filter(resident=mother).update(kinship="12")
    Membership.objects.filter(resident=son).update(kinship="22")
    actions.change_head(household, actor=line.worker, head=son, version=1)
    assert dict(Membership.objects.values_list("resident", "kinship")) == {
        father.pk: "51",
        mother.pk: "52",
        son.pk: "02",
    }
    assert heads_are_members()
    with pytest.raises(Stale):
        actions.change_head(household, actor=line.worker, head=mother, version=1)


def test_a_stranger_to_the_household_cannot_head_it(line, house):
    household = make_household(make_resident(house))
    with pytest.raises(NotPossible, match="member of the household"):
        actions.change_head(household, actor=line.worker, head=make_resident(house))


def test_a_head_goes_only_when_another_heads(line, house):
    head, wife = make_resident(house), make_resident(house)
    household = make_household(head, wife)
    with pytest.raises(NotPossible, match="heads the household now"):
        actions.end_membership(household, actor=line.worker, resident=head)
    actions.end_membership(household, actor=line.worker, resident=head, new_head=wife)
    assert heads_are_members()
    assert household.memberships.get(resident=head).ended_on == timezone.localdate()


def test_a_household_that_ends_lets_everybody_go(line, house):
    head, wife = make_resident(house), make_resident(house)
    household = make_household(head, wife)
    actions.dissolve(household, actor=line.worker)
    assert not Membership.objects.filter(ended_on=None).exists()
    with pytest.raises(NotPossible, match="has ended"):
        actions.dissolve(household, actor=line.worker)


def test_a_membership_never_ends_before_it_began(line, house):
    head, son = make_resident(house), make_resident(house)
    household = make_household(head)
    actions.add_member(household, actor=line.worker, resident=son, kinship="20")
    actions.end_membership(household, actor=line.worker, resident=son, day=timezone.localdate() - dt.timedelta(days=30))
    member = household.memberships.get(resident=son)
    assert member.ended_on == member.started_on


def test_a_household_of_another_grid_is_not_the_workers_to_change(line):
    household = make_household(make_resident(make_house(make_grid(line.community))))
    with pytest.raises(PermissionDenied):
        actions.dissolve(household, actor=line.worker)


def test_a_spouses_children_stay_children_and_parents_become_in_laws():
    assert kinship.of_member("12", "21", "2") == "21"
    assert kinship.of_member("12", "51", "2") == "53"
    assert kinship.of_member("11", "52", "1") == "56"
    assert kinship.of_member("99", "21", "1") == "99"
    assert kinship.of_old_head("51", "2") == "30"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_leave_at_once_one_is_refused_and_the_head_is_a_member():
    line = make_line("worker")
    house = make_house(line.base)
    head, wife = make_resident(house), make_resident(house)
    make_household(head, wife)

    def go(who, other):
        try:
            actions.leave(who, actor=None, why="moved", new_head=other)
        except NotPossible:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(go, (head, wife), (wife, head)))
    assert any(done)
    assert heads_are_members()
