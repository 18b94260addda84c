"""The page of one order: who may open it, which buttons it offers, its flow, its levels, its reasons, its contact."""

import datetime as dt
import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRecord
from grids.backends import standing_for
from grids.models import CalendarDay, DayKind
from tests.factories import make_category, make_line, make_order, make_ruled_line, report
from tests.pictures import photo
from workorders import actions
from workorders.forms.pages import MOVE_PAGES
from workorders.models import EscalationStep, WorkOrder
from workorders.photos import attach, clean
from workorders.states import FINAL, Move, State
from workorders.workflow import MOVES, moves_for

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


@pytest.fixture
def line():
    return make_ruled_line()


def client_of(user):
    user.language = "en"
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def page_of(user, order):
    return client_of(user).get(order.get_absolute_url()).content.decode()


def buttons(page):
    return list(dict.fromkeys(re.findall(r'href="/work-orders/\d+/([a-z-]+)/" hx-get', page)))


def test_an_order_outside_one_s_area_is_not_found_on_any_of_its_pages(line):
    order = report(line, line.worker)
    stranger = client_of(make_line("secretary", lng=117.0).secretary)
    for name in ("detail", "why", "reported"):
        assert stranger.get(reverse(f"workorders:{name}", args=[order.pk])).status_code == 404
    assert stranger.post(reverse("workorders:contact", args=[order.pk])).status_code == 404
    for move in ("sign", "dispatch", "void"):
        assert stranger.get(f"/work-orders/{order.pk}/{move}/").status_code == 404
        assert stranger.post(f"/work-orders/{order.pk}/{move}/", {"version": 1}).status_code == 404


def test_a_confidential_order_is_open_to_its_level_and_not_to_the_grid_s_other_people(line):
    order = report(line, line.secretary, is_confidential=True, category=make_category(needs_photo=False))
    WorkOrder.objects.filter(pk=order.pk).update(assignee=None)
    order.involvements.all().delete()
    assert client_of(line.leader).get(order.get_absolute_url()).status_code == 404
    assert "Confidential" in page_of(line.operator, order)


@pytest.mark.parametrize("state", State.values)
def test_the_buttons_are_the_moves_that_the_table_allows(line, state):
    due = "2036-03-02T04:00:00Z"
    just_now = {"finished_at": timezone.now()} if state in FINAL else {}
    usual = {"reporter": line.worker, "assignee": line.worker, "holder": line.community, "due_at": due}
    order = make_order(line, state, **usual | just_now)
    for user in line.people.values():
        client = client_of(user)
        answer = client.get(order.get_absolute_url())
        if answer.status_code == 404:
            continue
        allowed = [move.replace("_", "-") for move in moves_for(order, standing_for(user))]
        assert buttons(answer.content.decode()) == allowed, user.display_name


def test_the_flow_names_person_post_time_and_note_newest_first(line):
    order = report(line, line.worker)
    actions.sign(order, actor=line.worker)
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note="归水务")
    page = page_of(line.secretary, order)
    flow = page[page.index("Flow record") :]
    places = [flow.index(words) for words in ("Not this unit", "归水务", "Sign for", "The system, by rule", "Report")]
    assert places == sorted(places)
    assert "Grid worker" in flow


def test_the_chain_shows_where_it_climbed_and_what_was_struck_off(line):
    order = report(line, line.worker)
    for actor in (line.worker, line.leader, line.secretary):
        order = actions.escalate(order, actor=actor, note="too heavy")
    page = page_of(line.operator, order)
    assert page.count("climbed here") >= 2
    actions.dispatch(order, actor=line.operator, assignee=line.operator)
    actions.submit_result(order, actor=line.operator, result="done")
    actions.verify_pass(order, actor=line.chief)
    actions.strike_off(order, actor=line.operator)
    page = page_of(line.operator, order)
    assert "struck off" in page


def test_why_says_the_rule_the_row_the_days_and_the_timers_verdict(line):
    order = report(line, line.worker)
    url = reverse("workorders:why", args=[order.pk])
    client = client_of(line.secretary)
    page = client.get(url).content.decode()
    assert "the grid&#x27;s worker" in page
    assert "orders of this category are not sent straight to a unit" in page
    assert "inherited: the general row for any category" in page
    assert "not due soon yet" in page
    fragment = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "not due soon yet" in fragment


