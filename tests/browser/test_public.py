"""A resident at the phone: reports, looks up what became of it, and rates the answer, without an account."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from hotline import actions as hotline
from hotline.models import Request
from public.guard import verdict
from tests.browser.conftest import PHONE
from tests.browser.test_pages import serious, sticks_out
from tests.factories import make_ruled_line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_resident_reports_looks_it_up_and_rates_the_answer(open_for, monkeypatch):
    cache.clear()
    monkeypatch.setattr(verdict, "LEAST_SECONDS", 0)
    line = make_ruled_line()
    page = open_for(None, PHONE, "/p/")
    faults = serious(page)
    page.locator(".public-choice").first.click()
    faults += serious(page)
    assert sticks_out(page) <= 0
    page.locator("[name=text]").fill("社区办事大厅几点下班？")
    page.locator("[name=phone]").fill("12012345678")
    page.locator("details.report-more summary").click()
    page.locator("[name=topic][value=question]").check()
    page.context.set_offline(True)
    page.locator("[data-send]").click()
    expect(page.locator("[data-status] .notice-error")).to_be_visible()
    page.context.set_offline(False)
    page.locator("[data-send]").click()
    page.wait_for_url("**/p/sent/")
    number = page.locator(".public-number").inner_text()
    matter = Request.objects.get(number=number)
    hotline.answer_directly(matter, actor=line.clerk, answer="您好，大厅 17:30 下班，电话 0537-2345678。")

    again = open_for(None, PHONE, "/p/track/")
    again.locator("[name=number]").fill(number)
    again.locator("[name=tail]").fill("5678")
    again.locator("main .btn-primary").click()
    again.wait_for_url("**/p/progress/")
    faults += serious(again)
    assert sticks_out(again) <= 0
    again.locator("[name=solved][value=yes]").check()
    again.locator("[name=satisfaction][value='5']").check()
    again.locator("form[action*=rate] .btn-primary").click()
    expect(again.locator(".notice-success")).to_be_visible()
    matter.refresh_from_db()
    assert (matter.satisfaction, matter.solved, faults) == (5, "yes", [])
