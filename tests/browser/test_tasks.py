"""A task from the department's desk over the centre's to the worker's phone, and back as progress."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from admission import fanout
from admission.models import Answer, Assignment, Task
from grids.roles import Role
from tests.browser.conftest import DESK, PHONE
from tests.browser.looks import sticks_out
from tests.factories import make_post, make_ruled_line, make_user
from workorders.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_department_applies_the_centre_admits_and_the_worker_fills_in_on_the_phone(open_for):
    line = make_ruled_line()
    bureau = make_user("bureau")
    make_post(bureau, Role.DEPT_LEADER, line.district, line.dept)

    desk = open_for(bureau, PHONE, "/tasks/apply/")
    assert sticks_out(desk) <= 0
    desk.locator("[name=title]").fill("消防通道检查")
    desk.locator("[name=purpose]").fill("掌握通道畅通情况")
    desk.locator("[name=basis]").fill("《消防法》第二十八条")
    desk.locator("[name=areas]").first.check()
    desk.locator("[name=minutes]").fill("20")
    desk.locator("[name=q1-label]").fill("通道是否畅通")
    desk.locator("[name=q2-label]").fill("堵塞处数")
    desk.locator("[name=q2-kind]").select_option("number")
    desk.locator("[name=q2-maximum]").fill("9")
    desk.locator("main form[method=post] .btn-primary").click()
    desk.wait_for_url("**/tasks/*/")
    task = Task.objects.get()
    assert task.fields.count() == 2

    centre = open_for(line.chief, PHONE, f"/tasks/{task.pk}/")
    centre.locator(".page-actions .btn-primary").click()
    expect(centre.get_by_text("Worker", exact=True).first).to_be_visible()
    assert sticks_out(centre) <= 0
    centre.locator("button[name=admit]").click()
    centre.wait_for_url(f"**/tasks/{task.pk}/")
    task.refresh_from_db()
    assert (task.state, task.starts_on) == ("admitted", timezone.localdate())
    assert fanout.run() == 1

    phone = open_for(line.worker, PHONE, "/tasks/mine/")
    assert sticks_out(phone) <= 0
    phone.locator("td .btn-primary").click()
    assert sticks_out(phone) <= 0
    phone.locator("[value=yes]").check()
    phone.locator("input[type=number]").first.fill("12")
    phone.locator("[name=took][value='15']").check()
    phone.locator(".sticky-actions button").click()
    expect(phone.locator(".field-error")).to_be_visible()
    phone.locator("input[type=number]").first.fill("3")
    phone.locator(".sticky-actions button").click()
    phone.wait_for_url("**/tasks/mine/")
    part = Assignment.objects.select_related("order").get()
    assert (part.minutes, part.order.state, Answer.objects.count()) == (15, State.CLOSED, 2)

    phone.goto(part.order.get_absolute_url())
    expect(phone.locator("#task-title")).to_be_visible()
    back = open_for(bureau, DESK, f"/tasks/{task.pk}/progress/")
    expect(back.locator(".tile-number").first).to_have_text("1")
    expect(back.get_by_text(line.street.name)).to_be_visible()
