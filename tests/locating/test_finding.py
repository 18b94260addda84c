"""An address finds its grid: from its words, from a position, and not at all rather than a wrong one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grids import actions as tree
from grids.roles import Role
from locating import actions
from locating.finding import find_many
from locating.weighing import Doubt
from locating.words import key_of
from residents import actions as registers
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "颂运花园3号楼",
        "颂运花园 三号楼 二单元 501 室",
        "颂运花园3#2-501",
        "颂运花园３－２－５０１",
        "颂运花园小区3栋",
        "山东省济宁市颂运花园3幢1单元",
        "京杭社区颂运花园三号楼",
        "颂运花园",
        "建设路12号",
        "市民反映颂运花园3号楼",
        "京杭社区第一网格",
        "京杭社区居委会1网格",
    ],
)
def test_customary_ways_of_writing_find_the_grid(town, text):
    assert town.grid(text) == town.a.pk


def test_a_candidate_says_which_words_led_to_it(town):
    best = town.find("京杭社区颂运花园3号楼2单元501室").best
    assert [(word.kind, word.text) for word in best.words] == [
        ("community", "京杭社区"),
        ("estate", "颂运花园"),
        ("building", "3"),
    ]
    assert best.estate_id == town.whole.pk
    assert best.building_id == town.whole.buildings.get(number="3").pk


def test_a_building_tells_in_which_grid_of_its_estate_one_is(town):
    assert town.grid("翠湖名苑2号楼") == town.a.pk
    assert town.grid("翠湖名苑三号楼") == town.b.pk


def test_an_estate_in_several_grids_without_a_building_is_not_sure(town):
    found = town.find("翠湖名苑小区")
    assert not found.is_sure
    assert {candidate.grid_id for candidate in found.candidates} == {town.a.pk, town.b.pk}
    assert found.doubts == (Doubt.NO_BUILDING,)


def test_a_name_in_two_communities_needs_another_word(town):
    found = town.find("太白家园1号楼")
    assert not found.is_sure
    assert {candidate.grid_id for candidate in found.candidates} == {town.b.pk, town.c.pk}
    assert Doubt.AMBIGUOUS in found.doubts
    assert town.grid("古槐社区太白家园1号楼") == town.c.pk


def test_an_estate_that_is_not_in_the_named_community_is_not_sure(town):
    found = town.find("古槐社区颂运花园3号楼")
    assert not found.is_sure
    assert Doubt.CLASH in found.doubts


def test_houses_of_a_village_are_found_by_their_number(town):
    assert town.grid("潘王乔村57号") == town.v2.pk
    assert town.grid("潘王乔村委会12号") == town.v1.pk
    assert town.grid("潘王乔12号") == town.v1.pk
    assert not town.find("潘王乔村").is_sure
    assert not town.find("潘王乔村99号").is_sure


@pytest.mark.parametrize("text", ["颂运花园附近", "颂运花园3号楼对面", "颂运花园北侧"])
def test_what_lies_near_a_place_is_less_sure(town, text):
    found = town.find(text)
    assert not found.is_sure
    assert found.best.grid_id == town.a.pk
    assert found.doubts == (Doubt.NEAR,)


@pytest.mark.parametrize("text", ["颂运花圆3号楼", "颂运花3号楼", "颂运大花园3号楼"])
def test_one_wrong_character_still_finds_it_but_not_surely(town, text):
    found = town.find(text)
    assert found.best.grid_id == town.a.pk
    assert not found.is_sure
    assert town.grid(f"京杭社区{text}") == town.a.pk


@pytest.mark.parametrize(
    "text",
    [
        "颂运花园东区3号楼",
        "新颂运花园3号楼",
        "颂运小区",
        "兖州区颂运花园3号楼",
        "江苏省颂运花园",
        "颂运花园幼儿园",
        "古槐",
    ],
)
def test_what_may_be_another_place_of_a_like_name_is_not_sure(town, text):
    assert not town.find(text).is_sure


@pytest.mark.parametrize("text", ["", "  ", "某某大厦5楼", "古槐路", "京杭大运河", "👋" * 400, "\x00", "\ud800百"])
def test_what_is_unknown_finds_nothing(town, text):
    assert town.find(text).candidates == ()


def test_a_micro_grid_answers_where_it_has_people(town):
    assert town.grid("龙湖公馆1号楼") == town.c.pk
    make_post(make_user(), Role.MICRO_LEAD, town.micro)
    assert town.grid("龙湖公馆1号楼") == town.micro.pk
    assert town.find("龙湖公馆1号楼").best.base_id == town.c.pk


def test_a_position_decides_and_says_when_the_words_say_otherwise(town):
    in_a, in_b = (116.505, 35.405), (116.605, 35.405)
    assert town.grid("", point=in_a) == town.a.pk
    assert town.grid("翠湖名苑小区", point=in_b) == town.b.pk
    found = town.find("颂运花园3号楼", point=in_b)
    assert found.differs
    assert not found.is_sure
    assert [candidate.grid_id for candidate in found.candidates] == [town.b.pk, town.a.pk]
    assert [candidate.is_of_point for candidate in found.candidates] == [True, False]
    assert town.grid("颂运花园3号楼", point=(100.0, 20.0)) == town.a.pk


def test_a_change_of_registers_and_tree_is_seen_at_once(town):
    assert town.find("书香雅苑1号楼").candidates == ()
    fresh = registers.add_estate(town.second, actor=None, name="书香雅苑")
    building = registers.add_building(town.c, actor=None, estate=fresh, number="1")
    assert town.grid("书香雅苑1号楼") == town.c.pk
    registers.edit_estate(fresh, actor=None, name="书香名邸")
    assert town.find("书香雅苑1号楼").candidates == ()
    assert town.grid("书香名邸1号楼") == town.c.pk
    registers.retire_building(building, actor=None)
    registers.retire_estate(fresh, actor=None)
    assert town.find("书香名邸1号楼").candidates == ()
    tree.update_node(town.c, actor=None, name="古槐社区第九网格")
    assert town.grid("古槐社区九网格") == town.c.pk


def test_many_at_once_are_found_as_one_by_one(town, django_assert_max_num_queries):
    texts = ["颂运花园3号楼", "潘王乔村57号", "太白家园", "", "龙湖公馆1号楼"] * 300
    one_by_one = [town.find(text) for text in texts[:5]]
    with django_assert_max_num_queries(8):
        found = find_many(texts, district=town.district)
    assert found == one_by_one * 300


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            ["颂运花园", "京杭社区", "潘王乔村", "建设路", "三号楼", "3#", "-", "第", "网格", "号", "附近", "东区"]
        )
        | st.text(max_size=6),
        max_size=12,
    )
)
def test_whatever_is_written_is_answered(town, parts):
    found = town.find("".join(parts))
    assert all(0 <= candidate.score <= 1 for candidate in found.candidates)
    assert not found.is_sure or found.best.score >= 0.8
    assert found.is_sure or not found.candidates or found.doubts or found.best.score < 0.8
    assert key_of("".join(parts)).count("|") <= 1
    actions.correct("".join(parts), actor=None, grid=town.c)
