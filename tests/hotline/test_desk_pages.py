"""The intake desk through HTTP: taking down, looking up, settling, the queue, the sure ones together, the knowledge."""

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRecord
from grids.roles import Role
from hotline.models import Request, Snippet
from hotline.states import RequestState
from locating.models import Correction
from tests.factories import make_category, make_order, make_post, make_ruled_line, make_user
from tests.hotlines import make_request, make_request_photo, make_snippet, receive
from workorders.states import Scheme, State

pytestmark = pytest.mark.django_db
DESK = "/hotline/desk/"


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture
def category():
    return make_category(name="路灯", scheme=Scheme.HOTLINE, needs_photo=False)


@pytest.fixture
def clerk(line):
    client = Client()
    client.force_login(line.clerk)
    return client


def said(act="keep", **fields):
    usual = {
        "client_uuid": uuid.uuid4(),
        "act": act,
        "source": "phone",
        "kind": "help",
        "text": "小区门口路灯不亮，请安排维修。",
        "requester_phone": "12900000007",
        "urgency": "ordinary",
        "reply_way": "phone",
    }
    return usual | fields


def test_a_call_is_taken_down_and_sent_to_the_grid_s_worker_in_one_press(line, clerk, category):
    form = said("dispatch", category=category.pk, grid=line.base.pk, address="槐树湾老码头")
    for _twice in range(2):
        assert clerk.post(DESK, form).status_code == 302
    matter = Request.objects.get()
    assert (matter.state, matter.grid, matter.order.assignee) == (RequestState.DISPATCHED, line.base, line.worker)
    assert Correction.objects.get().grid == line.base, "what the operator said of the address is remembered"
    assert matter.number in clerk.get(DESK).content.decode()


def test_what_is_missing_is_said_and_nothing_is_kept(line, clerk, category):
    answer = clerk.post(DESK, said("dispatch", category=category.pk))
    assert answer.status_code == 400
    assert "12900000007" in answer.content.decode(), "what was typed is still there"
    assert clerk.post(DESK, said("refuse", reason="")).status_code == 400
    assert clerk.post(DESK, said("answer", answer="No.")).status_code == 400, "a plea for help is not ended at the desk"
    assert clerk.post(DESK, said("join")).status_code == 400
    assert clerk.post(DESK, said("join", join="r99999")).status_code == 400
    assert not Request.objects.exists()


def test_an_enquiry_is_answered_from_the_knowledge(line, clerk):
    snippet = make_snippet(line)
    make_snippet(line, title="社保卡旧办法", valid_until=timezone.localdate() - dt.timedelta(days=1))
    beside = clerk.post(f"{DESK}look/", said("", kind="enquiry", text="请问社保卡丢了怎么补办？")).content.decode()
    assert snippet.text in beside
    assert "社保卡旧办法" not in beside, "an expired snippet is not offered"
    form = said("answer", kind="enquiry", text="请问社保卡丢了怎么补办？", answer=snippet.text, snippet=snippet.pk)
    assert clerk.post(DESK, form).status_code == 302
    snippet.refresh_from_db()
    assert (Request.objects.get().state, snippet.used_count) == (RequestState.CLOSED, 1)


def test_what_bears_on_the_call_stands_beside_it(line, clerk, django_assert_max_num_queries):
    receive(line, title="上个月的事", requester_phone="12900000007", text="楼道灯坏了，请来看看。")
    alike = receive(line, title="路灯不亮", text="小区门口路灯不亮，请安排人维修。", grid=line.base)
    order = make_order(line, State.IN_PROGRESS, description="路灯线路检修")
    foreign = make_request(make_ruled_line(), title="外区的路灯", text="小区门口路灯不亮，请安排维修。")
    with django_assert_max_num_queries(32):
        beside = clerk.post(
            f"{DESK}look/", said("", address=line.base.name, grid_other=line.base.code)
        ).content.decode()
    assert f'value="r{alike.pk}"' in beside
    assert f'value="o{order.pk}"' in beside
    assert "上个月的事" in beside
    assert foreign.title not in beside
    assert line.worker.display_name in beside
    assert "12900000007" not in beside


def test_without_scripts_the_button_looks_up_and_complains_of_nothing(line, clerk):
    alike = receive(line, text="小区门口路灯不亮，请安排人维修。")
    answer = clerk.post(DESK, said("look", requester_phone="", category=""))
    page = answer.content.decode()
    assert (answer.status_code, Request.objects.count()) == (200, 1)
    assert f'value="r{alike.pk}"' in page
    assert "小区门口路灯不亮，请安排维修。" in page
    assert 'class="field field-bad"' not in page


