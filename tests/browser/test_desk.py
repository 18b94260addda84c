"""The intake desk without a mouse: the caller's words, the category by search, sent with Ctrl and Enter."""

import pytest
from playwright.sync_api import expect

from hotline.models import Request
from tests.browser.conftest import DESK
from tests.browser.looks import serious
from tests.factories import make_category, make_ruled_line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_operator_takes_a_request_down_with_the_keyboard_alone(open_for):
    line = make_ruled_line()
    lamps = make_category(name="测试灯故障", scheme="hotline", needs_photo=False)
    make_category(name="测试井盖缺失", scheme="hotline")
    page = open_for(line.clerk, DESK, "/hotline/desk/")
    expect(page.locator("#id_requester_phone")).to_be_focused()
    page.keyboard.type("12012345678")
    page.locator("#id_text").focus()
    page.keyboard.type("解放路的路灯三天没有亮了。")
    page.locator("#category-words").focus()
    page.keyboard.type("测试")
    page.keyboard.press("Tab")
    expect(page.locator("#category-words")).to_have_value("测试")
    page.locator("#category-words").fill("测试灯")
    page.keyboard.press("Tab")
    expect(page.locator("#category-words")).to_have_value("测试灯故障")
    assert serious(page) == []
    page.locator("#id_grid_other").focus()
    page.keyboard.type(line.base.code)
    page.keyboard.press("Enter")
    assert not Request.objects.exists(), "a single Enter sends nothing"
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice-success")).to_be_visible()
    matter = Request.objects.get()
    assert (matter.category, matter.grid, matter.state) == (lamps, line.base, "dispatched")
