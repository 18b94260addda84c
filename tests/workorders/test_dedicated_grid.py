"""A dedicated grid belongs to its own community and to a second one that co-manages it; its own comes first."""

import pytest

from grids.models import Grid, Kind, Post
from grids.roles import Permission, Role
from tests.factories import Line, make_grid, make_line, make_order, make_post, make_user
from workorders import people
from workorders.clocks import level_of
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return make_line("secretary", "operator")


@pytest.fixture
def second(line) -> Grid:
    return make_grid(line.street, kind=Kind.COMMUNITY)


@pytest.fixture
def order(line, second) -> WorkOrder:
    mall = make_grid(line.community, kind=Kind.DEDICATED, co_managed_by=second)
    make_post(make_user(), Role.COMMUNITY_SECRETARY, second)
    return make_order(line, grid=mall, holder=mall, co_community=second)


def test_both_its_communities_are_communities(order, line, second):
    assert [level_of(order, node.pk) for node in (second, line.community, line.street)] == [
        "community",
        "community",
        "street",
    ]


def test_an_order_goes_up_to_its_own_community_before_the_second_one(order, line):
    now = order.reported_at
    assert people.nearest(order, order.grid_id, Permission.DISPATCH, now) == (line.community.pk, [line.secretary.pk])


def test_where_its_own_community_has_nobody_the_second_one_takes_it(order, line, second):
    Post.objects.filter(node=line.community).delete()
    holder_id, able = people.nearest(order, line.community.pk, Permission.DISPATCH, order.reported_at)
    assert (holder_id, len(able)) == (second.pk, 1)


def test_what_the_second_community_dispatched_stays_with_it(order, second):
    assert people.nearest(order, second.pk, Permission.DISPATCH, order.reported_at)[0] == second.pk
