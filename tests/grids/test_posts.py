"""Posts: who may hold what, where and when; what ended stays on record."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditRecord
from grids import posts, units
from grids.backends import PostBackend
from grids.errors import InvalidPost, InvalidUnit
from grids.models import Employment, Grid, Post
from grids.roles import PERMISSIONS, Permission, Role
from grids.standing import load_standing
from tests.grids.places import grow_district, make_person
from tests.grids.test_tree_races import at_once

DAY = dt.timedelta(days=1)
db = pytest.mark.django_db


def give(user, role, node, **more):
    return posts.give_post(user, actor=None, role=role, node=node, **more)


@db
def test_a_post_begins_today_and_gives_its_permissions_at_the_node_and_below():
    nodes = grow_district()
    secretary = make_person()
    give(secretary, Role.COMMUNITY_SECRETARY, nodes["community"])

    assert secretary.has_perm(Permission.DISPATCH)
    assert secretary.has_perm(Permission.DISPATCH, nodes["community"])
    assert secretary.has_perm(Permission.DISPATCH, nodes["base"])
    assert not secretary.has_perm(Permission.DISPATCH, nodes["street"])
    assert not secretary.has_perm(Permission.DISPATCH, nodes["other_community"])
    assert not secretary.has_perm(Permission.MANAGE_TREE, nodes["community"])
    assert not secretary.has_perm("auth.add_user")


@db
def test_a_post_gives_nothing_before_it_begins_after_it_ends_or_to_a_closed_account():
    nodes = grow_district()
    past, future, closed = make_person("past"), make_person("future"), make_person("closed")
    give(
        past,
        Role.GRID_WORKER,
        nodes["base"],
        starts_on=timezone.localdate() - 9 * DAY,
        ends_on=timezone.localdate() - DAY,
    )
    give(future, Role.GRID_WORKER, nodes["base"], starts_on=timezone.localdate() + DAY)
    give(closed, Role.GRID_WORKER, nodes["base"])
    closed.is_active = False
    closed.save()
    for person in (past, future, closed):
        assert not PostBackend().has_perm(person, Permission.HANDLE)
        assert load_standing(person.pk, timezone.localdate()).posts == ()


@db
@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.GRID_WORKER, "community"),
        (Role.COMMUNITY_SECRETARY, "base"),
        (Role.STREET_OPERATOR, "district"),
        (Role.DUTY_CHIEF, "street"),
        (Role.SYS_ADMIN, "community"),
    ],
)
def test_a_role_is_held_at_its_level(role, place):
    nodes = grow_district()
    with pytest.raises(InvalidPost, match="not a post at this level") as refused:
        give(make_person(), role, nodes[place])
    assert refused.value.field == "node"


def test_every_role_has_its_levels():
    assert set(posts.ROLE_KINDS) == set(Role) == set(PERMISSIONS)


@db
def test_department_roles_are_held_in_an_active_unit_of_the_node():
    nodes = grow_district()
    unit = units.add_unit(nodes["district"], actor=None, name="Water")
    elsewhere = units.add_unit(nodes["street"], actor=None, name="Water")
    with pytest.raises(InvalidPost, match="held in a unit"):
        give(make_person(), Role.DEPT_HANDLER, nodes["district"])
    with pytest.raises(InvalidPost, match="active one of this node"):
        give(make_person("second"), Role.DEPT_HANDLER, nodes["district"], unit=elsewhere)
    assert give(make_person("third"), Role.DEPT_HANDLER, nodes["district"], unit=unit).unit == unit


@db
def test_a_grid_has_one_primary_worker_at_a_time():
    nodes = grow_district()
    first = give(make_person("first"), Role.GRID_WORKER, nodes["base"], is_primary=True)
    with pytest.raises(InvalidPost, match="First is the primary worker"):
        give(make_person("second"), Role.GRID_WORKER, nodes["base"], is_primary=True)
    give(make_person("third"), Role.GRID_WORKER, nodes["base"])

    posts.end_post(first, actor=None, day=timezone.localdate() + 5 * DAY)
    with pytest.raises(InvalidPost, match="primary worker"):
        give(
            make_person("fourth"),
            Role.GRID_WORKER,
            nodes["base"],
            is_primary=True,
            starts_on=timezone.localdate() + 5 * DAY,
        )
    give(
        make_person("fifth"), Role.GRID_WORKER, nodes["base"], is_primary=True, starts_on=timezone.localdate() + 6 * DAY
    )


@db
def test_only_a_grid_worker_is_primary():
    nodes = grow_district()
    with pytest.raises(InvalidPost, match="Only a grid worker"):
        give(make_person(), Role.GRID_LEADER, nodes["base"], is_primary=True)


@db
def test_the_same_post_is_not_held_twice_at_a_time():
    nodes = grow_district()
    person = make_person()
    first = give(person, Role.GRID_WORKER, nodes["base"], ends_on=timezone.localdate() + DAY)
    with pytest.raises(InvalidPost, match="already holds"):
        give(person, Role.GRID_WORKER, nodes["base"], starts_on=timezone.localdate() + DAY)
    again = give(person, Role.GRID_WORKER, nodes["base"], starts_on=timezone.localdate() + 2 * DAY)
    give(person, Role.GRID_WORKER, nodes["other_base"])
    assert set(Post.objects.filter(node=nodes["base"])) == {first, again}


@db
def test_nobody_is_two_of_the_three_administrators():
    nodes = grow_district()
    person = make_person()
    give(person, Role.SYS_ADMIN, nodes["district"])
    give(person, Role.SYS_ADMIN, nodes["street"])
    with pytest.raises(InvalidPost, match="Nobody may be two of"):
        give(person, Role.AUDIT_ADMIN, nodes["district"])


@db
def test_dates_must_make_sense():
    nodes = grow_district()
    with pytest.raises(InvalidPost, match="cannot end before"):
        give(make_person(), Role.GRID_WORKER, nodes["base"], ends_on=timezone.localdate() - DAY)
    Grid.objects.filter(pk=nodes["base"].pk).update(valid_to=timezone.localdate() + DAY)
    with pytest.raises(InvalidPost, match="outlast its node"):
        give(make_person("second"), Role.GRID_WORKER, nodes["base"])
    give(make_person("third"), Role.GRID_WORKER, nodes["base"], ends_on=timezone.localdate() + DAY)


@db
def test_a_closed_account_gets_no_post():
    nodes = grow_district()
    with pytest.raises(InvalidPost, match="account is closed"):
        give(make_person(is_active=False), Role.GRID_WORKER, nodes["base"])


@db
def test_an_ended_post_stays_on_record():
    nodes = grow_district()
    admin = make_person("admin", is_superuser=True)
    post = give(make_person(), Role.GRID_WORKER, nodes["base"], starts_on=timezone.localdate() - DAY)
    posts.end_post(post, actor=admin)
    post.refresh_from_db()
    assert post.ends_on == timezone.localdate()
    assert post in Post.objects.in_force(timezone.localdate())
    assert post not in Post.objects.in_force(timezone.localdate() + DAY)
    assert AuditRecord.objects.filter(actor=admin, action="grids.end_post", subject_id=str(post.pk)).count() == 1
    with pytest.raises(InvalidPost, match="already ended"):
        posts.end_post(post, actor=None)
    with pytest.raises(InvalidPost, match="cannot end before"):
        posts.end_post(
            give(make_person("b"), Role.GRID_WORKER, nodes["base"]), actor=None, day=timezone.localdate() - DAY
        )


@db
def test_a_post_that_has_not_begun_is_taken_back_whole():
    nodes = grow_district()
    post = give(make_person(), Role.GRID_WORKER, nodes["base"], starts_on=timezone.localdate() + DAY)
    posts.end_post(post, actor=None)
    assert not Post.objects.exists()
    assert AuditRecord.objects.filter(action="grids.take_back_post").count() == 1


@db
def test_only_who_manages_posts_there_gives_and_ends_them():
    nodes = grow_district()
    admin, worker = make_person("street-admin"), make_person("worker")
    give(admin, Role.SYS_ADMIN, nodes["street"])
    post = posts.give_post(worker, actor=admin, role=Role.GRID_WORKER, node=nodes["base"])
    with pytest.raises(PermissionDenied):
        posts.give_post(admin, actor=admin, role=Role.SYS_ADMIN, node=nodes["district"])
    with pytest.raises(PermissionDenied):
        posts.end_post(post, actor=worker)


@db
def test_holders_of_many_nodes_come_in_one_query_the_primary_one_first(django_assert_num_queries):
    nodes = grow_district()
    base, other = nodes["base"], nodes["other_base"]
    late = give(make_person("late"), Role.GRID_WORKER, base)
    part = give(
        make_person("part"),
        Role.GRID_WORKER,
        base,
        employment=Employment.PART_TIME,
        starts_on=timezone.localdate() - 9 * DAY,
    )
    early = give(make_person("early"), Role.GRID_WORKER, base, starts_on=timezone.localdate() - DAY)
    primary = give(make_person("primary"), Role.GRID_WORKER, base, is_primary=True)
    give(make_person("leader"), Role.GRID_LEADER, base)
    give(
        make_person("gone"),
        Role.GRID_WORKER,
        base,
        starts_on=timezone.localdate() - 9 * DAY,
        ends_on=timezone.localdate() - DAY,
    )
    with django_assert_num_queries(1):
        found = posts.holders([base.pk, other.pk], Role.GRID_WORKER, timezone.localdate())
        assert [post.user.username for post in found[base.pk]] == ["primary", "early", "late", "part"]
    assert found == {base.pk: [primary, early, late, part]}


@pytest.mark.django_db(transaction=True)
def test_of_two_primary_workers_given_at_once_one_is_refused():
    nodes = grow_district()
    people = [make_person("one"), make_person("two")]

    def give_to(person):
        # With an end, so that the rule is ours to keep: the table's constraint knows open-ended posts only.
        give(person, Role.GRID_WORKER, nodes["base"], is_primary=True, ends_on=timezone.localdate() + DAY)

    (failure,) = at_once(*(lambda person=person: give_to(person) for person in people))
    assert isinstance(failure, InvalidPost)
    assert Post.objects.filter(is_primary=True).count() == 1


@db
def test_a_unit_that_is_still_needed_stays_active():
    nodes = grow_district()
    with pytest.raises(InvalidUnit, match="fall to this unit by default"):
        units.update_unit(nodes["street"].default_unit, actor=None, is_active=False)
    unit = units.add_unit(nodes["district"], actor=None, name="Water", function="water")
    post = give(make_person(), Role.DEPT_HANDLER, nodes["district"], unit=unit)
    with pytest.raises(InvalidUnit, match="People are posted"):
        units.update_unit(unit, actor=None, is_active=False)
    posts.end_post(post, actor=None)
    assert not units.update_unit(unit, actor=None, is_active=False).is_active


@db
def test_a_unit_has_a_name_of_its_own_at_its_node():
    nodes = grow_district()
    units.add_unit(nodes["district"], actor=None, name="Water")
    units.add_unit(nodes["street"], actor=None, name="Water")
    for name in ("Water", " Water "):
        with pytest.raises(InvalidUnit, match="unit of this name"):
            units.add_unit(nodes["district"], actor=None, name=name)
    with pytest.raises(InvalidUnit) as refused:
        units.add_unit(nodes["district"], actor=None, name=" ")
    assert refused.value.field == "name"


@db
def test_only_who_manages_rules_there_changes_units():
    nodes = grow_district()
    admin = make_person("street-admin")
    give(admin, Role.SYS_ADMIN, nodes["street"])
    unit = units.add_unit(nodes["street"], actor=admin, name="Team")
    assert units.update_unit(unit, actor=admin, phone="0537-1").phone == "0537-1"
    with pytest.raises(PermissionDenied):
        units.add_unit(nodes["district"], actor=admin, name="Team")
