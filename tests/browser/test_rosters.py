"""A list from the secretary's desk to the register: upload, columns, mistakes, decisions, writing, taking it back."""

import re

import pytest
from playwright.sync_api import expect

from grids.roles import Role
from residents.models import Resident
from rosters import running
from rosters.models import Batch
from tests.browser.conftest import DESK, PHONE
from tests.browser.looks import sticks_out
from tests.factories import make_grid, make_post, make_user
from tests.registers import identity_number, make_house, make_resident, phone_number
from tests.rosters.lists import csv_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_secretary_brings_a_list_in_and_takes_it_back(open_for):
    community = make_grid(make_grid(make_grid()))
    grid = make_grid(community)
    secretary = make_user()
    make_post(secretary, Role.COMMUNITY_SECRETARY, community)
    known = make_resident(make_house(grid, address_key="颂运水庭|4|2|301"), name="李华")
    wrong = identity_number()[:-1]
    rows = [
        ["王小明", identity_number(), phone_number(), grid.code, "颂运水庭4号楼2单元302室"],
        ["李华", known.identity_number, "12900000001", grid.code, ""],
        ["赵大", wrong, "", grid.code, ""],
    ]
    headings = ("姓名", "身份证号", "本人联系电话", "所属网格", "现住地址")

    desk = open_for(secretary, DESK, "/rosters/")
    desk.locator(".empty-state .btn-primary").click()
    desk.locator("[name=file]").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": csv_of(rows, headings).getvalue()}
    )
    desk.locator(".roster-upload .btn-primary").click()
    desk.wait_for_url(re.compile(r"/rosters/\d+/$"))
    batch = Batch.objects.get()
    expect(desk.locator(".roster-match .is-guess")).to_have_count(1)
    desk.locator("main form .btn-primary").click()
    expect(desk.locator("#progress")).to_be_visible()
    running.run(batch.pk)
    expect(desk.locator(".roster-problems")).to_be_visible()  # the page came anew by itself
    assert wrong not in desk.content()
    expect(desk.locator(".tile-number")).to_have_text(["1", "1", "1"])

    desk.locator("a.tile", has_text="有变化").click()
    expect(desk.locator(".roster-diff")).to_contain_text("129****0001")
    desk.locator("[data-mark-all]").check()
    desk.locator(".roster-bar .btn-primary").click()
    desk.locator(".page-head a").first.click()

    phone = open_for(secretary, PHONE, batch.get_absolute_url())
    assert sticks_out(phone) <= 0
    phone.locator("[name=rule_new][value=apply]").check()
    phone.locator("button[value=apply]").click()
    expect(phone.locator("#progress")).to_be_visible()
    assert sticks_out(phone) <= 0
    running.run(batch.pk)
    expect(phone.locator("#done-title")).to_be_visible()
    known.refresh_from_db()
    assert (known.phone, Resident.objects.count()) == ("12900000001", 2)

    phone.locator("[data-opens=undo-roster]").click()
    phone.locator("#undo-roster .btn-danger").click()
    expect(phone.locator("#progress")).to_be_visible()
    running.run(batch.pk)
    expect(phone.locator("#progress")).to_have_count(0)
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert Resident.objects.get(pk=known.pk).phone != "12900000001"


def test_a_file_that_is_too_large_is_not_even_sent(open_for, settings):
    settings.ROSTER_MAX_BYTES = 1000
    community = make_grid(make_grid(make_grid()))
    secretary = make_user()
    make_post(secretary, Role.COMMUNITY_SECRETARY, community)
    desk = open_for(secretary, DESK, "/rosters/new/")
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"x" * 2000}
    desk.locator("[name=file]").set_input_files(file)
    expect(desk.locator("[data-too-large]")).to_be_visible()
    desk.locator(".roster-upload .btn-primary").click()
    assert desk.url.endswith("/rosters/new/")
    expect(desk.locator("[name=file]")).to_be_focused()
