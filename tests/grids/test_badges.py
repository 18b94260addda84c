"""The badge at the door: who is in service today, and nothing more."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from grids import badges
from grids.models import Badge, Post
from grids.roles import Role
from grids.views.badges import A_MINUTE
from tests.factories import Line, make_line, make_post, make_user

pytestmark = pytest.mark.django_db
PHONE = "12011112222"


@pytest.fixture
def line() -> Line:
    cache.clear()
    line = make_line("worker", "leader", "handler", "admin")
    User.objects.filter(pk=line.worker.pk).update(phone=PHONE, employee_number="E77")
    return line


def badge_of(user: User) -> Badge:
    [badge] = badges.of(list(Post.objects.filter(user=user).select_related("user", "node")))
    return badge


def shown(client: Client, badge: Badge, status: int = 200) -> str:
    answer = client.get(reverse("grids:badge", args=[badge.code]))
    assert answer.status_code == status
    return answer.content.decode()


def test_it_confirms_name_grid_and_post_without_signing_in(client: Client, line: Line) -> None:
    page = shown(client, badge_of(line.worker))
    for words in ("Worker", line.base.name, line.community.name, "今日在岗"):
        assert words in page
    for secret in (PHONE, "E77", line.worker.username, line.base.code):
        assert secret not in page


def test_the_phone_is_shown_only_where_its_owner_agreed(client: Client, line: Line) -> None:
    User.objects.filter(pk=line.worker.pk).update(is_phone_published=True)
    assert PHONE in shown(client, badge_of(line.worker))


@pytest.mark.parametrize("what", ["post", "account", "future"])
def test_who_is_not_in_service_has_no_valid_badge_and_no_name_on_it(client: Client, line: Line, what: str) -> None:
    badge = badge_of(line.worker)
    today = timezone.localdate()
    if what == "post":
        line.worker.posts.update(ends_on=today - dt.timedelta(days=1), is_primary=False)
    elif what == "future":
        line.worker.posts.update(starts_on=today + dt.timedelta(days=1))
    else:
        User.objects.filter(pk=line.worker.pk).update(is_active=False)
    page = shown(client, badge)
    assert "Worker" not in page
    assert "此证件无效" in page
    assert client.get(reverse("grids:badge-photo", args=[badge.code])).status_code == 404


def test_a_made_up_code_looks_like_a_badge_that_is_not_valid(client: Client, line: Line) -> None:
    answer = client.get(reverse("grids:badge", args=["made-up"]))
    assert answer.status_code == 404
    assert "此证件无效" in answer.content.decode()


def test_a_lost_badge_gets_another_code(client: Client, line: Line) -> None:
    badge = badge_of(line.worker)
    client.force_login(line.worker)
    client.post(reverse("grids:badge-renew", args=[badge.post_id]))
    shown(client, badge, 404)
    fresh = Badge.objects.get(post=badge.post)
    assert "Worker" in shown(client, fresh)


def test_nobody_prints_or_renews_a_colleagues_badge(client: Client, line: Line) -> None:
    badge = badge_of(line.worker)
    client.force_login(line.leader)
    assert client.post(reverse("grids:badge-renew", args=[badge.post_id])).status_code == 403
    page = client.get(reverse("grids:badges"), {"post": badge.post_id})
    assert page.context["badges"] == []


def test_one_prints_ones_own_and_who_gives_posts_prints_all(client: Client, line: Line) -> None:
    client.force_login(line.worker)
    assert [b.post.user for b in client.get(reverse("grids:badges")).context["badges"]] == [line.worker]
    client.force_login(line.admin)
    page = client.get(reverse("grids:badges"), {"all": "1"})
    assert {b.post.user for b in page.context["badges"]} == {line.worker, line.leader}
    assert f"post={Post.objects.get(user=line.worker).pk}" in client.get(reverse("grids:posts")).content.decode()


def test_a_page_of_cards_costs_the_same_for_many(client: Client, line: Line, django_assert_max_num_queries) -> None:
    for _ in range(20):
        make_post(make_user(), Role.GRID_WORKER, line.base)
    client.force_login(line.admin)
    client.get(reverse("grids:badges"), {"all": "1"})
    with django_assert_max_num_queries(14):
        assert len(client.get(reverse("grids:badges"), {"all": "1"}).context["badges"]) == 22


@pytest.mark.usefixtures("stopped_clock")
def test_trying_codes_is_slowed_down(client: Client, line: Line) -> None:
    answers = [client.get(reverse("grids:badge", args=[f"code{n}"])).status_code for n in range(A_MINUTE + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {404}


def test_the_qr_code_is_a_picture(client: Client, line: Line) -> None:
    answer = client.get(reverse("grids:badge-qr", args=[badge_of(line.worker).code]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<?xml")
