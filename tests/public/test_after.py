"""After a report: it is rated once, taken up again within the time; building leads report by links that end."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hotline import actions as hotline
from hotline.models import Request
from messaging.models import Message
from public import actions
from public.actions import links
from public.models import LeadLink, PlaceCode
from tests.factories import make_ruled_line
from tests.hotlines import receive
from tests.pictures import photo
from tests.public.people import PHONE, make_link
from tests.registers import make_building

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    cache.clear()
    return make_ruled_line()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def answered(line):
    matter = receive(line, kind="enquiry", requester_phone=PHONE)
    hotline.answer_directly(matter, actor=line.clerk, answer="您好，社区服务中心电话 0537-2345678。")
    client = Client()
    client.post("/p/track/", {"number": matter.number, "tail": PHONE[-4:]})
    return client, matter


def test_the_requester_rates_the_answer_once(line):
    client, matter = answered(line)
    rating = {"solved": "yes", "satisfaction": "5"}
    assert "/p/progress/rate/" in client.get("/p/progress/").content.decode()
    client.post("/p/progress/rate/", rating)
    client.post("/p/progress/rate/", rating | {"satisfaction": "1", "reason": "other"})
    matter.refresh_from_db()
    assert (matter.satisfaction, matter.solved) == (5, "yes")
    assert "/p/progress/rate/" not in client.get("/p/progress/").content.decode()
    assert Client().post("/p/progress/rate/", rating)["Location"] == "/p/track/"


def test_the_requester_has_it_taken_up_again_with_a_reason(line):
    client, matter = answered(line)
    assert client.post("/p/progress/reopen/", {"note": ""}).status_code == 400
    client.post("/p/progress/reopen/", {"note": "仍未解决"})
    matter.refresh_from_db()
    assert (matter.state, matter.reopen_count) == ("received", 1)


def test_a_lead_reports_from_their_building_by_the_link_alone(line):
    building = make_building(line.base, number="7")
    make_link(building, line.leader)
    page = signed_in(line.leader).post(f"/lead-links/buildings/{building.pk}/give/", follow=True)
    address = page.context["address"]
    assert LeadLink.objects.filter(token_hash__in=address).count() == 0
    client = Client()
    assert client.get(address.partition("localhost:8000")[2])["Location"] == "/l/"
    told = client.get("/l/").content.decode()
    assert "密楼长" not in told
    key = "11111111-1111-4111-8111-111111111111"
    for _ in range(2):
        sent = client.post("/l/", {"client_uuid": key, "text": "楼道灯不亮", "photos": photo(), "topic": "facilities"})
        assert sent["Location"] == "/l/done/"
    matter = Request.objects.get()
    assert (matter.source, matter.grid, matter.is_located, matter.photos.count()) == ("lead", line.base, True, 1)
    link = LeadLink.objects.get(revoked_at=None)
    assert [use.act for use in link.used.order_by("id")] == ["opened", "reported"]
    assert matter.number in client.get("/l/done/").content.decode()
    signed_in(line.leader).post(f"/lead-links/{link.pk}/revoke/")
    assert client.get("/l/").status_code == 404
    assert client.get(address.partition("localhost:8000")[2]).status_code == 404


def test_a_link_ends_with_its_time_with_another_lead_and_when_renewed(line):
    building = make_building(line.base)
    make_link(building, line.leader)
    _link, token = actions.give(building, actor=line.leader)
    now = timezone.now()
    assert links.find(token, now) is not None
    assert links.find(token, now + dt.timedelta(days=181)) is None
    actions.give(building, actor=line.leader)
    assert links.find(token, now) is None
    _link, token = actions.give(building, actor=line.leader)
    make_link(building, line.leader)
    assert links.find(token, now) is None


def test_a_link_goes_out_as_a_text_message_while_it_is_fresh(line):
    building = make_building(line.base)
    link = make_link(building, line.leader)
    client = signed_in(line.leader)
    client.post(f"/lead-links/{link.pk}/send/")
    assert Message.objects.count() == 0
    client.post(f"/lead-links/buildings/{building.pk}/give/")
    link = LeadLink.objects.get(revoked_at=None)
    client.post(f"/lead-links/{link.pk}/send/")
    assert "/l/" in Message.objects.get().body
    assert "/l/" not in signed_in(line.leader).get(f"/lead-links/{link.pk}/").content.decode()


def test_posters_lead_to_their_places(line, django_assert_max_num_queries):
    rows = [make_building(line.base) for _ in range(3)]
    client = signed_in(line.leader)
    told = client.get(f"/posters/buildings/{rows[0].pk}/").content.decode()
    assert f"/p/at/{PlaceCode.objects.get().code}/" in told
    assert f"/p/at/{line.base.public_code}/" in client.get(f"/posters/grids/{line.base.pk}/").content.decode()
    secretary = signed_in(line.secretary)
    with django_assert_max_num_queries(24):
        answer = secretary.get(f"/posters/communities/{line.community.pk}/")
    assert len(answer.context["posters"]) == 4
