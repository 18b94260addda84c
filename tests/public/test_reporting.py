"""A resident reports without an account: to the desk once, looked up by number and telephone alone."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from hotline import actions as hotline
from hotline.models import Request
from hotline.states import RequestState
from public import nearby, places
from public.guard import challenge
from public.models import Held
from tests.factories import make_category, make_ruled_line
from tests.hotlines import make_request
from tests.pictures import photo, upload
from tests.public.people import PHONE, filled, send
from tests.registers import make_building
from workorders import actions as orders

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(seconds=20)


@pytest.fixture
def line(monkeypatch):
    cache.clear()
    monkeypatch.setattr(challenge, "EASY_BITS", 6)
    return make_ruled_line()


def reported(client, path="/p/report/", **fields):
    """Fill the form in and send it twenty seconds later."""
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=True) as clock:
        data = filled(client, path, **fields)
        clock.shift(LATER)
        return data, send(client, data, path)


def test_a_report_goes_to_the_desk_and_its_number_is_shown(line):
    client = Client()
    _data, answer = reported(client, lng="116.505", lat="35.405", photos=photo(), is_secret="on", topic="facilities")
    assert answer["Location"] == "/p/sent/"
    matter = Request.objects.get()
    assert (matter.source, matter.state, matter.grid, matter.is_located) == ("web", "received", line.base, True)
    assert (matter.requester_phone, matter.is_secret, matter.photos.count()) == (PHONE, True, 1)
    assert matter.title.startswith("路灯、道路、井盖：")
    told = client.get("/p/sent/").content.decode()
    assert matter.number in told
    assert f"{matter.due_at:%Y-%m-%d}" in told
    assert matter.number not in Client().get("/p/sent/", follow=True).content.decode()


def test_a_second_press_and_a_second_sending_make_no_second_report(line):
    client = Client()
    data, _answer = reported(client)
    assert send(client, data)["Location"] == "/p/sent/"
    assert Request.objects.count() == 1


def test_the_code_on_a_poster_says_the_place(line):
    building = make_building(line.base, number="3", lng="116.505", lat="35.405")
    code = places.PlaceCode.objects.create(building=building).code
    assert building.estate.name in Client().get(f"/p/at/{code}/").content.decode()
    _data, _answer = reported(Client(), f"/p/at/{code}/report/")
    matter = Request.objects.get()
    assert (matter.source, matter.grid, matter.address) == ("qr", line.base, f"{building.estate.name}{building}")
    assert Client().get("/p/at/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "长" * 1001}, "text"),
        ({"phone": "123"}, "phone"),
        ({"proof": "", "answer": "99"}, "answer"),
        ({"token": "forged"}, "answer"),
        ({"photos": [upload(b"<svg onload=alert(1)>", "x.svg", "image/svg+xml")]}, "photos"),
        ({"photos": [photo((n, 0, 0)) for n in range(5)]}, "photos"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(line, wrong, field):
    client = Client()
    _data, answer = reported(client, **({"text": "井盖坏了"} | wrong))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    if field != "text":
        assert "井盖坏了" in answer.content.decode()
    assert Request.objects.count() == Held.objects.count() == 0


def test_a_script_is_answered_with_what_is_wrong_and_a_new_challenge(line):
    client = Client()
    data = filled(client, text="")
    answer = send(client, data, headers={"Accept": "application/json"}).json()
    assert list(answer["errors"]) == ["text"]
    assert answer["challenge"]["token"] != data["token"]


def test_a_spent_proof_sends_nothing_else(line):
    client = Client()
    data, _answer = reported(client)
    again = data | {"client_uuid": "11111111-1111-4111-8111-111111111111", "text": "另一件事情"}
    assert send(client, again).status_code == 400
    assert Request.objects.count() == 1


def test_without_a_telephone_a_report_is_taken_but_cannot_be_looked_up(line):
    client = Client()
    reported(client, phone="")
    matter = Request.objects.get()
    assert matter.reply_way == "none"
    assert Client().post("/p/track/", {"number": matter.number, "tail": "0000"}).status_code == 400


def test_progress_is_told_to_whoever_has_the_number_and_the_telephone_s_end(line):
    reported(Client(), lng="116.505", lat="35.405")
    matter = Request.objects.get()
    client = Client()
    answer = client.post("/p/track/", {"number": matter.number.lower(), "tail": PHONE[-4:]})
    assert answer["Location"] == "/p/progress/"
    assert step_of(client) == "已收到"
    category = make_category(needs_photo=False)
    order = hotline.dispatch(matter, actor=line.clerk, grid=line.base, category=category).order
    assert step_of(client) == "在网格员或承办单位手中"
    orders.sign(order, actor=line.worker)
    assert step_of(client) == "正在办理"
    Request.objects.filter(pk=matter.pk).update(state=RequestState.ANSWERED, answer="路灯已修好。")
    told = client.get("/p/progress/").content.decode()
    assert "路灯已修好。" in told
    assert "<img" not in told


def step_of(client):
    told = client.get("/p/progress/").content.decode()
    return re.search(r'aria-current="step">.*?</svg><span>([^<]+)<', told, re.DOTALL)[1]


@pytest.mark.usefixtures("stopped_clock")
def test_a_wrong_number_and_wrong_digits_are_answered_alike_and_not_for_ever(line):
    matter = make_request(line, requester_phone=PHONE)
    wrong = [(matter.number, "0000"), ("370899202601010R00001", PHONE[-4:])]
    told = [Client().post("/p/track/", {"number": number, "tail": tail}) for number, tail in wrong]
    bodies = [re.sub(r'value="[^"]*"|Token": "\w+', "", answer.content.decode()) for answer in told]
    assert [answer.status_code for answer in told] == [400, 400]
    assert bodies[0] == bodies[1]
    for _ in range(4):
        Client().post("/p/track/", {"number": matter.number, "tail": "0001"})
    right = {"number": matter.number, "tail": PHONE[-4:]}
    assert Client().post("/p/track/", right).status_code == 429
    assert Client().post("/p/track/", right | {"number": "X1"}).status_code == 400


@pytest.mark.usefixtures("stopped_clock")
def test_one_address_may_look_up_only_so_often(line, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    row = {"number": "X1", "tail": "0000"}
    codes = [
        Client().post("/p/track/", row | {"number": f"X{n}"}, headers={"X-Forwarded-For": "192.0.2.7"}).status_code
        for n in range(21)
    ]
    assert codes == [400] * 20 + [429]
    assert Client().post("/p/track/", row, headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 400


def test_what_was_reported_nearby_is_said_without_others_words(line):
    make_request(line, lng="116.505000", lat="35.405000", text="SecretWords", title="SecretTitle")
    make_request(line, lng="116.505000", lat="35.405000", is_secret=True)
    told = Client().post("/p/similar/", {"lng": "116.5051", "lat": "35.4051"}).content.decode()
    assert "附近" in told
    assert "Secret" not in told
    far = Client().post("/p/similar/", {"lng": "116.5091", "lat": "35.4091"}).content.decode()
    assert "notice" not in far
    place = places.found_at("", (116.5051, 35.4051))
    assert nearby.reported(place, dt.datetime.now(dt.UTC)).count == 1


def test_the_grid_worker_is_found_by_position_or_address_and_the_address_stands_nowhere(line):
    answer = Client().post("/p/who/", {"lng": "116.505", "lat": "35.405"})
    assert answer["Location"] == f"/g/{line.base.public_code}/"
    building = make_building(line.base, number="3")
    cache.clear()
    answer = Client().post("/p/who/", {"address": f"{building.estate.name}3号楼"})
    assert answer["Location"] == f"/g/{line.base.public_code}/"
    assert Client().post("/p/who/", {"address": "没有这个地方"}).status_code == 200
    assert Client().post("/p/who/", {"address": ""}).status_code == 400


def test_public_pages_take_no_uploads_as_large_as_the_office_s(line, settings):
    settings.PUBLIC_UPLOAD_MAX_BYTES = 500
    data = filled(Client(), photos=photo())
    assert send(Client(), data).status_code == 413
