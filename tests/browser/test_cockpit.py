"""The cockpit alone on a wall: it says when the connection is gone, comes back by itself, and goes back to its node."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from insights import displays, rolling
from insights.models import Mark
from tests.browser.conftest import DESK
from tests.factories import make_ruled_line, report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_comes_back_by_itself_from_a_lost_connection_and_from_where_somebody_left_it(open_for):
    cache.clear()
    line = make_ruled_line("worker", "chief")
    report(line, line.worker)
    rolling.rebuild(line.district)
    _display, token = displays.give(line.district, actor=line.chief, name="Hall", days=7)
    page = open_for(None, DESK, f"/insights/display/{token}/", timezone_id="America/New_York")
    state, heading = page.locator("#state"), page.locator("h1")
    in_new_york = page.evaluate("new Date().toLocaleTimeString('sv-SE').slice(0, 2)")
    assert page.locator("#clock").inner_text()[11:13] != in_new_york, "the clock is the district's"

    page.clock.install()
    page.reload()
    page.route("**/insights/display/**", lambda route: route.abort("internetdisconnected"))
    page.clock.run_for(31_000)
    expect(state).to_be_visible()
    expect(state).to_contain_text("连接中断")
    expect(heading).to_contain_text(line.district.name)
    page.get_by_role("link", name=line.street.name, exact=True).last.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"{token}/$"))
    expect(heading).to_contain_text(line.district.name)
    page.unroute_all()
    page.clock.run_for(6_000)
    expect(state).to_be_hidden()

    page.get_by_role("link", name=line.street.name, exact=True).last.focus()
    page.keyboard.press("Enter")
    expect(heading).to_contain_text(line.street.name)
    page.locator(".ck-path a").first.click()
    expect(heading).to_contain_text(line.district.name)
    page.go_back()
    expect(heading).to_contain_text(line.street.name)
    page.clock.fast_forward("06:00")
    expect(heading).to_contain_text(line.district.name)
    expect(page).to_have_url(re.compile(rf"{token}/$"))

    Mark.objects.update(at="2020-01-01T00:00:00Z")
    cache.clear()
    page.clock.run_for(31_000)
    expect(state).to_contain_text("未重新汇总")
