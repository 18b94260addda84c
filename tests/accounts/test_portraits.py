"""A person's portrait: given by who manages accounts, cleaned like any photo, one at a time."""

import io
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from accounts.models import AuditRecord, User
from tests.factories import Line, make_line, make_order, make_user
from tests.pictures import encoded, exif, photo, picture, upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(settings, tmp_path) -> Line:
    settings.MEDIA_ROOT = tmp_path
    return make_line("worker", "secretary", "admin")


def send(client, person: User, **data):
    return client.post(reverse("accounts:user-photo-change", args=[person.pk]), data, follow=True)


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_portrait_is_small_clean_and_shown(client, line):
    client.force_login(line.admin)
    large = upload(encoded(picture((3000, 2000)), exif=exif(taken="2026:03:02 09:05:07", lng=116.5, lat=35.4)))
    page = send(client, line.worker, photo=large)
    address = reverse("accounts:user-photo", args=[line.worker.pk])
    assert address in page.content.decode()
    data = b"".join(client.get(address).streaming_content)
    image = Image.open(io.BytesIO(data))
    assert (image.format, max(image.size), dict(image.getexif())) == ("JPEG", 320, {})
    assert AuditRecord.objects.filter(action="accounts.edit_user", subject_id=str(line.worker.pk)).count() == 1


def test_the_public_page_shows_it(client, line):
    client.force_login(line.admin)
    send(client, line.worker, photo=photo())
    client.logout()
    post = line.worker.posts.get()
    address = reverse("grids:public-photo", args=[line.base.public_code, post.pk])
    assert address in client.get(reverse("grids:public", args=[line.base.public_code])).content.decode()
    assert client.get(address)["Content-Type"] == "image/jpeg"


def test_a_new_portrait_replaces_the_former_and_removing_leaves_none(client, line, tmp_path):
    client.force_login(line.admin)
    for color in ("green", "blue"):
        send(client, line.worker, photo=photo(color))
        assert len(files(tmp_path)) == 1
    send(client, line.worker, remove="1")
    assert files(tmp_path) == []
    line.worker.refresh_from_db()
    assert not line.worker.photo


@pytest.mark.parametrize("data", [b"MZ\x90\0", b"", b"<svg/>", encoded()[:-400]])
def test_what_is_no_photo_is_refused_and_the_former_one_stays(client, line, data, tmp_path):
    client.force_login(line.admin)
    send(client, line.worker, photo=photo())
    before = [path.read_bytes() for path in files(tmp_path)]
    page = send(client, line.worker, photo=upload(data, "me.jpg"))
    assert "me.jpg" in page.content.decode()
    assert [path.read_bytes() for path in files(tmp_path)] == before


def test_nothing_chosen_changes_nothing(client, line, tmp_path):
    client.force_login(line.admin)
    assert send(client, line.worker).status_code == 200
    assert files(tmp_path) == []


def test_colleagues_see_a_portrait_and_other_districts_do_not(client, line):
    client.force_login(line.admin)
    send(client, line.worker, photo=photo())
    address = reverse("accounts:user-photo", args=[line.worker.pk])
    for colleague in (line.worker, line.secretary):
        client.force_login(colleague)
        assert client.get(address).status_code == 200
    assert send(client, line.worker, remove="1").status_code == 403
    stranger = make_line("secretary", lng=117).secretary
    for other in (stranger, make_user()):
        client.force_login(other)
        assert client.get(address).status_code == 404


def test_a_portrait_is_seen_by_whoever_sees_an_order_of_that_person(client, line):
    client.force_login(line.admin)
    guest = make_user()
    send(client, guest, photo=photo())
    address = reverse("accounts:user-photo", args=[guest.pk])
    client.force_login(line.secretary)
    assert client.get(address).status_code == 404
    make_order(line, reporter=guest)
    assert client.get(address).status_code == 200
