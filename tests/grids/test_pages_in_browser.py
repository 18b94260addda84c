"""The tree, a node's map and the drawing of its boundary, in a real browser."""

import json
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from grids.models import Grid
from tests.factories import Line, make_line, square

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def line() -> Line:
    line = make_line("admin", "worker")
    Grid.objects.filter(pk=line.base.pk).update(boundary=square(116.502, 35.402, 0.004))
    line.base.refresh_from_db()
    return line


@pytest.fixture
def open_as(client: Client, page: Page, live_server: Any) -> Any:
    """Open an address as this person; a script error fails the test."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)

    def open_page(user: object, path: str) -> Page:
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    yield open_page
    assert faults == []


SIZES = [{"width": 390, "height": 844}, {"width": 1440, "height": 900}]


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_the_tree_opens_level_by_level_and_leads_to_a_node_with_its_map(open_as: Any, line: Line, size: Any) -> None:
    page = open_as(line.admin, "/grids/")
    page.set_viewport_size(size)
    tree = page.locator("#found")
    for node in (line.street, line.community):
        tree.locator(f"summary[aria-label*='{node.name}']").click()
    tree.get_by_role("link", name=line.base.name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(line.base.name)
    expect(page.locator("#map path.map-area-here")).to_be_visible()
    expect(page.get_by_text("Worker").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_tree_opens_by_keyboard(open_as: Any, line: Line) -> None:
    page = open_as(line.admin, "/grids/")
    page.locator("#found summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found").get_by_text(line.community.name)).to_be_visible()


def test_a_map_area_leads_to_its_node(open_as: Any, line: Line) -> None:
    page = open_as(line.admin, line.community.get_absolute_url())
    page.locator("#map path.leaflet-interactive").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(line.base.name)


def test_a_boundary_is_moved_on_the_map_and_saved(open_as: Any, line: Line) -> None:
    page = open_as(line.admin, f"/grids/{line.base.pk}/boundary/")
    page.locator(".leaflet-draw-edit-edit").click()
    corner = page.locator(".leaflet-editing-icon").first
    box = corner.bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 24, box["y"] - 16, steps=4)
    page.mouse.up()
    drawn = json.loads(page.locator("#id_boundary").input_value())
    page.get_by_role("button", name="保存边界").click()
    expect(page.get_by_text("边界已保存")).to_be_visible()
    line.base.refresh_from_db()
    assert line.base.boundary == drawn != square(116.502, 35.402, 0.004)


def test_a_boundary_outside_its_parent_is_refused_and_still_on_the_map(open_as: Any, line: Line) -> None:
    page = open_as(line.admin, f"/grids/{line.base.pk}/boundary/")
    page.get_by_text("改为粘贴或上传").click()
    page.locator("#id_boundary").fill(json.dumps(square(116.505, 35.405)))
    page.get_by_role("button", name="保存边界").click()
    expect(page.locator("#problems")).to_contain_text(line.base.code)
    expect(page.locator("#id_boundary")).to_have_value(json.dumps(square(116.505, 35.405)))
    expect(page.locator(".leaflet-overlay-pane path.map-area-here")).to_be_visible()


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "last click missing"])
def test_a_new_boundary_is_drawn_corner_by_corner(open_as: Any, line: Line, closed: bool) -> None:
    Grid.objects.filter(pk=line.base.pk).update(boundary=None)
    page = open_as(line.admin, f"/grids/{line.base.pk}/boundary/")
    expect(page.locator("path.map-area").first).to_be_visible()
    page.locator(".leaflet-draw-draw-polygon").click()
    box = page.locator(".map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for x, y in ((-50, -50), (50, -50), (50, 50), (-50, 50), *([(-50, -50)] if closed else [])):
        page.mouse.click(middle[0] + x, middle[1] + y)
        page.wait_for_timeout(120)  # the drawing tool takes no second click within 50 ms
    page.get_by_role("button", name="保存边界").click()
    expect(page.get_by_text("边界已保存")).to_be_visible()
    line.base.refresh_from_db()
    assert len(line.base.boundary["coordinates"][0]) == 5


def test_without_javascript_the_tree_and_the_boundary_still_work(
    browser: Any, client: Client, live_server: Any
) -> None:
    line = make_line("admin")
    client.force_login(line.admin)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/grids/")
    page.locator("#found summary").first.click()
    page.get_by_role("link", name="打开列表").click()
    expect(page.get_by_role("link", name=line.community.name).first).to_be_visible()
    page.goto(f"{live_server.url}/grids/{line.base.pk}/boundary/")
    page.get_by_text("改为粘贴或上传").click()
    page.locator("#id_boundary").fill(json.dumps(square(116.503, 35.403, 0.002)))
    page.get_by_role("button", name="保存边界").click()
    expect(page.get_by_text("边界已保存")).to_be_visible()
    context.close()
