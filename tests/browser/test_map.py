"""The one map in a real browser: areas and points are drawn, layers stay as they were left, a click opens a card, the
list is one step away, and the browser sends its position only after its person agreed."""

import datetime as dt
import math

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from insights import rolling
from onemap.models import Position
from tests.browser.conftest import DESK, PHONE
from tests.browser.looks import serious, sticks_out
from tests.facilities.rows import make_facility
from tests.factories import make_line, make_order
from tests.onemap.test_positions import MORNING
from workorders.states import State

DAY = dt.timedelta(days=1)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_secretary_looks_at_the_map(open_for):
    line = make_line("secretary", "worker")
    order = make_order(line, State.FILED, lng=116.502, lat=35.402)
    rolling.rebuild(line.district)
    page = open_for(line.secretary, DESK, "/map/?level=base&measure=found&length=day")
    page.wait_for_selector("[data-onemap][data-ready]")
    expect(page.locator("[data-count=orders]")).to_have_text("1")
    expect(page.locator("#onemap-legend li")).to_have_count(1)
    assert serious(page) == []
    page.locator(".point").first.click()
    expect(page.locator("#onemap-card h2")).to_contain_text(order.number)
    page.keyboard.press("Escape")
    expect(page.locator("#onemap-card")).to_be_hidden()
    page.locator(".onemap-map").click(position={"x": 560, "y": 400})
    expect(page.locator("#onemap-card h2")).to_contain_text(line.base.name)
    page.locator("[data-layer=orders]").uncheck()
    expect(page.locator(".point")).to_have_count(0)
    page.reload()
    page.wait_for_selector("[data-onemap][data-ready]")
    expect(page.locator("[data-layer=orders]")).not_to_be_checked()
    page.set_viewport_size(PHONE)
    assert sticks_out(page) <= 0
    page.locator("#onemap-list").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert serious(page) == []
    assert sticks_out(page) <= 0


def test_what_could_not_be_loaded_is_said_once_and_forgotten_when_it_can(open_for):
    line = make_line("secretary")
    rolling.rebuild(line.district)
    page = open_for(line.secretary, DESK, "/map/?level=base&measure=found&length=day")
    page.wait_for_selector("[data-onemap][data-ready]")
    level, note = page.locator("[name=level]"), page.locator("#onemap-note")
    drawn = "document.querySelector('[data-onemap]').onemap.areas.count()"
    assert page.evaluate(drawn) == 1
    page.route("**/map/boundaries.json*", lambda route: route.abort("internetdisconnected"))
    page.route("**/map/figures.json*", lambda route: route.abort("internetdisconnected"))
    level.select_option("community")
    expect(note).to_have_text("未能加载：边界。列表中有相同内容。")
    assert page.evaluate(drawn) == 0
    page.unroute("**/map/boundaries.json*")
    page.unroute("**/map/figures.json*")
    level.select_option("street")
    expect(note).to_be_hidden()
    expect(page.locator("#onemap-legend li")).to_have_count(1)


def boxes(page, selector: str) -> list[dict[str, float]]:
    found = [mark.bounding_box() for mark in page.locator(selector).all()]
    return [box for box in found if box]


def overlap(one, other) -> bool:
    across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return across > 1 and down > 1


def test_marks_of_different_layers_do_not_hide_one_another(open_for):
    line = make_line("secretary")
    for number in range(3):
        make_order(line, State.FILED, lng=116.502 + number / 10_000, lat=35.402)
        make_facility(line.base, lng=f"116.5020{number}", lat="35.40205")
    late = make_order(line, State.FILED, due_at=timezone.now() - DAY, lng=116.508, lat=35.408)
    make_facility(line.base, lng="116.508", lat="35.40799")
    page = open_for(line.secretary, DESK, "/map/?level=base")
    page.wait_for_selector("[data-onemap][data-ready]")
    page.locator("[data-layer=facilities]").check()
    expect(page.locator("[data-count=facilities]")).to_have_text("4")
    page.evaluate("document.querySelector('[data-onemap]').onemap.map.setView([35.405, 116.505], 15)")
    expect(page.locator(".point-cluster")).to_have_count(2)
    page.wait_for_timeout(200)
    one, other = boxes(page, ".point-cluster")
    assert math.dist((one["x"], one["y"]), (other["x"], other["y"])) >= one["width"] - 1
    page.locator(".point:has(.point-triangle)").click()
    expect(page.locator("#onemap-card h2")).to_contain_text(late.number)
    legend, card = boxes(page, "#onemap-legend, #onemap-card")
    assert not overlap(legend, card)


def test_a_workers_browser_sends_where_it_is_once_they_agreed(open_for):
    place = {"latitude": 35.405, "longitude": 116.505}
    with time_machine.travel(MORNING):
        line = make_line("worker", "leader")
        page = open_for(line.worker, PHONE, "/map/sharing/", geolocation=place, permissions=["geolocation"])
        page.clock.set_system_time(MORNING)
        page.wait_for_timeout(500)
        assert not Position.objects.exists()
        with page.expect_response("**/map/sharing/position/") as sent:
            page.locator("form[action$='begin/'] button").click()
        assert sent.value.status == 200
        assert float(Position.objects.get().lng) == 116.505
        page.locator("form[action$='stop/'] button").click()
        expect(page.locator("form[action$='begin/'] button")).to_be_visible()
        assert not Position.objects.exists()
