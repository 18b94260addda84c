"""Hostile and broken reports: each gets a plain answer that names the field, and nothing is half made or doubled."""

import uuid
from collections.abc import Callable

import pytest

from accounts.models import User
from tests.factories import make_category, make_ruled_line
from tests.pictures import encoded, photo, upload
from workorders.models import Event, NumberSequence, Photo, WorkOrder

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/work-orders/"


@pytest.fixture
def line():
    return make_ruled_line("worker", "leader")


@pytest.fixture
def send(api, line) -> Callable:
    category = make_category(needs_photo=False)
    client = api(line.worker)

    def sent(format: str = "json", **fields):
        usual = {"client_uuid": str(uuid.uuid4()), "category": category.pk, "description": "路灯不亮"}
        body = {**usual, "lng": 116.505, "lat": 35.405, **fields}
        return client.post(ADDRESS, {key: value for key, value in body.items() if value is not None}, format=format)

    return sent


def assert_nothing_was_made(media) -> None:
    assert not WorkOrder.objects.exists()
    assert not Event.objects.exists()
    assert not Photo.objects.exists()
    assert not NumberSequence.objects.exists(), "no number is used up"
    assert [path for path in media.rglob("*") if path.is_file()] == []


WRONG = {
    "no text": ("description", ""),
    "text of blanks": ("description", " \t\n　"),
    "over-long text": ("description", "长" * 10_000),
    "text with NUL": ("description", "before\0after"),
    "a list for text": ("description", ["路灯"]),
    "an object for text": ("description", {"$ne": ""}),
    "null for text": ("description", False),
    "no category": ("category", ""),
    "unknown category": ("category", 10**9),
    "negative category": ("category", -1),
    "enormous category": ("category", 10**30),
    "category in words": ("category", "roads"),
    "category as a list": ("category", [1]),
    "no uuid": ("client_uuid", ""),
    "a word for uuid": ("client_uuid", "123e4567"),
    "longitude in words": ("lng", "east"),
    "longitude beyond the earth": ("lng", 1e300),
    "longitude nan": ("lng", "nan"),
    "latitude beyond the pole": ("lat", 90.5),
    "a point in the sea": ("lng", 123.5),
    "unknown coordinates": ("crs", "mars2000"),
    "negative accuracy": ("accuracy_m", -5),
    "enormous accuracy": ("accuracy_m", 10**12),
    "unknown urgency": ("urgency", "yesterday"),
    "unknown difficulty": ("difficulty", "0 OR 1=1"),
    "unknown source": ("source", "rumour"),
    "over-long address": ("address", "路" * 201),
    "address with NUL": ("address", "\0"),
    "over-long contact": ("contact_phone", "1" * 31),
    "a word for yes or no": ("self_handled", "perhaps"),
    "photos in words": ("photos", ["cat.jpg"]),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_field_is_named_and_nothing_is_made(send, what, tmp_path):
    field, value = WRONG[what]
    answer = send(**{field: value})
    assert answer.status_code == 400, answer.content
    assert list(answer.json()) == [field]
    assert_nothing_was_made(tmp_path)


@pytest.mark.parametrize("field", ["client_uuid", "category", "description"])
def test_a_missing_field_is_named(send, field, tmp_path):
    answer = send(**{field: None})
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert_nothing_was_made(tmp_path)


def test_a_report_without_a_place_says_that_it_needs_one(send, tmp_path):
    answer = send(lng=None, lat=None)
    assert (answer.status_code, list(answer.json())) == (400, ["grid"])
    assert_nothing_was_made(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE workorders_workorder; --",
        "{{ 7*7 }}{% debug %}",
        "\u202egpj.exe\u202c",
        "👩‍👩‍👧‍👦 漏水 🚰",
        "%s %(number)s {0}",
        "长" * 2000,
        "../../etc/passwd",
    ],
)
def test_odd_but_lawful_text_is_kept_as_it_was_written(send, text):
    answer = send(description=text, address=text[:200])
    assert answer.status_code == 201
    assert WorkOrder.objects.get().description == text


