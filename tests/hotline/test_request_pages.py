"""The list of requests with its tabs and filters, the request's page, the panel on the order, tiles, retention."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids.backends import standing_for
from hotline import panels_of_desk, retention_rules
from hotline.states import RequestState
from tests.factories import make_ruled_line
from tests.hotlines import dispatched, make_request, receive

pytestmark = pytest.mark.django_db
LIST = "/hotline/"


@pytest.fixture
def line():
    return make_ruled_line()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_each_tab_shows_its_own_and_counts_them(line, django_assert_max_num_queries):
    now = timezone.now()
    waits = make_request(line, title="等着的", due_at=now + dt.timedelta(days=3))
    late = make_request(line, title="超期的", due_at=now - dt.timedelta(days=1))
    over = make_request(line, RequestState.CLOSED, title="完了的", answered_at=now)
    clerk = client_of(line.clerk)
    clerk.get(LIST)
    with django_assert_max_num_queries(10):
        page = clerk.get(LIST, {"tab": "desk"}).content.decode()
    assert page.index(late.title) < page.index(waits.title), "the nearest deadline first"
    assert over.title not in page
    page = clerk.get(LIST, {"tab": "overdue"}).content.decode()
    assert late.title in page
    assert waits.title not in page


def test_the_filters_narrow_and_a_wrong_one_is_named(line):
    tip, plea = make_request(line, kind="tip", title="举报的"), make_request(line, title="求助的")
    clerk = client_of(line.clerk)
    page = clerk.get(LIST, {"kind": "tip", "within": line.base.code}).content.decode()
    assert tip.title in page
    assert plea.title not in page
    assert plea.title in clerk.get(LIST, {"q": plea.number}).content.decode()
    assert clerk.get(LIST, {"since": "nonsense", "within": "nowhere"}).status_code == 200


def test_a_joined_one_is_taken_out_and_an_answered_one_is_taken_up_again_from_its_page(line):
    head, other = receive(line, kind="enquiry"), receive(line)
    clerk, chief = client_of(line.clerk), client_of(line.chief)
    form = {"act": "join", "join": f"r{head.pk}", "version": 1, "source": "phone", "kind": "help", "text": other.text}
    form |= {"client_uuid": other.client_uuid, "urgency": "ordinary", "reply_way": "phone"}
    form |= {"requester_phone": other.requester_phone, "title": other.title}
    assert clerk.post(f"/hotline/desk/{other.pk}/", form).status_code == 302
    assert reverse("hotline:unmerge", args=[other.pk]) in clerk.get(other.get_absolute_url()).content.decode()
    clerk.post(reverse("hotline:unmerge", args=[other.pk]))
    other.refresh_from_db()
    assert other.state == RequestState.RECEIVED
    form = {"act": "answer", "answer": "周一开门。", "version": 1, "source": "phone", "kind": "enquiry"}
    form |= {"text": head.text, "title": head.title, "client_uuid": head.client_uuid, "urgency": "ordinary"}
    form |= {"reply_way": "phone", "requester_phone": head.requester_phone}
    assert clerk.post(f"/hotline/desk/{head.pk}/", form).status_code == 302
    address = reverse("hotline:reopen", args=[head.pk])
    assert address in chief.get(head.get_absolute_url()).content.decode()
    chief.post(address, {"reason": "not_solved", "note": "还是没开门"})
    head.refresh_from_db()
    assert head.state == RequestState.RECEIVED


def test_the_order_s_page_lists_its_requests_and_names_nobody(line):
    matter = dispatched(line, requester_name="保密人", is_secret=True)
    page = client_of(line.worker).get(matter.order.get_absolute_url()).content.decode()
    assert matter.number in page
    assert "保密人" not in page


def test_the_workbench_counts_what_waits_for_who_works_at_the_desk(line):
    make_request(line)
    now = timezone.now()
    tiles = {
        tile.url: tile.rows.count() for tile in panels_of_desk.desk_tiles(line.clerk, standing_for(line.clerk), now)
    }
    assert tiles == {"/hotline/?tab=desk": 1, "/hotline/?tab=soon": 0, "/hotline/?tab=overdue": 0}
    assert not list(panels_of_desk.desk_tiles(line.worker, standing_for(line.worker), now))


def test_who_asked_is_forgotten_when_it_was_closed_long_ago(line):
    now = timezone.now()
    old = make_request(line, RequestState.CLOSED, closed_at=now - dt.timedelta(days=2000))
    new, waits = make_request(line, RequestState.CLOSED), make_request(line)
    assert retention_rules.forget_requesters(now - dt.timedelta(days=1825), True) == 1
    assert retention_rules.forget_requesters(now - dt.timedelta(days=1825), False) == 1
    for matter in (old, new, waits):
        matter.refresh_from_db()
    assert (old.requester_name, old.requester_phone, old.phone_hash) == ("", "", None)
    assert new.requester_name
    assert waits.requester_name
