"""Every page of work orders opens for whom it is meant, in both languages, and stays shut for the others."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_order, make_ruled_line, make_user, report
from workorders import actions
from workorders.states import State

pytestmark = pytest.mark.django_db

RULE_PAGES = ["workorders:limits", "workorders:ladder", "workorders:categories", "workorders:category-add"]


def signed_in(user, language="en"):
    user.language = language
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_of_orders_open_for_every_role_that_works_with_them(language):
    line = make_ruled_line()
    order = report(line, line.worker)
    for name, user in line.people.items():
        client = signed_in(user, language)
        assert client.get("/").status_code == 200, name
        assert client.get(reverse("workorders:list")).status_code == 200, name
    for user in (line.worker, line.secretary, line.chief):
        client = signed_in(user, language)
        for page in ("workorders:detail", "workorders:reported", "workorders:why"):
            assert client.get(reverse(page, args=[order.pk])).status_code == 200


@pytest.mark.parametrize("tab", ["todo", "doing", "done", "reported", "overdue", "all", "nonsense"])
def test_every_tab_of_the_list_opens(tab):
    line = make_ruled_line("worker", "chief")
    report(line, line.worker)
    make_order(line, State.CLOSED)
    for user in (line.worker, line.chief):
        assert signed_in(user).get(reverse("workorders:list"), {"tab": tab}).status_code == 200


def test_rules_open_for_who_may_change_them_and_are_forbidden_to_others():
    line = make_ruled_line("admin", "chief", "worker", "secretary")
    for page in RULE_PAGES:
        for user in (line.admin, line.chief):
            assert signed_in(user).get(reverse(page)).status_code == 200
        for user in (line.worker, line.secretary):
            assert signed_in(user).get(reverse(page)).status_code == 403


def test_timers_open_for_the_staff_of_street_and_district_only():
    line = make_ruled_line("operator", "chief", "supervisor", "worker", "secretary", "admin")
    report(line, line.worker)
    for user in (line.operator, line.chief, line.supervisor):
        assert signed_in(user).get(reverse("workorders:timers")).status_code == 200
    for user in (line.worker, line.secretary, line.admin):
        assert signed_in(user).get(reverse("workorders:timers")).status_code == 403


def test_a_person_without_a_post_is_told_so_and_may_not_report():
    client = signed_in(make_user())
    assert "No post is open to you today." in client.get("/").content.decode()
    assert client.get(reverse("workorders:report")).status_code == 403


def test_the_administrator_gets_a_workbench_of_doors_not_of_orders():
    line = make_ruled_line("admin")
    html = signed_in(line.admin).get("/").content.decode()
    assert reverse("workorders:limits") in html
    assert reverse("healthz") in html
    assert "Most urgent" not in html


def test_the_escalation_monitor_shows_climbed_orders_and_their_chain():
    line = make_ruled_line("worker", "leader", "secretary", "operator")
    order = report(line, line.worker)
    actions.escalate(order, actor=line.worker, note="too heavy")
    html = signed_in(line.operator).get(reverse("workorders:escalations")).content.decode()
    assert order.number in html
    other = report(line, line.worker)
    assert other.number not in html


@pytest.mark.parametrize(
    "page", ["workorders:list", "workorders:report", "workorders:escalations", "workorders:limits", "home"]
)
def test_without_signing_in_every_page_leads_to_the_sign_in(page):
    answer = Client().get(reverse(page))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign-in"))
