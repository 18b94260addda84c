"""A worker in a basement: visits wait on the phone and are sent once, by themselves, when the network is back."""

import pytest
from playwright.sync_api import Page, expect

from residents.models import House
from tests.browser.conftest import PHONE
from tests.browser.test_pages import sticks_out
from tests.factories import make_grid, make_ruled_line
from tests.registers import make_house, make_resident
from visits.models import LogEntry, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def save(page: Page, outcome: str) -> None:
    page.locator(f".tap:has([name=outcome][value={outcome}])").click()
    page.locator("[data-send]").click()


def test_visits_without_a_network_wait_on_the_phone_and_are_sent_once(open_for):
    line = make_ruled_line("worker")
    first, second = make_house(line.base), make_house(line.base)
    somebody = make_resident(first)
    page = open_for(line.worker, PHONE, f"/visits/houses/{first.pk}/")
    page.locator(".tap-person").click()
    page.locator("summary", has_text="民情").or_(page.locator("details.panel summary").first).first.click()
    page.locator(".tap-kinds .tap").first.click()
    page.locator("[name=finding]").fill("楼道灯不亮")
    page.context.set_offline(True)
    save(page, "met")
    expect(page.locator("[data-report-status] .notice-warning")).to_be_visible()
    expect(page.locator("[data-outbox-count]")).to_have_text("1")
    expect(page.locator("[data-send]")).to_be_disabled()
    assert sticks_out(page) <= 0
    assert not Visit.objects.exists()
    page.context.set_offline(False)
    expect(page.locator("[data-report-status] .notice-success")).to_be_visible()
    expect(page.locator("#outbox")).to_be_hidden()
    visit = Visit.objects.get()
    assert (visit.house, visit.outcome, visit.people.get().resident) == (first, "met", somebody)
    assert visit.visited_at < visit.recorded_at, "the moment at the door, not that of sending"

    page.goto(f"/visits/houses/{second.pk}/")
    page.context.set_offline(True)
    save(page, "nobody")
    expect(page.locator("[data-outbox-count]")).to_have_text("1")
    House.objects.filter(pk=second.pk).update(grid=make_grid(make_grid(line.street)))
    elsewhere = House.objects.select_related("grid__parent").get(pk=second.pk).grid
    House.objects.filter(pk=second.pk).update(community=elsewhere.parent)
    page.context.set_offline(False)
    expect(page.locator("#outbox b", has_text="需要更正")).to_be_visible()
    page.goto(f"/visits/houses/{first.pk}/")
    page.context.set_offline(True)
    save(page, "met")
    expect(page.locator("[data-outbox-count]")).to_have_text("2")
    page.context.set_offline(False)
    expect(page.locator("[data-outbox-count]")).to_have_text("1")
    page.goto("/visits/")
    expect(page.locator("[data-outbox-count]")).to_have_text("1")
    assert (Visit.objects.count(), LogEntry.objects.count()) == (2, 1), "a refused one does not hold up the others"
