"""The notice at the gate: open to everybody, and saying no more than it should."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from grids.models import Grid, Kind
from grids.roles import Role
from tests.factories import Line, make_grid, make_line, make_post, make_user

pytestmark = pytest.mark.django_db
PHONE = "12011112222"


@pytest.fixture
def line() -> Line:
    line = make_line("worker", "leader", "secretary")
    User.objects.filter(pk=line.worker.pk).update(phone=PHONE, email="worker@example.org", employee_number="E77")
    return line


def notice(client: Client, node: Grid) -> str:
    answer = client.get(reverse("grids:public", args=[node.public_code]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_names_who_answers_for_the_grid_without_signing_in(client: Client, line: Line) -> None:
    page = notice(client, line.base)
    assert "Worker" in page
    assert "Leader" in page
    assert line.base.name in page
    assert line.community.name in page


def test_it_shows_no_phone_unless_its_owner_agreed(client: Client, line: Line) -> None:
    assert PHONE not in notice(client, line.base)
    User.objects.filter(pk=line.worker.pk).update(is_phone_published=True)
    assert PHONE in notice(client, line.base)


def test_it_says_nothing_of_other_people_or_of_the_account(client: Client, line: Line) -> None:
    make_post(make_user(display_name="Micro"), Role.MICRO_LEAD, line.base)
    page = notice(client, line.base)
    for secret in ("Secretary", "Micro", "worker@example.org", "E77", line.worker.username, line.base.code):
        assert secret not in page
    assert f"/grids/{line.base.pk}" not in page


def test_somebody_whose_post_ended_is_no_longer_on_it(client: Client, line: Line) -> None:
    line.worker.posts.update(starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 1, 2), is_primary=False)
    assert "Worker" not in notice(client, line.base)


def test_a_dedicated_grid_has_a_notice_too(client: Client, line: Line) -> None:
    other = make_grid(line.street, kind=Kind.COMMUNITY)
    hospital = make_grid(line.community, kind=Kind.DEDICATED, co_managed_by=other, name="第一医院专属网格")
    page = notice(client, hospital)
    assert "第一医院专属网格" in page
    assert other.name in page


def test_a_closed_grid_says_so_and_names_nobody(client: Client, line: Line) -> None:
    Grid.objects.filter(pk=line.base.pk).update(valid_to=dt.date(2026, 1, 31))
    page = notice(client, line.base)
    assert "2026-01-31" in page
    assert "Worker" not in page


def test_other_levels_have_none_and_codes_cannot_be_guessed(client: Client, line: Line) -> None:
    assert client.get(reverse("grids:public", args=[line.community.public_code])).status_code == 404
    assert client.get(reverse("grids:public", args=["nosuchcode"])).status_code == 404
    assert client.get(reverse("grids:public-qr", args=[line.street.public_code])).status_code == 404


def test_the_qr_code_is_a_picture_that_leads_to_the_page(client: Client, line: Line) -> None:
    answer = client.get(reverse("grids:public-qr", args=[line.base.public_code]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert f"/g/{line.base.public_code}/" in notice(client, line.base)


def test_a_photo_is_sent_for_who_is_on_the_notice_only(client: Client, line: Line) -> None:
    for person in (line.worker, line.secretary):
        person.photo.save("face.jpg", ContentFile(b"\xff\xd8\xff\xe0 face"))
    worker, secretary = line.worker.posts.get(), line.secretary.posts.get()
    shown = client.get(reverse("grids:public-photo", args=[line.base.public_code, worker.pk]))
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg"
    assert client.get(reverse("grids:public-photo", args=[line.base.public_code, secretary.pk])).status_code == 404
    assert client.get(reverse("grids:public-photo", args=[line.community.public_code, secretary.pk])).status_code == 404


def test_hostile_text_on_the_notice_is_only_text(client: Client, line: Line) -> None:
    Grid.objects.filter(pk=line.base.pk).update(duties="<script>alert(1)</script>", name="</script><b>x</b>")
    page = notice(client, line.base)
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