def test_a_suggested_category_is_taken_over_with_its_rank(clerk, category, line):
    page = clerk.post(DESK, said("", suggested=f"{category.pk}:2")).content.decode()
    assert re.search(rf'<option value="{category.pk}" selected>', page)
    assert re.search(r'name="suggestion_rank" value="2"', page)


def test_one_that_waits_is_opened_corrected_and_sent(line, clerk, category):
    matter = receive(line, source="web", requester_name="测试来电人", text="路灯坏了很多天")
    page = clerk.get(f"{DESK}{matter.pk}/").content.decode()
    assert "测试来电人" in page
    assert AuditRecord.objects.filter(action="hotline.see_requester", subject_id=str(matter.pk)).count() == 1
    form = said(
        "dispatch",
        version=matter.version,
        source="web",
        requester_phone=matter.requester_phone,
        requester_name="测试来电人",
        text=matter.text,
        category=category.pk,
        grid_other=line.base.code,
    )
    assert clerk.post(f"{DESK}{matter.pk}/", form).status_code == 302
    matter.refresh_from_db()
    assert (matter.state, matter.category, matter.grid) == (RequestState.DISPATCHED, category, line.base)
    assert clerk.get(f"{DESK}{matter.pk}/").url == matter.get_absolute_url(), "what waits no more opens as what it is"
    stale = receive(line, text="另一件")
    form |= {"version": 7, "text": "另一件事"}
    assert clerk.post(f"{DESK}{stale.pk}/", form).status_code == 400


def test_another_operator_is_told_who_has_it_and_is_given_the_next(line, clerk):
    other = make_user(display_name="另一位话务员")
    make_post(other, Role.INTAKE_CLERK, line.district)
    first, second = receive(line, text="先到期的"), receive(line, kind="complaint", text="后到期的")
    opened = clerk.post(f"{DESK}next/")
    assert opened.url == f"{DESK}{first.pk}/"
    theirs = Client()
    theirs.force_login(other)
    assert theirs.post(f"{DESK}next/").url == f"{DESK}{second.pk}/"
    assert line.clerk.display_name in theirs.get(f"{DESK}{first.pk}/").content.decode()
    assert clerk.post(f"{DESK}next/", {"after": first.pk}).url == DESK, "nothing else is free"


def test_the_sure_ones_go_together_and_one_that_cannot_holds_nobody_back(line, clerk, category):
    sure = receive(line, grid=line.base, is_located=True, category=category)
    moved = receive(line, grid=line.base, is_located=True, category=category)
    unsure = receive(line, grid=line.base, category=category)
    page = clerk.get(f"{DESK}ready/").content.decode()
    assert f'value="{sure.pk}:1"' in page
    assert f'value="{unsure.pk}:' not in page
    clerk.post(f"{DESK}ready/", {"pick": [f"{sure.pk}:1", f"{moved.pk}:9", "x:y", "999:1"]})
    states = {one.pk: one.state for one in Request.objects.all()}
    assert states == {
        sure.pk: RequestState.DISPATCHED,
        moved.pk: RequestState.RECEIVED,
        unsure.pk: RequestState.RECEIVED,
    }


def test_knowledge_is_written_by_who_keeps_the_rules_and_expires(line, clerk):
    chief = Client()
    chief.force_login(line.chief)
    form = {
        "title": "几点上班",
        "text": "工作日九点至五点。",
        "keywords": "上班、几点 办公",
        "category": "",
        "valid_until": "",
    }
    assert chief.post(reverse("hotline:snippet-new"), form).status_code == 302
    snippet = Snippet.objects.get()
    assert (snippet.keywords, snippet.verified_by) == ("上班 几点 办公", line.chief)
    assert clerk.post(reverse("hotline:snippet-edit", args=[snippet.pk]), form).status_code == 403
    chief.post(reverse("hotline:snippet-retire", args=[snippet.pk]))
    assert "几点上班" not in clerk.get(reverse("hotline:snippets")).content.decode()
    assert "几点上班" in clerk.get(reverse("hotline:snippets"), {"show": "expired"}).content.decode()


def test_a_photo_of_a_request_is_for_who_may_see_the_request(line, clerk):
    picture = make_request_photo(make_request(line))
    address = reverse("hotline:photo-thumb", args=[picture.pk])
    assert clerk.get(address)["Content-Type"] == "image/jpeg"
    stranger = Client()
    stranger.force_login(make_ruled_line().clerk)
    assert stranger.get(address).status_code == 404


def test_the_desk_shows_its_queue_in_few_queries(line, clerk, django_assert_max_num_queries):
    for _each in range(15):
        make_request(line)
    clerk.get(DESK)
    with django_assert_max_num_queries(12):
        page = clerk.get(DESK).content.decode()
    assert page.count('class="queue-row"') == 12
