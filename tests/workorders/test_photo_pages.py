"""A photo is served to who may see its order, and to nobody else, as a picture and as nothing else."""

import io
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from grids.roles import Role
from tests.factories import make_line, make_order, make_post, make_user
from tests.pictures import photo as phone_photo
from workorders import photos
from workorders.models import Photo, PhotoKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def line():
    return make_line("worker", "secretary", "supervisor")


def kept_photo(line, **fields) -> Photo:
    order = make_order(line, reporter=line.worker, **fields)
    return photos.attach(order, PhotoKind.BEFORE, [photos.clean(phone_photo())], line.worker)[0]


def addresses(photo: Photo) -> list[str]:
    return [reverse(f"workorders:{name}", args=[photo.pk]) for name in ("photo", "photo-thumb")]


def test_who_sees_the_order_sees_its_photos(client, line):
    photo = kept_photo(line)
    client.force_login(line.secretary)
    for address, field in zip(addresses(photo), (photo.image, photo.thumbnail), strict=True):
        response = client.get(address)
        data = b"".join(response.streaming_content)
        assert data == Path(field.path).read_bytes()
        assert Image.open(io.BytesIO(data)).format == "JPEG"
        assert response["Content-Type"] == "image/jpeg"
        assert response["Cache-Control"].startswith("private")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("inline; filename=")
        assert Path(field.name).stem not in response["Content-Disposition"]


def test_what_one_may_not_see_is_not_there(client, line):
    photo = kept_photo(line)
    stranger = make_line("secretary").secretary
    nobody = make_user()
    for user in (stranger, nobody):
        client.force_login(user)
        assert [client.get(address).status_code for address in addresses(photo)] == [404, 404]


def test_a_photo_of_a_confidential_order_is_not_there_for_most(client, line):
    photo = kept_photo(line, is_confidential=True)
    colleague = make_user()
    make_post(colleague, Role.GRID_WORKER, line.base)
    client.force_login(colleague)
    assert client.get(addresses(photo)[0]).status_code == 404
    client.force_login(line.supervisor)
    assert client.get(addresses(photo)[0]).status_code == 200


def test_without_signing_in_there_is_only_the_way_to_sign_in(client, line):
    for address in addresses(kept_photo(line)):
        assert client.get(address)["Location"].startswith(reverse("accounts:sign-in"))


def test_a_photo_that_the_reader_has_is_not_sent_again(client, line):
    client.force_login(line.worker)
    address = addresses(kept_photo(line))[0]
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"].startswith("private")


def test_nginx_sends_the_file_where_its_location_is_named(client, line, settings):
    settings.MEDIA_ACCEL_PREFIX = "/protected"
    client.force_login(line.worker)
    photo = kept_photo(line)
    response = client.get(addresses(photo)[0])
    assert response["X-Accel-Redirect"] == f"/protected/{photo.image.name}"
    assert response.content == b""


def test_a_lost_file_is_not_found(client, line):
    photo = kept_photo(line)
    Path(photo.image.path).unlink()
    client.force_login(line.worker)
    assert client.get(addresses(photo)[0]).status_code == 404


def test_photos_are_only_read(client, line):
    client.force_login(line.worker)
    assert client.post(addresses(kept_photo(line))[0]).status_code == 405
