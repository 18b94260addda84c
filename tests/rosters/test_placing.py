"""Rows that name no grid lie where their building does, or in the only grid of the community."""

import pytest

from residents.models import Resident
from tests.factories import make_grid
from tests.registers import identity_number, make_building, make_estate, make_house
from tests.rosters.lists import applied, checked, mistakes, outcomes

pytestmark = pytest.mark.django_db
HEADINGS = ("姓名", "身份证号", "社区", "现住地址")


@pytest.fixture
def street():
    return make_grid(make_grid())


def row(name, community="", address="颂运水庭4号楼2单元301室"):
    return [name, identity_number(), community, address]


def test_a_row_without_a_grid_goes_where_its_building_stands(street):
    community, elsewhere = make_grid(street), make_grid(street)
    first, second = make_grid(community), make_grid(community)
    estate = make_estate(community, name="颂运水庭小区")
    make_building(first, estate, number="4号楼")
    make_building(second, estate, number="5")
    known = make_house(make_grid(elsewhere), address_key="甲|1|1|101")
    make_grid(elsewhere)
    rows = [
        row("王四楼"),
        row("王五楼", community.code, "颂运水庭5栋1单元101"),
        row("王不明", community.code, "颂运水庭6栋1单元101"),
        row("王旧屋", "", "甲1号楼1单元101"),
        row("王无处", "", "乙1号楼1单元101"),
    ]
    batch = checked(street, rows, HEADINGS)
    assert outcomes(batch) == {"new": 3, "refused": 2}
    assert mistakes(batch) == {("address", "house_no_grid")}
    applied(batch)
    assert dict(Resident.objects.values_list("name", "grid_id")) == {
        "王四楼": first.pk,
        "王五楼": second.pk,
        "王旧屋": known.grid_id,
    }
    assert Resident.objects.get(name="王旧屋").house_id == known.pk
    assert outcomes(checked(street, rows[:2], HEADINGS)) == {"unchanged": 2}


def test_an_estate_of_two_communities_places_nobody_until_the_row_names_one(street):
    here, there = make_grid(street), make_grid(street)
    for community in (here, there):
        make_building(make_grid(community), make_estate(community, name="颂运水庭"), number="4")
        make_grid(community)
    batch = checked(street, [row("王不明"), row("王明", there.code)], HEADINGS)
    assert outcomes(batch) == {"refused": 1, "new": 1}


def test_the_only_grid_of_a_community_takes_what_names_none(street):
    community = make_grid(street)
    grid = make_grid(community)
    applied(checked(community, [row("王小明"), row("王小花", "", "")], HEADINGS))
    assert set(Resident.objects.values_list("name", "grid_id")) == {("王小明", grid.pk), ("王小花", grid.pk)}
