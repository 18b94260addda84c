"""Households of a list, people who move, and those who are no longer on a complete one."""

import datetime as dt

import pytest

from residents.models import Household, Membership, Resident
from tests.factories import make_grid
from tests.registers import identity_number, make_house, make_household, make_resident
from tests.rosters.lists import HEADINGS, applied, checked, mistakes, outcomes, taken_back

pytestmark = pytest.mark.django_db
HOUSE = "颂运水庭4号楼2单元301室"
MAN = {"sex": "1", "identity_number": identity_number(dt.date(1985, 7, 12), 1), "born_on": dt.date(1985, 7, 12)}
WITH_KINSHIP = [*HEADINGS, "与户主关系"]


@pytest.fixture
def community():
    return make_grid(make_grid(make_grid()))


@pytest.fixture
def grid(community):
    return make_grid(community)


def family(grid):
    return [
        ["王大明", identity_number(), "", grid.code, HOUSE, "户主"],
        ["李小花", identity_number(), "", grid.code, HOUSE, "妻"],
        ["王小宝", identity_number(), "", grid.code, HOUSE, "子"],
    ]


def test_people_of_a_house_become_a_household_with_its_head(community, grid):
    rows = family(grid)
    batch = applied(checked(community, rows, WITH_KINSHIP))
    household = Household.objects.get()
    assert household.head.name == "王大明"
    assert sorted(household.memberships.values_list("resident__name", "kinship")) == [
        ("李小花", "12"),
        ("王大明", "02"),
        ("王小宝", "20"),
    ]
    assert batch.done["households"] == 1
    assert outcomes(checked(community, rows, WITH_KINSHIP)) == {"unchanged": 3}


def test_a_household_number_keeps_two_families_of_a_house_apart(community, grid):
    headings = [*WITH_KINSHIP, "户号"]
    rows = [[*row, "000000001"] for row in family(grid)]
    rows.append(["孙租客", identity_number(), "", grid.code, HOUSE, "户主", "000000002"])
    applied(checked(community, rows, headings))
    assert sorted(Household.objects.values_list("number", "head__name")) == [
        ("000000001", "王大明"),
        ("000000002", "孙租客"),
    ]


def test_a_household_without_a_head_is_warned_about_and_not_made(community, grid):
    rows = [[*row[:5], "子"] for row in family(grid)]
    batch = checked(community, rows, WITH_KINSHIP)
    assert mistakes(batch) == {("kinship", "head_none")}
    assert outcomes(batch) == {"new": 3}
    applied(batch)
    assert not Household.objects.exists()


def test_a_list_with_households_is_taken_back_whole(community, grid):
    taken_back(applied(checked(community, family(grid), WITH_KINSHIP)))
    assert (Resident.objects.count(), Household.objects.count(), Membership.objects.count()) == (0, 0, 0)


def test_a_family_that_moves_together_keeps_its_household(community, grid):
    applied(checked(community, rows := family(grid), WITH_KINSHIP))
    moved = [[*row[:4], "颂运水庭4号楼2单元302室", row[5]] for row in rows]
    batch = checked(community, moved, WITH_KINSHIP)
    assert batch.rows.first().fields == ["house"]
    applied(batch)
    household = Household.objects.get(ended_on=None)
    assert household.house.room_no == "302"
    assert household.memberships.filter(ended_on=None).count() == 3


def test_who_moves_alone_leaves_the_household_to_the_others(community, grid):
    applied(checked(community, rows := family(grid), WITH_KINSHIP))
    Resident.objects.update(registered_house=None)
    batch = checked(community, [[*rows[0][:4], "颂运水庭4号楼2单元302室"]])
    applied(batch)
    household = Household.objects.get(ended_on=None)
    assert household.head.name == "李小花"
    assert set(household.memberships.filter(ended_on=None).values_list("resident__name", flat=True)) == {
        "李小花",
        "王小宝",
    }


def test_nobody_moves_out_of_a_list_that_is_not_complete(community, grid):
    make_resident(make_house(grid), name="孙不在")
    batch = checked(community, family(grid), WITH_KINSHIP)
    assert outcomes(batch) == {"new": 3}


def test_a_complete_list_proposes_who_moved_out_and_takes_it_back(community, grid):
    house = make_house(grid)
    leaver, widow = make_resident(house, name="孙不在"), make_resident(house, name="赵在册", **MAN)
    make_household(leaver, widow)
    make_resident(make_house(make_grid(make_grid(community.parent))), name="外区人")
    row = ["赵在册", widow.identity_number, "", grid.code, ""]
    batch = checked(community, [row], is_complete=True)
    assert outcomes(batch) == {"unchanged": 1, "moved_out": 1}
    batch = applied(batch, {"moved_out": "apply"})
    leaver.refresh_from_db()
    assert (leaver.gone, batch.done["moved_out"]) == ("moved", 1)
    assert Household.objects.get(ended_on=None).head == widow
    assert leaver.events.filter(step="leave").count() == 1
    taken_back(batch)
    leaver.refresh_from_db()
    assert (leaver.gone, leaver.gone_on) == ("", None)


def test_somebody_on_an_unreadable_row_has_not_moved_out(community, grid):
    person = make_resident(make_house(grid), name="王小明")
    other = make_resident(make_house(grid), name="李小花")
    rows = [
        ["王小明", person.identity_number, "12", grid.code, ""],
        ["李小花", other.identity_number[:-2], "", grid.code, ""],
    ]
    batch = checked(community, rows, is_complete=True)
    assert outcomes(batch) == {"refused": 2}


def test_who_is_on_the_list_again_comes_back(community, grid):
    person = make_resident(make_house(grid), name="王小明", gone="moved", gone_on="2026-01-01", **MAN)
    batch = checked(community, [["王小明", person.identity_number, "", grid.code, ""]])
    assert batch.rows.get().fields == ["gone"]
    applied(batch)
    person.refresh_from_db()
    assert person.is_here
