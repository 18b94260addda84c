"""A worker in a basement: visits wait on the phone and are sent once, by themselves, when the network is back."""

import pytest
from playwright.sync_api import Page, expect

from residents.models import House
from tests.browser.conftest import PHONE
from tests.browser.looks import sticks_out
from tests.factories import make_grid, make_ruled_line
from tests.pictures import photo
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
    expect(page.locator("#outbox b", has_text="已不能在此登记")).to_be_visible()
    page.goto(f"/visits/houses/{first.pk}/")
    page.context.set_offline(True)
    save(page, "met")
    expect(page.locator("[data-outbox-count]")).to_have_text("2")
    page.context.set_offline(False)
    expect(page.locator("[data-outbox-count]")).to_have_text("1")
    page.goto("/visits/")
    expect(page.locator("[data-outbox-count]")).to_have_text("1")
    assert (Visit.objects.count(), LogEntry.objects.count()) == (2, 1), "a refused one does not hold up the others"


def test_what_was_kept_and_refused_is_corrected_with_all_that_was_typed(open_for):
    line = make_ruled_line("worker")
    house = make_house(line.base)
    somebody, _other = make_resident(house), make_resident(house)
    page = open_for(line.worker, PHONE, f"/visits/houses/{house.pk}/")
    page.locator(f".tap-person:has([value='{somebody.pk}'])").click()
    page.locator("details.panel summary").last.click()
    page.locator("[name=note]").fill("下次请先打电话")
    page.locator("input[type=file]").set_input_files(
        {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": photo().read()}
    )
    page.context.set_offline(True)
    page.locator("[data-send]").click()  # without saying how it ended
    expect(page.locator("[data-outbox-count]")).to_have_text("1")
    page.context.set_offline(False)
    expect(page.locator("#outbox b", has_text="需要更正")).to_be_visible()
    page.goto("/visits/")
    page.locator("#outbox button", has_text="更正").click()
    expect(page.locator("[data-error-of=outcome] span")).to_be_visible()
    expect(page.locator("[name=people]:checked")).to_have_count(1)
    expect(page.locator("[name=note]")).to_have_value("下次请先打电话")
    expect(page.locator("[data-previews] img")).to_have_count(1)
    with page.expect_navigation():
        save(page, "met")
    visit = Visit.objects.get()
    assert (visit.people.get().resident, visit.note, visit.photos.count()) == (somebody, "下次请先打电话", 1)
    assert visit.visited_at < visit.recorded_at, "the moment at the door, not that of correcting"
    page.goto("/visits/")
    expect(page.locator("#outbox")).to_be_hidden()
