"""The pages of a roster, from the upload to the report, as a community secretary goes through them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grids.roles import Role
from residents.models import Resident
from rosters import running
from rosters.models import Batch
from tests.factories import make_grid, make_post, make_user
from tests.registers import identity_number, phone_number
from tests.rosters.lists import checked, csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_grid(make_grid(make_grid()))


@pytest.fixture
def grid(community):
    return make_grid(community)


@pytest.fixture
def secretary(community):
    return make_post(make_user(), Role.COMMUNITY_SECRETARY, community).user


@pytest.fixture
def browser(secretary):
    client = Client()
    client.force_login(secretary)
    return client


def row(grid, name="王小明", number=None, room="301"):
    return [name, number or identity_number(), phone_number(), grid.code, f"颂运水庭4号楼2单元{room}室"]


def uploaded(browser, community, rows, name="名单.csv", **more) -> Batch:
    content = rows if isinstance(rows, bytes) else csv_of(rows).getvalue()
    data = {"kind": "residents", "node": community.code, "file": SimpleUploadedFile(name, content), **more}
    answer = browser.post(reverse("rosters:upload"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return Batch.objects.latest("id")


def chosen(batch: Batch, **more: str) -> dict[str, str]:
    return {f"column_{at}": field for at, field in batch.matching.items()} | more


def page(browser, batch: Batch) -> str:
    return browser.get(batch.get_absolute_url()).content.decode()


def test_the_whole_way_from_the_file_to_the_register_and_back(browser, community, grid):
    batch = uploaded(browser, community, [row(grid), row(grid, "李华", room="302")])
    assert "身份证号" in page(browser, batch)
    browser.post(reverse("rosters:match", args=[batch.pk]), chosen(batch))
    assert "every 2s" in page(browser, batch)
    running.run(batch.pk)
    assert "新增" in page(browser, batch) or "New" in page(browser, batch)
    assert browser.get(reverse("rosters:progress", args=[batch.pk])).headers["HX-Refresh"] == "true"
    browser.post(reverse("rosters:decide", args=[batch.pk]), {"rule_new": "apply", "then": "apply"})
    running.run(batch.pk)
    assert Resident.objects.count() == 2
    browser.post(reverse("rosters:undo", args=[batch.pk]))
    running.run(batch.pk)
    assert Resident.objects.filter(gone="").count() == 0
    batch.refresh_from_db()
    assert batch.state == "undone"
    page(browser, batch)
    assert batch.file_name in browser.get(reverse("rosters:list")).content.decode()


def test_a_row_that_names_a_grid_elsewhere_is_refused_and_the_others_are_taken(browser, community, grid):
    elsewhere = make_grid(make_grid(make_grid()))
    batch = checked(community, [row(grid), row(elsewhere, "李华")])
    assert batch.counts == {"new": 1, "refused": 1}, batch.failure
    shown = page(browser, batch)
    assert "李华" not in shown
    assert elsewhere.code[:6] not in shown
