"""Ten thousand posts of robots neither fill the desk nor the disk; who is held by mistake is not lost."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hotline.models import Request
from public import actions, taking
from public.forms.visitors import ReportForm
from public.guard import challenge
from public.guard.verdict import Facts, Reason, Refusal, judge
from public.models import Held
from public.visitors import Visitor
from tests.factories import make_ruled_line
from tests.pictures import photo, upload
from tests.public.people import PHONE, filled, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(monkeypatch):
    cache.clear()
    monkeypatch.setattr(challenge, "EASY_BITS", 4)
    return make_ruled_line()


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({}, ()),
        ({"is_trapped": True}, (Reason.TRAP,)),
        ({"seconds": 1}, (Reason.TOO_FAST,)),
        ({"from_address": 21}, (Reason.ADDRESS,)),
        ({"from_device": 7}, (Reason.DEVICE,)),
        ({"is_by_sum": True, "sums_from_address": 4}, (Reason.SUMS,)),
        ({"sums_from_address": 4}, ()),
        ({"taken": 300}, (Reason.FLOOD,)),
        ({"has_links": True}, (Reason.LINKS,)),
    ],
)
def test_what_looks_like_a_robot_is_held_with_its_reason(facts, reasons):
    assert judge(Facts(**({"seconds": 30} | facts))).reasons == reasons


def test_beyond_the_bounds_it_is_refused_with_words():
    assert judge(Facts(30, from_address=61)).refusal == Refusal.TOO_MANY
    assert judge(Facts(1, waiting=500)).refusal == Refusal.FULL
    assert judge(Facts(30, waiting=500)).refusal is None


def test_the_challenge_gets_harder_with_the_load():
    assert [challenge.bits_for(n) for n in (1, 1200, 2400, 10**9)] == [14, 15, 16, 20]


def test_ten_thousand_posts_fill_neither_desk_nor_disk(line, settings, tmp_path):
    """Cheap robots prove nothing; clever ones do the sum or the work, each from another address, some with photos."""
    settings.TRUSTED_PROXY_COUNT, settings.MEDIA_ROOT = 1, tmp_path
    settings.PUBLIC_REPORTS_PER_HOUR, settings.PUBLIC_HELD_MOST = 15, 20
    who, now, empty = Visitor("192.0.2.1", ""), timezone.now(), {"text": "buy", "answer": "7"}
    for n in range(9_900):
        if n % 100:  # The door itself, without the form before it.
            with pytest.raises(challenge.NotProven):
                challenge.check("forged", str(n), "7")
            continue
        form = ReportForm(empty | {"client_uuid": uuid.UUID(int=n + 1)})
        assert taking.take(form, [], who, None, now) is None
    picture = photo().read()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        for n in range(60):
            client = Client()
            data = filled(client, is_by_sum=n % 2 == 0, photos=upload(picture) if n % 4 == 0 else "")
            clock.shift(dt.timedelta(seconds=1 if n % 3 else 4))
            send(client, data, headers={"X-Forwarded-For": f"198.51.100.{n}"})
    assert 0 < Request.objects.count() <= 15
    assert Held.objects.count() == 20
    assert 0 < sum(1 for _ in tmp_path.rglob("*.jpg")) <= 2 * (15 + 20)


def test_who_is_held_has_a_number_and_reaches_the_desk_with_its_picture_once_somebody_looked(
    line, django_capture_on_commit_callbacks
):
    client = Client()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        send(client, filled(client, photos=photo(), address="测试路1号"))
    held = Held.objects.get()
    assert (held.reasons, Request.objects.count()) == (["too_fast"], 0)
    assert held.number in client.get("/p/sent/").content.decode()
    assert held.photos.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        matter = actions.let_in(held, actor=line.clerk)
    assert (matter.photos.count(), held.photos.count()) == (1, 0)
    assert (matter.text, matter.received_at, matter.requester_phone) == (held.text, held.received_at, PHONE)
    held.refresh_from_db()
    assert (held.text, held.matter) == ("", matter)
    answer = Client().post("/p/track/", {"number": held.number, "tail": PHONE[-4:]})
    assert answer["Location"] == "/p/progress/"


def test_what_a_robot_said_goes_when_it_is_discarded(line):
    client = Client()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        send(client, filled(client))
    held = actions.discard(Held.objects.get(), actor=line.clerk)
    assert (held.text, held.requester_phone, Request.objects.count()) == ("", "", 0)
