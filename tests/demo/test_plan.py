"""The demo's tree has the figures of the field reports, fits together exactly, and comes out the same again."""

from collections import Counter

import pytest
import shapely

from demo import divisions, geometry, plan
from demo.profiles import PROFILES
from demo.shares import apportion
from grids.models import Kind, Settlement


@pytest.fixture(scope="module", params=sorted(PROFILES))
def district(request):
    return plan.make(PROFILES[request.param], 42)


@pytest.fixture(scope="module")
def rencheng():
    return plan.make(PROFILES["rencheng"], 42)


@pytest.fixture(scope="module")
def taibaihu():
    return plan.make(PROFILES["taibaihu"], 42)


def nodes_of(district, *kinds):
    return [place for place in district.walk() if place.kind in kinds]


def test_the_figures_of_rencheng_are_exact(rencheng):
    counts = Counter(place.kind for place in rencheng.walk())
    assert counts[Kind.STREET] == 15
    assert counts[Kind.COMMUNITY] == 374
    assert rencheng.population == 1_162_189
    assert "济东物业服务中心" not in {place.name for place in rencheng.walk()}


def test_the_figures_of_taibaihu_are_exact(taibaihu):
    base = nodes_of(taibaihu, Kind.BASE)
    assert [street.name for street in taibaihu.children] == ["许庄街道", "石桥镇"]
    assert len(nodes_of(taibaihu, Kind.COMMUNITY)) == 57
    assert len(base) == 219
    assert Counter(grid.settlement for grid in base) == {Settlement.URBAN: 162, Settlement.RURAL: 57}


def test_an_invented_community_claims_no_published_code(district):
    published = {row["code"] for row in divisions.rows("villages")}
    for community in nodes_of(district, Kind.COMMUNITY):
        assert bool(community.statistical_code) == (community.code in published)


def test_people_add_up_at_every_level(district):
    for place in nodes_of(district, Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY):
        below = [child for child in place.children if child.kind != Kind.DEDICATED]
        assert place.population == sum(child.population for child in below)


def test_every_child_lies_within_its_parent(district):
    by_code = {place.code: place for place in district.walk()}
    for place in district.walk():
        if place.area is not None and place.parent:
            assert by_code[place.parent].area.covers(place.area), place.code


def test_siblings_share_edges_and_nothing_more(district):
    for parent in nodes_of(district, Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY):
        cells = [child.area for child in parent.children if child.kind != Kind.DEDICATED]
        assert shapely.coverage_is_valid(cells), parent.code
        assert geometry.union(cells).equals(parent.area)


def test_every_boundary_is_sound(district):
    assert [p.code for p in district.walk() if p.area is not None and not p.area.is_valid] == []
    assert all(p.area is not None for p in nodes_of(district, *set(Kind) - {Kind.MICRO}))


def test_the_district_of_rencheng_has_the_real_outline(rencheng):
    real = divisions.outline()
    assert rencheng.area.symmetric_difference(real).area < real.area / 10_000


def test_no_street_has_more_vertices_than_a_map_should_carry(district):
    for street in district.children:
        assert len(shapely.get_coordinates(street.area)) <= 400


def test_codes_follow_the_numbering_of_their_kind(district):
    for place in district.walk():
        tail = place.code.removeprefix(place.parent)
        assert place.code.startswith(place.parent)
        assert len(tail) == {Kind.DISTRICT: 6, Kind.MICRO: 2}.get(place.kind, 3)
        if place.kind in {Kind.BASE, Kind.DEDICATED}:
            assert (int(tail) > 900) == (place.kind == Kind.DEDICATED)


def test_a_dedicated_grid_is_shared_with_another_community_of_the_street(district):
    for street in district.children:
        (dedicated,) = nodes_of(street, Kind.DEDICATED)
        assert dedicated.co_managed_by != dedicated.parent
        assert dedicated.co_managed_by.startswith(street.code)


def test_the_same_seed_draws_the_same_tree_and_another_one_does_not(taibaihu):
    def picture(district):
        return [(p.code, p.population, p.area.wkt if p.area else "") for p in district.walk()]

    assert picture(plan.make(PROFILES["taibaihu"], 42)) == picture(taibaihu)
    assert picture(plan.make(PROFILES["taibaihu"], 43)) != picture(taibaihu)


def test_shares_add_up_and_keep_their_minimum():
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(10, [100, 1, 1], 2) == [6, 2, 2]
    with pytest.raises(ValueError, match="cannot be shared"):
        apportion(2, [1, 1, 1], 1)


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")])
def test_numerals_read_as_people_say_them(number, words):
    assert plan.numeral(number) == words
