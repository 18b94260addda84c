"""Residents and building leads at the phone, without an account: report, look up what became of it, rate the answer."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from hotline import actions as hotline
from hotline.models import Request
from public.actions import links
from public.guard import verdict
from tests.browser.conftest import PHONE
from tests.browser.looks import serious, sticks_out
from tests.factories import make_ruled_line
from tests.pictures import photo
from tests.public.people import make_link
from tests.registers import make_building, make_house

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


def test_a_building_lead_takes_photos_and_takes_one_back(open_for):
    line = make_ruled_line()
    building = make_building(line.base, number="7")
    make_link(building, line.leader)
    _link, token = links.give(building, actor=line.leader)
    page = open_for(None, PHONE, f"/l/{token}/")
    assert (serious(page), max(sticks_out(page), 0)) == ([], 0)
    for name in ("stairs.jpg", "lamp.jpg"):
        with page.expect_file_chooser() as opened:
            page.locator(".photo-button").click()
        opened.value.set_files({"name": name, "mimeType": "image/jpeg", "buffer": photo().read()})
    expect(page.locator(".photo-previews img")).to_have_count(2)
    page.locator(".photo-remove").first.click()
    page.locator("[name=text]").fill("楼道灯不亮")
    page.locator("form .btn-primary").click()
    page.wait_for_url("**/l/done/")
    assert Request.objects.get().photos.count() == 1


def test_photos_can_be_given_without_scripts(open_for):
    line = make_ruled_line()
    building = make_building(line.base, number="7")
    make_link(building, line.leader)
    _link, token = links.give(building, actor=line.leader)
    house = make_house(line.base)
    pages = [(None, "/p/report/"), (None, f"/l/{token}/"), (line.worker, "/work-orders/report/")]
    pages += [(line.worker, f"/visits/houses/{house.pk}/")]
    for person, path in pages:
        page = open_for(person, PHONE, path, java_script_enabled=False)
        for fold in page.locator("details:has([name=photos]) > summary").all():
            fold.click()
        field = page.locator("[name=photos]")
        expect(field).to_be_visible()
        expect(field, path).to_have_accessible_name(re.compile("照片"))
        assert page.locator(".photo-button").filter(visible=True).count() == 0, path