BAD_PHOTOS = {
    "forty megabytes": (encoded() + b"\0" * 40 * 1024 * 1024, "larger than"),
    "a renamed programme": (b"MZ\x90\0" + b"\0" * 2000, "not a photo"),
    "a polyglot": (encoded() + b"<script>alert(1)</script>", "another file"),
    "an svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a photo"),
    "a truncated jpeg": (encoded()[:-500], "incomplete"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("what", BAD_PHOTOS)
def test_a_bad_photo_is_named_and_nothing_is_made(send, what, tmp_path):
    data, words = BAD_PHOTOS[what]
    answer = send("multipart", photos=[photo(), upload(data, "IMG_2.jpg")])
    assert answer.status_code == 400
    assert list(answer.json()) == ["photos"]
    assert "IMG_2.jpg" in answer.content.decode()
    assert words in answer.content.decode()
    assert_nothing_was_made(tmp_path)


def test_a_heic_photo_is_as_good_as_any(send):
    answer = send("multipart", photos=[upload(encoded(kind="HEIF"), "IMG_1.HEIC", "image/heic")])
    assert answer.status_code == 201
    assert len(answer.json()["photos"]) == 1


def test_ten_photos_are_too_many(send, tmp_path):
    answer = send("multipart", photos=[photo((number, 0, 0)) for number in range(10)])
    assert (answer.status_code, list(answer.json())) == (400, ["photos"])
    assert_nothing_was_made(tmp_path)


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"\xff\xfe", 400),
        ("application/json", b"[]", 400),
        ("application/json", b'{"lng": NaN}', 400),
        ("application/json", b"null", 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b" " * 3_000_000 + b"{}", 413),
        ("text/csv", b"a,b", 415),
        ("multipart/form-data; boundary=x", b"--y\r\n", 400),
        ("multipart/form-data", b"", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(api, line, content_type, data, status, tmp_path):
    answer = api(line.worker).generic("POST", ADDRESS, data, content_type=content_type)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert_nothing_was_made(tmp_path)


def test_half_a_character_is_refused(api, line, tmp_path):
    """The first half of an emoji, as a phone that cuts texts may send it: no database would take it."""
    category = make_category(needs_photo=False).pk
    body = '{"client_uuid": "%s", "category": %d, "description": "\\ud83d", "lng": 116.505, "lat": 35.405}'
    data = body % (uuid.uuid4(), category)
    answer = api(line.worker).generic("POST", ADDRESS, data, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["description"])
    assert_nothing_was_made(tmp_path)


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999999"])
def test_an_impossible_number_is_not_found(api, line, pk):
    client = api(line.worker)
    for address in (f"{ADDRESS}{pk}/", f"{ADDRESS}{pk}/sign/", f"/api/v1/photos/{pk}/", f"/api/v1/grids/{pk}/"):
        assert client.get(address).status_code in {404, 405}
        assert client.post(address).status_code in {404, 405}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "There is nothing here that you may see."), ("zh-hans", "此处没有您可查看的内容。")],
)
def test_what_is_not_there_is_said_in_the_readers_language_without_our_names(api, line, language, words):
    client = api(line.worker)
    User.objects.filter(pk=line.worker.pk).update(language=language)
    for address in (f"{ADDRESS}0/", "/api/v1/survey-people/0/answer/"):
        answer = client.get(address) if "orders" in address else client.post(address)
        assert (answer.status_code, answer.json()) == (404, {"detail": words})


def test_a_report_whose_own_settlement_is_refused_leaves_nothing(api, line, tmp_path):
    """The order, its number and its photo are made before the result is found missing: all of it goes."""
    category = make_category(needs_photo=True)
    body = {"client_uuid": str(uuid.uuid4()), "category": category.pk, "description": "路灯不亮", "lng": 116.505}
    body |= {"lat": 35.405, "photos": [photo()], "self_handled": True, "result": "已修"}
    answer = api(line.worker).post(ADDRESS, body, format="multipart")
    assert (answer.status_code, list(answer.json())) == (400, ["after_photos"])
    assert_nothing_was_made(tmp_path)