def test_a_resident_s_contact_is_shown_on_request_and_each_look_is_recorded(line):
    order = report(line, line.clerk, source="hotline", contact_name="某居民", contact_phone="12900000008")
    client = client_of(line.secretary)
    page = client.get(order.get_absolute_url()).content.decode()
    assert "12900000008" not in page
    assert "某居民" not in page
    assert client.get(reverse("workorders:contact", args=[order.pk])).status_code == 405
    shown = client.post(reverse("workorders:contact", args=[order.pk])).content.decode()
    assert "12900000008" in shown
    record = AuditRecord.objects.get(action="workorders.show_contact")
    assert (record.actor, record.subject_id) == (line.secretary, str(order.pk))
    assert "1290" not in str(record.detail)


def test_photos_stand_before_and_after_and_open_large(line):
    order = report(line, line.worker)
    attach(order, "before", [clean(photo())], line.worker)
    attach(order, "after", [clean(photo((3, 4, 5)))], line.worker)
    page = page_of(line.worker, order)
    for kept in order.photos.all():
        assert reverse("workorders:photo", args=[kept.pk]) in page
        assert reverse("workorders:photo-thumb", args=[kept.pk]) in page


def test_hostile_text_is_shown_as_text_everywhere(line):
    evil = "</textarea><script>alert(1)</script>{{ 7|add:7 }}"
    order = report(line, line.worker, description=evil, address=evil)
    actions.sign(order, actor=line.worker)
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note=evil)
    for url in (order.get_absolute_url(), f"/work-orders/{order.pk}/dispatch/", f"/work-orders/{order.pk}/why/", "/"):
        page = client_of(line.leader).get(url).content.decode()
        assert "<script>alert" not in page
        assert "</textarea><script" not in page
    assert html.escape("<script>alert(1)</script>") in page_of(line.leader, order)


def test_no_page_carries_an_inline_script_or_style(line):
    order = report(line, line.worker)
    client = client_of(line.chief)
    for url in ("/", "/work-orders/", "/work-orders/report/", order.get_absolute_url(), "/work-orders/limits/"):
        page = client.get(url).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page), url
        assert not re.search(r"<[^>]+\sstyle=", page), url
        assert not re.search(r"<[^>]+\son\w+=", page), url


def test_the_page_of_an_order_takes_a_bounded_number_of_queries(line, django_assert_max_num_queries):
    order = report(line, line.worker)
    client = client_of(line.secretary)
    client.get(order.get_absolute_url())
    for n in range(12):
        actions.sign(order, actor=line.worker)
        actions.reassign(order, actor=line.secretary, assignee=line.worker, note=f"again {n}")
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(order.get_absolute_url()).status_code == 200


def test_every_move_of_the_table_has_its_form():
    assert set(MOVE_PAGES) == set(MOVES)
    assert Move.REPORT not in MOVE_PAGES


def test_a_missing_calendar_is_told_on_orders_that_end_in_that_year_and_to_who_keeps_it(line):
    order = report(line, line.worker)
    far = dt.datetime(2031, 5, 6, 9, tzinfo=dt.UTC)
    WorkOrder.objects.filter(pk=order.pk).update(due_at=far, whole_due_at=far)
    gap = "The working-day calendar of"
    assert f"{gap} 2031 is not loaded" in page_of(line.worker, order)
    assert gap not in client_of(line.worker).get("/").content.decode()
    assert gap in client_of(line.chief).get("/").content.decode()
    CalendarDay.objects.create(date=dt.date(2031, 1, 1), kind=DayKind.HOLIDAY, name="元旦", source="by hand")
    assert gap not in page_of(line.worker, order)


def test_passing_up_is_not_offered_where_the_ladder_ends(line):
    order = make_order(line, State.FILED, holder=line.street, assignee=line.operator, step=3)
    assert "escalate" in buttons(page_of(line.operator, order))
    EscalationStep.objects.filter(district=line.district, level="district").delete()
    assert "escalate" not in buttons(page_of(line.operator, order))
