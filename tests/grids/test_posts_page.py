"""Posts and units through their pages."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids.models import Post, Unit
from grids.roles import Role
from tests.factories import Line, make_line, make_post, make_unit, make_user

pytestmark = pytest.mark.django_db
POSTS, UNITS = "/grids/posts/", "/grids/units/"


@pytest.fixture
def line(client: Client) -> Line:
    line = make_line("worker", "leader", "secretary", "admin", "handler")
    client.force_login(line.admin)
    return line


def names(page: Any) -> list[str]:
    return [post.user.display_name for post in page.context["posts"]]


def test_colleagues_see_who_is_posted_where_in_the_order_of_the_tree(client: Client, line: Line) -> None:
    client.force_login(line.worker)
    page = client.get(POSTS)
    assert names(page) == ["Admin", "Handler", "Secretary", "Worker", "Leader"]
    assert reverse("grids:post-add") not in page.content.decode()


def test_posts_are_narrowed_by_node_role_and_person(client: Client, line: Line) -> None:
    assert names(client.get(POSTS, {"node": line.base.code})) == ["Worker", "Leader"]
    assert names(client.get(POSTS, {"role": Role.GRID_LEADER})) == ["Leader"]
    assert names(client.get(POSTS, {"q": "secre"})) == ["Secretary"]
    assert names(client.get(POSTS, {"node": "nosuch"})) == ["Admin", "Handler", "Secretary", "Worker", "Leader"]
    assert "没有符合条件的岗位" in client.get(POSTS, {"q": "nobody"}).content.decode()


def test_posts_of_another_district_are_absent(client: Client, line: Line) -> None:
    other = make_line("worker", lng=117.5)
    assert other.worker.posts.get() not in client.get(POSTS).context["posts"]
    assert client.get(reverse("grids:post-end", args=[other.worker.posts.get().pk])).status_code == 404


def test_posts_come_in_pages_that_miss_and_repeat_nobody(
    client: Client, line: Line, django_assert_max_num_queries: Any
) -> None:
    for number in range(70):
        make_post(make_user(display_name=f"P{number}"), Role.MICRO_LEAD, line.base)
    with django_assert_max_num_queries(12):
        first = client.get(POSTS)
    second = client.get(POSTS + first.context["older"])
    seen = [post.pk for page in (first, second) for post in page.context["posts"]]
    assert len(seen) == len(set(seen)) == Post.objects.count()
    assert client.get(POSTS, {"after": "1-2-x"}).status_code == 200
    assert client.get(POSTS, {"after": f"{'9' * 30}-1-1"}).status_code == 200


def give(client: Client, **fields: Any) -> Any:
    usual = {"role": "grid_worker", "employment": "full_time", "starts_on": "2026-11-20"}
    return client.post(reverse("grids:post-add"), usual | fields)


def test_a_post_is_given_by_sign_in_name_and_code(client: Client, line: Line) -> None:
    person = make_user("li.na", display_name="李娜")
    answer = give(client, user="li.na", node=line.base.code, employment="part_time")
    assert answer.headers["Location"] == line.base.get_absolute_url()
    post = person.posts.get()
    assert (post.node, post.role, post.employment) == (line.base, "grid_worker", "part_time")


def test_a_post_is_given_by_name_where_only_one_has_it(client: Client, line: Line) -> None:
    person = make_user(display_name="李娜")
    give(client, user="李娜", node=line.base.name)
    assert person.posts.count() == 1
    make_user(display_name="李娜")
    page = give(client, user="李娜", node=line.base.name)
    assert "有多人叫" in page.content.decode()
    assert "找不到" in give(client, user="无此人", node=line.base.name).content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"node": "district"}, "node"), ({"role": "dept_handler", "node": "district"}, "unit"), ({"role": "king"}, "role"),
     ({"is_primary": "on"}, "is_primary"), ({"ends_on": "2026-01-01"}, "ends_on"),
     ({"starts_on": "soon"}, "starts_on")],
)  # fmt: skip
def test_a_post_that_does_not_fit_is_refused_at_the_field(
    client: Client, line: Line, fields: dict[str, str], field: str
) -> None:
    person = make_user("li.na")
    node = getattr(line, fields.get("node", "base"))
    page = give(client, **{"user": "li.na"} | fields | {"node": node.code})
    assert page.context["form"].errors[field]
    assert page.context["form"]["user"].value() == "li.na"
    assert not person.posts.exists()


def test_sending_a_post_twice_gives_it_once(client: Client, line: Line) -> None:
    person = make_user("li.na")
    give(client, user="li.na", node=line.base.code)
    assert give(client, user="li.na", node=line.base.code).context["form"].errors["user"]
    assert person.posts.count() == 1


def test_a_post_is_ended(client: Client, line: Line) -> None:
    post = line.leader.posts.get()
    today = timezone.localdate()
    client.post(reverse("grids:post-end", args=[post.pk]), {"ends_on": today.isoformat()})
    post.refresh_from_db()
    assert post.ends_on == today
    page = client.post(
        reverse("grids:post-end", args=[post.pk]), {"ends_on": (today + dt.timedelta(days=1)).isoformat()}
    )
    assert page.context["form"].errors["ends_on"]


@pytest.mark.parametrize("name", ["grids:post-add", "grids:people", "grids:post-end"])
def test_posts_are_changed_by_those_who_manage_them_only(client: Client, line: Line, name: str) -> None:
    address = reverse(name, args=[line.leader.posts.get().pk] if name == "grids:post-end" else [])
    assert client.get(address).status_code == 200
    client.force_login(line.secretary)
    assert client.get(address).status_code == 403
    assert client.post(address).status_code in {403, 405}
    assert line.leader.posts.get().ends_on is None


def test_people_are_suggested_by_name_or_number(client: Client, line: Line) -> None:
    make_user("li.na", display_name="<b>李娜</b>", employee_number="E42")
    make_user("li.gone", display_name="李走", is_active=False)
    address = reverse("grids:people")
    assert "&lt;b&gt;李娜" in client.get(address, {"q": "李"}).content.decode()
    assert "李走" not in client.get(address, {"q": "李"}).content.decode()
    assert "li.na" in client.get(address, {"q": "E4"}).content.decode()
    assert "<option" not in client.get(address, {"q": ""}).content.decode()


def test_units_are_listed_with_their_people(client: Client, line: Line, django_assert_max_num_queries: Any) -> None:
    for _ in range(30):
        make_unit(line.street)
    client.get(UNITS)
    with django_assert_max_num_queries(12):
        page = client.get(UNITS)
    counts = {unit.name: unit.post_count for unit in page.context["units"]}
    assert counts[line.dept.name] == 1
    assert len(counts) == 31


def test_a_unit_is_added_and_changed(client: Client, line: Line) -> None:
    client.post(reverse("grids:unit-add"), {"node": line.street.code, "name": "城管中队", "kind": "joint_team"})
    unit = Unit.objects.get(name="城管中队")
    assert (unit.node, unit.kind, unit.is_active) == (line.street, "joint_team", True)
    address = reverse("grids:unit-edit", args=[unit.pk])
    client.post(address, {"name": "城管一中队", "kind": "joint_team"})
    unit.refresh_from_db()
    assert (unit.name, unit.is_active) == ("城管一中队", False)


def test_a_unit_of_a_name_that_is_taken_there_is_refused(client: Client, line: Line) -> None:
    sent = {"node": line.district.code, "name": line.dept.name, "kind": "department"}
    assert client.post(reverse("grids:unit-add"), sent).context["form"].errors["name"]
    assert client.post(reverse("grids:unit-add"), sent | {"name": "x", "function": "Ж;"}).context["form"].errors
    assert Unit.objects.count() == 1


def test_a_unit_with_people_stays_in_use(client: Client, line: Line) -> None:
    page = client.post(reverse("grids:unit-edit", args=[line.dept.pk]), {"name": "x", "kind": "department"})
    assert page.context["form"].errors["is_active"]
    line.dept.refresh_from_db()
    assert line.dept.is_active


def test_a_stale_form_of_a_unit_overwrites_nothing(client: Client, line: Line) -> None:
    address = reverse("grids:unit-edit", args=[line.dept.pk])
    seen = client.get(address).context["form"]["seen"].value()
    Unit.objects.filter(pk=line.dept.pk).update(phone="12345")
    sent = {"seen": seen, "name": "x", "kind": "department", "is_active": "on"}
    assert "已有他人修改" in client.post(address, sent).content.decode()
    line.dept.refresh_from_db()
    assert line.dept.phone == "12345"


def test_units_are_changed_by_those_who_manage_the_rules_only(client: Client, line: Line) -> None:
    client.force_login(line.worker)
    assert client.get(UNITS).status_code == 200
    assert client.get(reverse("grids:unit-add")).status_code == 403
    assert client.get(reverse("grids:unit-edit", args=[line.dept.pk])).status_code == 403
    other = make_line("admin", lng=117.5)
    client.force_login(other.admin)
    assert client.get(reverse("grids:unit-edit", args=[line.dept.pk])).status_code == 404
