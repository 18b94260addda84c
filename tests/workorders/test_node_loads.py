"""Open and overdue orders in the tree: where it is red, for whoever may see the orders."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.workload import Load
from tests.factories import make_grid, make_line, make_order
from workorders import node_loads
from workorders.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_line("worker", "secretary", "dispatcher", "clerk")


def test_each_level_counts_what_is_open_and_overdue_below_it(line):
    now = timezone.now()
    make_order(line, State.FILED, due_at=now - dt.timedelta(hours=1))
    make_order(line, State.FILED, due_at=now + dt.timedelta(hours=1))
    make_order(line, State.CLOSED)
    nodes = [line.district, line.street, line.community, line.base]
    assert node_loads.count(line.dispatcher, nodes, now) == {node.pk: Load(2, 1) for node in nodes}


def test_work_of_a_shared_grid_counts_in_both_communities(line):
    other = make_grid(line.street)
    make_order(line, State.FILED, co_community=other)
    assert node_loads.count(line.dispatcher, [line.community, other], timezone.now()) == {
        line.community.pk: Load(1, 0),
        other.pk: Load(1, 0),
    }


def test_what_one_may_not_see_is_not_counted(line):
    make_order(line, State.FILED, is_confidential=True)
    assert node_loads.count(line.worker, [line.base], timezone.now()) == {}
    assert node_loads.count(line.secretary, [line.base], timezone.now()) == {line.base.pk: Load(1, 0)}


def test_the_tree_and_the_node_page_show_it_in_words(client, line):
    make_order(line, State.FILED, due_at=timezone.now() - dt.timedelta(hours=1))
    line.dispatcher.language = "en"
    line.dispatcher.save(update_fields=["language"])
    client.force_login(line.dispatcher)
    for url in (
        reverse("grids:tree"),
        reverse("grids:children", args=[line.street.pk]),
        line.community.get_absolute_url(),
    ):
        page = client.get(url, headers={"Accept-Language": "en"}).content.decode()
        assert "1 open" in page
        assert "1 overdue" in page
