"""Deliberate damage to the tree is found, reported to administrators, and mended."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditRecord, Notification
from grids import tree_check
from grids.models import Grid
from grids.tasks import check_trees
from tests.factories import make_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_line("admin")


def test_a_sound_tree_has_no_faults(line):
    make_line("admin", lng=117)
    assert tree_check.find() == []
    call_command("check_tree")


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ({"lft": 900, "rght": 901}, "parent"),
        ({"rght": 1}, "numbers"),
        ({"level": 7}, "level"),
        ({"tree_id": 999}, "tree"),
    ],
)
def test_damage_is_found_and_mended(line, damage, name):
    Grid.objects.filter(pk=line.community.pk).update(**damage)
    assert name in {fault.name for fault in tree_check.find()}
    with pytest.raises(CommandError, match="fault"):
        call_command("check_tree")
    call_command("check_tree", "--repair")
    assert tree_check.find() == []
    assert list(Grid.objects.on_path_to(Grid.objects.get(pk=line.base.pk))) == [
        line.district,
        line.street,
        line.community,
        line.base,
    ]


def test_two_districts_with_one_tree_number_are_told_apart_again(line):
    other = make_line("admin", lng=117)
    Grid.objects.filter(tree_id=other.district.tree_id).update(tree_id=line.district.tree_id)
    assert "shared" in {fault.name for fault in tree_check.find()}
    tree_check.repair()
    assert tree_check.find() == []


def test_a_node_under_the_wrong_kind_is_named_but_left_to_people(line):
    Grid.objects.filter(pk=line.base.pk).update(kind="micro")
    assert [(fault.code, fault.name) for fault in tree_check.find()] == [(line.base.code, "kind")]


def test_the_nightly_task_tells_the_administrators(line):
    check_trees()
    assert not Notification.objects.exists()
    Grid.objects.filter(pk=line.base.pk).update(level=9)
    check_trees()
    assert Notification.objects.get().recipient == line.admin
    assert AuditRecord.objects.get(action="grids.tree_broken").detail["codes"] == [line.base.code]
