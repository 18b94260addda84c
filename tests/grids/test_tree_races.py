"""Two administrators change the same tree at the same time, each on a connection of their own."""

import threading

import pytest
from django.db import close_old_connections, connection

from grids import actions
from grids.errors import InvalidTree
from grids.models import Grid, Kind
from tests.grids.places import assert_sound, fresh, grow_district

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs):
    """Run the jobs in threads that start together; return what each raised."""
    gate, failures = threading.Barrier(len(jobs)), []

    def run(job):
        try:
            gate.wait()
            job()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    return failures


def test_moving_and_adding_at_once_leaves_a_correct_tree():
    nodes = grow_district()
    communities = [nodes["community"], nodes["other_community"]]

    def add_many():
        for n in range(15):
            actions.add_node(communities[n % 2], actor=None, kind=Kind.BASE, name=f"Added {n}")

    def move_back_and_forth():
        for n in range(15):
            actions.move_node(nodes["base"], communities[(n + 1) % 2], actor=None)

    def move_the_whole():
        for n in range(10):
            street = (nodes["other_street"], nodes["street"])[n % 2]
            actions.move_node(nodes["community"], street, actor=None)

    assert at_once(add_many, add_many, move_back_and_forth, move_the_whole) == []
    assert_sound(nodes["district"])
    assert Grid.objects.within(fresh(nodes["district"])).count() == 7 + 30
    for community in communities:
        codes = list(Grid.objects.filter(parent=community).order_by("lft").values_list("code", flat=True))
        assert codes == sorted(codes)
        assert all(code.startswith(fresh(community).code) for code in codes)


def test_of_two_who_give_the_same_code_one_is_told():
    nodes = grow_district()

    def add():
        actions.add_node(nodes["community"], actor=None, kind=Kind.BASE, code="370811001001007", name="New")

    (failure,) = at_once(add, add)
    assert isinstance(failure, InvalidTree)
    assert "370811001001007" in str(failure)  # a thread of its own speaks the language of the installation
    assert_sound(nodes["district"])


def test_districts_made_at_once_get_trees_of_their_own():
    failures = at_once(*(lambda code=code: grow_district(code) for code in ("370811", "410102", "110101")))
    assert failures == []
    districts = list(Grid.objects.filter(kind=Kind.DISTRICT))
    assert len({district.tree_id for district in districts}) == 3
    for district in districts:
        assert_sound(district)
