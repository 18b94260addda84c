"""Every main page at three sizes and in both languages: nothing sticks out, and nothing bars anybody."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.conftest import DESK, PHONE
from tests.browser.looks import LONG_NAME, barriers, too_wide
from tests.factories import make_ruled_line, report
from workorders import actions
from workorders.models import WorkOrder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFICE = ["/", "/work-orders/", "/work-orders/?tab=done", "/work-orders/report/", "/grids/", "/accounts/notices/"]
RULES = ["escalations", "timers", "limits", "ladder", "categories"]


@pytest.fixture
def line():
    line = make_ruled_line()
    line.base.name = LONG_NAME
    line.base.save(update_fields=["name"])
    done = report(line, line.clerk, source="hotline", contact_phone="12000000001")
    actions.sign(done, actor=line.worker)
    actions.submit_result(done, actor=line.worker, result="已修")
    actions.verify_pass(done, actor=line.leader)
    actions.close(done, actor=line.worker)
    for urgency in ("ordinary", "urgent", "emergency"):
        report(line, line.clerk, source="hotline", urgency=urgency, now=timezone.now() - dt.timedelta(hours=3))
    return line


def pages_of(line, name: str) -> list[str]:
    order = WorkOrder.objects.first()
    pages = [*OFFICE, order.get_absolute_url(), f"/work-orders/{order.pk}/why/", line.base.get_absolute_url()]
    return pages + ([f"/work-orders/{rule}/" for rule in RULES] if name == "chief" else [])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["worker", "chief"])
def test_nothing_sticks_out_at_any_size(open_for, line, name, language):
    person = line.people[name]
    User.objects.filter(pk=person.pk).update(language=language)
    page = open_for(person, PHONE)
    assert too_wide(page, pages_of(line, name)) == []


def test_pages_bar_nobody_out(open_for, line):
    page = open_for(line.chief, DESK, color_scheme="light")
    stranger = open_for(None, PHONE, "/accounts/sign-in/", color_scheme="light")
    found = barriers(page, pages_of(line, "chief"))
    found |= barriers(stranger, ["/accounts/sign-in/", f"/g/{line.base.public_code}/"])
    assert found == {}


def test_an_order_is_signed_for_with_the_keyboard_alone(open_for, line):
    order = WorkOrder.objects.open().filter(urgency="ordinary").get()
    page = open_for(line.worker, DESK, "/work-orders/")
    page.get_by_role("link", name=order.number).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{order.get_absolute_url()}")
    page.locator(".order-actions a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("form.move-form")).to_be_visible()
    page.locator("form.move-form .form-buttons button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".order-head")).to_contain_text("处置中")


def test_a_double_click_makes_a_move_once(open_for, line):
    order = WorkOrder.objects.open().filter(urgency="ordinary").get()
    page = open_for(line.worker, DESK, f"/work-orders/{order.pk}/sign/")
    page.locator("form.move-form .form-buttons button").dblclick(no_wait_after=True)
    page.wait_for_url(f"**{order.get_absolute_url()}")
    assert order.events.filter(move="sign").count() == 1


def test_a_form_that_somebody_overtook_says_so_and_keeps_the_words(open_for, line):
    order = WorkOrder.objects.open().filter(urgency="ordinary").get()
    actions.sign(order, actor=line.worker)
    page = open_for(line.worker, PHONE, f"/work-orders/{order.pk}/submit-result/")
    actions.reassign(order, actor=line.leader, assignee=line.worker)
    actions.sign(order, actor=line.worker)
    page.locator("form.move-form [name=result]").fill("已经清理干净")
    page.locator("form.move-form .form-buttons button").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("form.move-form [name=result]")).to_have_value("已经清理干净")


def test_a_report_without_network_is_kept_and_sent_once_it_is_back(open_for, line):
    before = WorkOrder.objects.count()
    here = {"geolocation": {"longitude": 116.505, "latitude": 35.405}, "permissions": ["geolocation"]}
    page = open_for(line.worker, PHONE, "/work-orders/report/", **here)
    expect(page.locator("#place-words")).to_contain_text(LONG_NAME)
    category = WorkOrder.objects.first().category
    page.locator("[name=category]").select_option(str(category.pk))
    page.locator("[name=description]").fill("地下室积水")
    page.route("**/work-orders/report/", lambda route: route.abort("internetdisconnected"))
    page.locator("[data-send]").click()
    expect(page.locator("#outbox")).to_be_visible()
    expect(page.locator("[data-outbox-count]")).to_contain_text("1")
    assert WorkOrder.objects.count() == before
    page.unroute("**/work-orders/report/")
    page.locator("[data-outbox-send]").click()
    expect(page.locator("#outbox")).to_be_hidden()
    assert WorkOrder.objects.filter(description="地下室积水").count() == 1
