"""The whole story in a real browser: from a report on a phone, up the tree and down again, to the rating."""

import datetime as dt

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import Notification, User
from tests.browser.conftest import DESK, PHONE
from tests.factories import make_category, make_ruled_line
from tests.pictures import encoded, exif, picture
from workorders.models import StageClock, WorkOrder
from workorders.states import Move, State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = {"longitude": 116.505, "latitude": 35.405}
TAKEN = encoded(picture(), exif=exif(lng=116.505, lat=35.405, taken="2026:11:16 09:00:00"))
PHOTO = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": TAKEN}
EVERY_STEP = ["report", "accept", "dispatch", "escalate", "sign", "submit_result"]
EVERY_STEP += ["verify_pass", "strike_off", "close", "evaluate"]


def make_move(page: Page, order: WorkOrder, move: str, **fields: str) -> None:
    """Go to the order, press the move's button, fill its form, send it."""
    page.goto(order.get_absolute_url())
    page.locator(f".order-actions a[href$='/{move.replace('_', '-')}/']").first.click()
    form = page.locator("form.move-form")
    for name, value in fields.items():
        if name == "receiver":
            form.get_by_label(value).first.check()
        elif name in {"rating", "kind", "reason"}:
            form.locator(f"[name={name}][value='{value}']").check()
        elif name == "photos":
            form.locator("[name=photos]").set_input_files(
                {
                    "name": "after.jpg",
                    "mimeType": "image/jpeg",
                    "buffer": encoded(picture(), exif=exif(lng=116.505, lat=35.405)),
                }
            )
        else:
            form.locator(f"[name={name}]").fill(value)
    form.locator(".form-buttons button").click()
    page.wait_for_url(f"**{order.get_absolute_url()}")


def pass_time(order: WorkOrder) -> None:
    """Let the timers run long after what is due now."""
    due = StageClock.objects.running().filter(order=order).order_by("-due_at").values_list("due_at", flat=True)[0]
    call_command("run_timers", "--now", (due + dt.timedelta(days=30)).isoformat())
    order.refresh_from_db()


def kinds(user: User) -> set[str]:
    return set(Notification.objects.filter(recipient=user).values_list("kind", flat=True))


def test_a_report_climbs_the_tree_is_solved_and_comes_back_down(open_for):
    line = make_ruled_line()
    category = make_category(name="道路破损", lead_function="urban_management")

    phone = open_for(line.worker, PHONE, "/work-orders/report/", geolocation=HERE, permissions=["geolocation"])
    phone.locator("[name=photos]").set_input_files(PHOTO)
    expect(phone.locator("#place-words")).to_contain_text(line.base.name)
    phone.locator("[name=category]").select_option(str(category.pk))
    phone.locator("[name=description]").fill("路面塌了一块，请维修。")
    phone.locator("[data-send]").click()
    phone.wait_for_url("**/reported/")
    order = WorkOrder.objects.get()
    assert (order.state, order.assignee, order.grid) == (State.DISPATCHED, line.worker, line.base)
    assert order.photos.count() == 1

    for holder in (line.base, line.community, line.street):
        pass_time(order)
        assert order.holder == holder
    assert order.assignee == line.operator

    office = open_for(line.operator, DESK)
    expect(office.get_by_text(order.number).first).to_be_visible()
    make_move(office, order, "dispatch", receiver=line.dept.name, note="请尽快处置")
    dept = open_for(line.handler, DESK)
    make_move(dept, order, "sign")
    make_move(dept, order, "submit_result", result="已铺平路面", photos="after")
    make_move(office, order, "verify_pass")
    make_move(office, order, "strike_off")
    community = open_for(line.secretary, DESK)
    make_move(community, order, "strike_off")
    make_move(phone, order, "close", kind="solved")
    desk = open_for(line.supervisor, DESK)
    make_move(desk, order, "evaluate", rating="5")

    order.refresh_from_db()
    assert (order.state, order.rating, order.photos.count()) == (State.EVALUATED, 5, 2)
    for page in (phone, desk):
        page.goto(order.get_absolute_url())
        flow = page.locator("main")
        for move in (
            "report",
            "accept",
            "dispatch",
            "escalate",
            "sign",
            "submit_result",
            "verify_pass",
            "strike_off",
            "close",
            "evaluate",
        ):
            expect(flow.get_by_text(str(Move(move).label)).first).to_be_attached()
        expect(flow.get_by_text("已铺平路面").first).to_be_attached()
    assert kinds(line.leader) >= {"order_escalated", "order_passed_up"}
    assert kinds(line.secretary) >= {"order_escalated", "order_passed_up", "order_to_strike_off"}
    assert kinds(line.operator) >= {"order_escalated", "order_to_verify"}
    assert kinds(line.handler) >= {"order_assigned", "order_closed", "order_rated"}
    assert "order_to_close" in kinds(line.worker)
    for stranger in (line.dispatcher, line.clerk, line.chief, line.admin):
        assert kinds(stranger) == set()
