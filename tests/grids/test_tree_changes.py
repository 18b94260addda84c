"""The one door to the tree: what may be added, moved, changed and closed, and what is refused in plain words."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditRecord
from grids import actions, units
from grids.errors import InvalidTree
from grids.models import FormerCode, Grid, Kind, Post, Settlement
from grids.roles import Role
from tests.grids.places import assert_sound, fresh, grow_district, make_person, tree_of

pytestmark = pytest.mark.django_db


def add(parent, kind, **facts):
    return actions.add_node(parent, actor=None, kind=kind, **{"name": "New"} | facts)


def test_nodes_stand_in_the_order_of_their_codes_whatever_the_order_of_adding():
    nodes = grow_district()
    add(nodes["street"], Kind.COMMUNITY, code="370811001005")
    add(nodes["street"], Kind.COMMUNITY, code="370811001003")

    codes = [code for depth, code in tree_of(nodes["district"]) if depth == 2]
    assert codes == ["370811001001", "370811001002", "370811001003", "370811001005"]
    assert_sound(nodes["district"])


def test_a_second_district_leaves_the_numbers_of_the_first_alone():
    first = grow_district("410102")["district"]
    before = fresh(first).tree_id
    second = grow_district("370811")["district"]  # sorts before the first one

    assert fresh(first).tree_id == before
    assert second.tree_id != before
    assert_sound(first)
    assert_sound(second)


def test_one_may_add_below_a_node_that_was_read_long_ago():
    nodes = grow_district()
    stale = fresh(nodes["community"])
    for _ in range(3):
        add(nodes["street"], Kind.COMMUNITY)
        add(stale, Kind.BASE)
    assert_sound(nodes["district"])


@pytest.mark.parametrize(
    ("parent", "kind", "words"),
    [
        ("district", Kind.COMMUNITY, "under a street"),
        ("district", Kind.BASE, "under a community"),
        ("street", Kind.BASE, "under a community"),
        ("street", Kind.DEDICATED, "under a community"),
        ("community", Kind.MICRO, "under a base grid"),
        ("base", Kind.BASE, "under a community"),
        ("base", Kind.STREET, "under a district"),
        ("district", Kind.DISTRICT, "nothing above it"),
    ],
)
def test_each_kind_has_its_place(parent, kind, words):
    nodes = grow_district()
    with pytest.raises(InvalidTree, match=words) as refused:
        add(nodes[parent], kind)
    assert refused.value.field == "parent"


@pytest.mark.parametrize(
    ("parent", "kind", "code"),
    [
        ("district", Kind.STREET, "370812003"),
        ("district", Kind.STREET, "370811600"),
        ("street", Kind.COMMUNITY, "370811001000"),
        ("street", Kind.COMMUNITY, "3708110010030"),
        ("community", Kind.BASE, "370811001001901"),
        ("community", Kind.BASE, "37081100100１"),
        ("community", Kind.DEDICATED, "370811001001900"),
        ("base", Kind.MICRO, "37081100100100100"),
        ("base", Kind.MICRO, "3708110010010011"),
    ],
)
def test_a_code_is_its_parents_with_a_number_of_its_kind(parent, kind, code):
    nodes = grow_district()
    with pytest.raises(InvalidTree, match="followed by") as refused:
        add(nodes[parent], kind, code=code)
    assert refused.value.field == "code"


def test_a_code_is_given_once():
    nodes = grow_district()
    with pytest.raises(InvalidTree, match="is given"):
        add(nodes["community"], Kind.BASE, code=nodes["base"].code)


def test_without_a_code_a_node_takes_the_next_one_of_its_kind():
    nodes = grow_district()
    assert add(nodes["community"], Kind.BASE).code == "370811001001003"
    assert add(nodes["community"], Kind.DEDICATED).code == "370811001001901"
    assert add(nodes["base"], Kind.MICRO).code == "37081100100100101"
    assert add(nodes["street"], Kind.COMMUNITY).code == "370811001003"
    assert add(nodes["street"], Kind.COMMUNITY, settlement=Settlement.RURAL).code == "370811001200"
    assert add(nodes["district"], Kind.STREET).code == "370811003"


def test_the_number_of_a_closed_grid_is_not_given_again():
    nodes = grow_district()
    last = add(nodes["community"], Kind.BASE)
    actions.close_node(last, actor=None)
    assert add(nodes["community"], Kind.BASE).code == "370811001001004"


def test_numbers_fill_their_gaps_once_the_end_is_reached():
    nodes = grow_district()
    add(nodes["base"], Kind.MICRO, code=nodes["base"].code + "99")
    assert add(nodes["base"], Kind.MICRO).code == nodes["base"].code + "01"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 81}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"settlement": "suburb"}, "settlement"),
        ({"households": -1}, "households"),
        ({"households": 10**12}, "households"),
        ({"four_sides": "x" * 201}, "four_sides"),
    ],
)
def test_facts_that_do_not_fit_name_their_field(facts, field):
    nodes = grow_district()
    with pytest.raises(InvalidTree) as refused:
        add(nodes["community"], Kind.BASE, **facts)
    assert refused.value.field == field
    with pytest.raises(InvalidTree) as refused:
        actions.update_node(nodes["base"], actor=None, **facts)
    assert refused.value.field == field


def test_another_community_of_the_district_may_co_manage_a_dedicated_grid():
    nodes = grow_district()
    mall = add(nodes["community"], Kind.DEDICATED, co_managed_by=nodes["other_community"])
    assert fresh(mall).co_managed_by == nodes["other_community"]

    for wrong in ("community", "street", "base"):
        with pytest.raises(InvalidTree, match="Another community"):
            actions.update_node(mall, actor=None, co_managed_by=nodes[wrong])
    with pytest.raises(InvalidTree, match="Only a dedicated grid"):
        actions.update_node(nodes["base"], actor=None, co_managed_by=nodes["other_community"])


def test_a_moved_node_takes_all_below_it_along_and_a_code_of_its_new_place():
    nodes = grow_district()
    micro = add(nodes["base"], Kind.MICRO)
    moved = actions.move_node(nodes["base"], nodes["other_community"], actor=None)

    assert (moved.parent, moved.code) == (nodes["other_community"], "370811001002001")
    assert fresh(micro).code == "37081100100200101"
    assert set(FormerCode.objects.values_list("grid", "code")) == {
        (moved.pk, "370811001001001"),
        (micro.pk, "37081100100100101"),
    }
    assert list(Grid.objects.within(fresh(nodes["other_community"])).values_list("pk", flat=True)) == [
        nodes["other_community"].pk,
        moved.pk,
        micro.pk,
    ]
    assert_sound(nodes["district"])


def test_a_former_code_is_given_to_nobody_else_but_may_be_taken_back():
    nodes = grow_district()
    base = actions.move_node(nodes["base"], nodes["other_community"], actor=None)
    with pytest.raises(InvalidTree, match="was given once"):
        add(nodes["community"], Kind.BASE, code="370811001001001")

    back = actions.move_node(base, nodes["community"], actor=None, code="370811001001001")
    assert back.code == "370811001001001"


@pytest.mark.parametrize(
    ("node", "parent", "words"),
    [
        ("base", "street", "under a community"),
        ("base", "community", "already there"),
        ("community", "community", "under a street"),
        ("district", "street", "nothing above it"),
    ],
)
def test_a_move_against_the_rules_is_refused(node, parent, words):
    nodes = grow_district()
    before = tree_of(nodes["district"])
    with pytest.raises(InvalidTree, match=words):
        actions.move_node(nodes[node], nodes[parent], actor=None)
    assert tree_of(nodes["district"]) == before


def test_a_node_stays_in_its_district():
    here, there = grow_district("370811"), grow_district("410102")
    with pytest.raises(InvalidTree, match="stays in its district"):
        actions.move_node(here["community"], there["street"], actor=None)


def test_higher_apps_hear_of_a_move_in_its_transaction(monkeypatch):
    nodes = grow_district()
    heard = []
    monkeypatch.setattr(actions, "_moved", [])
    actions.on_node_moved(lambda node, old_parent: heard.append((node.parent_id, old_parent.pk, node.level)))
    actions.move_node(nodes["community"], nodes["other_street"], actor=None)
    assert heard == [(nodes["other_street"].pk, nodes["street"].pk, 2)]


def test_a_new_code_is_handed_down():
    nodes = grow_district()
    actions.update_node(nodes["community"], actor=None, code="370811001009", name="Renamed")

    assert [code for depth, code in tree_of(nodes["district"]) if depth >= 2] == [
        "370811001002",  # the renamed one now comes after it
        "370811001009",
        "370811001009001",
        "370811001009002",
    ]
    assert fresh(nodes["base"]).code == "370811001009001"
    assert fresh(nodes["community"]).name == "Renamed"
    assert_sound(nodes["district"])


def test_a_district_keeps_its_code():
    nodes = grow_district()
    with pytest.raises(InvalidTree, match="keeps its code"):
        actions.update_node(nodes["district"], actor=None, code="370812")


def test_a_closed_node_stays_on_record_and_its_posts_end_with_it():
    nodes = grow_district()
    post = Post.objects.create(
        user=make_person(), role=Role.GRID_WORKER, node=nodes["base"], starts_on=timezone.localdate()
    )
    closed = actions.close_node(nodes["base"], actor=None)

    assert closed.valid_to == timezone.localdate()
    assert closed in Grid.objects.in_force(timezone.localdate())
    assert closed not in Grid.objects.in_force(timezone.localdate() + dt.timedelta(days=1))
    post.refresh_from_db()
    assert post.ends_on == timezone.localdate()


def test_a_node_with_others_in_force_below_it_is_not_closed():
    nodes = grow_district()
    with pytest.raises(InvalidTree, match="2 nodes below are still in force"):
        actions.close_node(nodes["community"], actor=None)
    actions.close_node(nodes["base"], actor=None)
    with pytest.raises(InvalidTree, match="1 node below is still in force"):
        actions.close_node(nodes["community"], actor=None)


def test_nothing_is_added_under_a_closed_node():
    nodes = grow_district()
    closed = add(nodes["street"], Kind.COMMUNITY, valid_from=timezone.localdate() - dt.timedelta(days=9))
    actions.close_node(closed, actor=None, day=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(InvalidTree, match="no longer in force"):
        add(closed, Kind.BASE)


def test_each_node_finds_a_default_unit_at_or_above_it():
    nodes = grow_district()
    street_centre, district_centre = nodes["street"].default_unit, nodes["district"].default_unit
    assert units.default_unit_for(nodes["base"]) == street_centre
    assert units.default_unit_for(nodes["street"]) == street_centre
    assert units.default_unit_for(nodes["district"]) == district_centre

    type(street_centre).objects.filter(pk=street_centre.pk).update(is_active=False)
    assert units.default_unit_for(nodes["base"]) == district_centre


def test_a_default_unit_belongs_to_the_node_or_to_one_above():
    nodes = grow_district()
    actions.update_node(nodes["base"], actor=None, default_unit=nodes["district"].default_unit)
    with pytest.raises(InvalidTree, match="one above it"):
        actions.update_node(nodes["base"], actor=None, default_unit=nodes["other_street"].default_unit)


def test_only_who_manages_the_tree_there_may_change_it():
    nodes = grow_district()
    street_admin = make_person("street-admin")
    Post.objects.create(user=street_admin, role=Role.SYS_ADMIN, node=nodes["street"])
    worker = make_person("worker")
    Post.objects.create(user=worker, role=Role.GRID_WORKER, node=nodes["base"])

    actions.update_node(nodes["base"], actor=street_admin, name="New name")
    for attempt in (
        lambda: actions.update_node(nodes["district"], actor=street_admin, name="Mine"),
        lambda: actions.add_node(nodes["other_street"], actor=street_admin, kind=Kind.COMMUNITY, name="Mine"),
        lambda: actions.move_node(nodes["community"], nodes["other_street"], actor=street_admin),
        lambda: actions.add_node(None, actor=street_admin, kind=Kind.DISTRICT, code="110101", name="Mine"),
        lambda: actions.update_node(nodes["base"], actor=worker, name="Mine"),
        lambda: actions.set_boundary(nodes["base"], None, actor=worker),
        lambda: actions.close_node(nodes["base"], actor=worker),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_each_change_is_on_record_and_raises_the_maps_version():
    nodes = grow_district()
    admin = make_person("admin", is_superuser=True)
    version = fresh(nodes["district"]).map_version
    actions.add_node(nodes["community"], actor=admin, kind=Kind.BASE, name="New")
    actions.update_node(nodes["base"], actor=admin, name="Renamed")
    actions.move_node(nodes["base"], nodes["other_community"], actor=admin)
    actions.close_node(nodes["base"], actor=admin)

    assert fresh(nodes["district"]).map_version == version + 4
    records = AuditRecord.objects.filter(actor=admin).order_by("pk")
    assert [r.action for r in records] == ["grids.add_node", "grids.update_node", "grids.move_node", "grids.close_node"]
    assert records[2].detail["old_code"] == "370811001001001"
    assert records[2].subject_id == str(nodes["base"].pk)
