"""A reply is drafted, reviewed by others, and reaches all who asked, each by their own way and number."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Notification, User
from grids.backends import standing_for
from hotline import actions
from hotline.actions import sending
from hotline.models import Reply, Request
from hotline.states import Act, ReplyState, RequestState
from messaging import delivering
from messaging.models import Message
from residents.errors import NotPossible, Stale
from tests.factories import make_post, make_ruled_line, make_user, report
from tests.hotlines import dispatched, make_request, receive
from tests.registers import phone_number
from workorders import actions as orders
from workorders.models import WorkOrder
from workorders.states import State
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db
GOOD = "11月18日，北门社区网格员已联系物业更换了3盏路灯，当晚恢复照明。如再有问题，请拨打社区电话0537-1234567。"
PLAIN = "11月18日，北门社区网格员已联系物业更换了3盏路灯，当晚恢复照明。"
BARE = "您反映的问题已收悉，我们已转相关部门处理。"


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture(autouse=True)
def _nothing_leaves(settings):
    settings.MESSAGES_TO_CONSOLE = True
    with translation.override("en"):
        yield


def handled(line, **fields) -> Request:
    """Take in a request, and have the grid's worker handle it up to its result."""
    matter = dispatched(line, **fields)
    order = orders.sign(matter.order, actor=line.worker)
    orders.submit_result(order, actor=line.worker, result="更换了3盏路灯。")
    return Request.objects.select_related("order").get(pk=matter.pk)


def drafted(line, matter: Request, text: str = GOOD) -> Reply:
    return actions.draft(matter.order_id, actor=line.worker, text=text)


def fresh(matter: Request) -> Request:
    return Request.objects.select_related("order").get(pk=matter.pk)


def acts(matter: Request) -> list[str]:
    return list(matter.events.order_by("id").values_list("act", flat=True))


def client_of(user: User) -> Client:
    client = Client()
    User.objects.filter(pk=user.pk).update(language="en")
    client.force_login(User.objects.get(pk=user.pk))
    return client


def test_a_reviewed_reply_reaches_the_requester_and_is_the_order_s_one_answer(line):
    matter = handled(line, reply_way="sms")
    with pytest.raises(InvalidMove, match="no reply"):
        close(line, matter.order)
    reply = drafted(line, matter)
    assert Notification.objects.filter(kind="reply_to_review", recipient=line.leader).exists()
    assert not Message.objects.exists(), "nothing goes out before the review"
    actions.approve(reply, actor=line.leader)
    matter = fresh(matter)
    assert (matter.state, matter.answer, matter.order.answer) == (RequestState.ANSWERED, GOOD, GOOD)
    assert matter.answered_at is not None
    assert (matter.order.is_reply_due, matter.told_at) == (False, None)
    message = Message.objects.get()
    assert (message.way, message.address, message.reference) == ("sms", matter.requester_phone, matter.pk)
    assert matter.number in message.body
    assert GOOD in message.body
    assert delivering.run() == {"sent": 1}
    assert fresh(matter).told_at is not None
    assert acts(matter)[-3:] == [Act.DRAFT, Act.APPROVE_REPLY, Act.REPLY_SENT]
    close(line, WorkOrder.objects.get(pk=matter.order_id))
    assert WorkOrder.objects.get(pk=matter.order_id).answer == GOOD


def close(line, order: WorkOrder) -> None:
    """Pass verification and close the order, as others than its handler."""
    order = WorkOrder.objects.get(pk=order.pk)
    if order.state == State.PENDING_VERIFICATION:
        order = orders.verify_pass(order, actor=line.secretary)
    orders.close(order, actor=line.secretary)


def test_nobody_reviews_their_own_and_a_lone_handler_s_goes_to_the_level_above():
    line = make_ruled_line("worker", "clerk", "secretary", "operator")
    matter = handled(line)
    reply = drafted(line, matter)
    assert (reply.review_node, reply.review_unit) == (line.community, None)
    assert list(Reply.objects.to_review_by(standing_for(line.secretary))) == [reply]
    assert list(Reply.objects.to_review_by(standing_for(line.worker))) == []
    with pytest.raises(PermissionDenied):
        actions.approve(reply, actor=line.worker)
    with pytest.raises(PermissionDenied):
        actions.approve(reply, actor=line.clerk)
    actions.approve(reply, actor=line.secretary)


def test_the_unit_that_answers_for_an_order_reviews_what_another_one_drafts(line):
    matter = dispatched(line)
    other = make_user("colleague")
    make_post(other, "dept_handler", line.district, line.dept)
    order = WorkOrder.objects.get(pk=matter.order_id)
    WorkOrder.objects.filter(pk=order.pk).update(accountable_unit=line.dept, accountable_node=None)
    order = orders.sign(order, actor=line.worker)
    order.involvements.create(unit=line.dept)
    reply = actions.draft(order, actor=line.worker, text=GOOD)
    assert reply.review_unit == line.dept
    assert list(Reply.objects.to_review_by(standing_for(line.handler))) == [reply]
    with pytest.raises(NotPossible, match="no result"):
        actions.approve(reply, actor=line.handler)
    orders.submit_result(order, actor=line.worker, result="更换了3盏路灯。")
    with pytest.raises(PermissionDenied):
        actions.approve(reply, actor=line.supervisor)
    actions.approve(reply, actor=other)
    assert fresh(matter).state == RequestState.ANSWERED


def test_a_reply_that_says_nothing_is_refused_and_a_warning_goes_out_with_a_reason_alone(line):
    matter = handled(line)
    with pytest.raises(ValidationError, match="only says"):
        drafted(line, matter, BARE)
    reply = drafted(line, matter, PLAIN)
    with pytest.raises(ValidationError, match="only says"):
        actions.approve(reply, actor=line.leader, text=BARE)
    with pytest.raises(ValidationError, match="although the check warns"):
        actions.approve(reply, actor=line.leader)
    reply = actions.approve(reply, actor=line.leader, reason="居民已有电话。")
    assert (reply.warnings, reply.remark) == (["no_contact"], "居民已有电话。")
    assert matter.events.get(act=Act.APPROVE_REPLY).details["warnings"] == ["no_contact"]


def test_a_reply_goes_back_with_a_remark_and_is_written_anew(line):
    matter = handled(line)
    reply = drafted(line, matter)
    with pytest.raises(ValidationError, match="mended"):
        actions.send_back(reply, actor=line.leader, remark=" ")
    actions.send_back(reply, actor=line.leader, remark="写明哪天修好。")
    assert Notification.objects.filter(kind="reply_returned", recipient=line.worker).exists()
    with pytest.raises(NotPossible):
        actions.approve(reply, actor=line.leader)
    second = drafted(line, matter)
    assert second.pk != reply.pk
    with pytest.raises(Stale):
        actions.approve(second, actor=line.leader, version=second.version + 1)
    approved = actions.approve(second, actor=line.leader, text=f"{GOOD}谢谢。", version=second.version)
    assert fresh(matter).answer == approved.text == f"{GOOD}谢谢。"
    assert matter.events.get(act=Act.APPROVE_REPLY).details["corrected"]


def test_one_order_s_reply_reaches_each_by_their_own_way_under_their_own_number(line):
    first = handled(line, reply_way="sms", requester_name="甲某某")
    order = first.order
    mailed = make_request(line, "dispatched", order=order, reply_way="email", reply_address="w@example.com")
    called = make_request(line, "dispatched", order=order, reply_way="phone", requester_name="乙某某")
    none = make_request(line, "dispatched", order=order, reply_way="none")
    other = dispatched(line, reply_way="sms")
    orders.merge(other.order, actor=line.secretary, into=order)
    with pytest.raises(ValidationError, match="one of several who asked"):
        drafted(line, first, GOOD.replace("物业", "物业和乙某某"))
    actions.approve(drafted(line, first), actor=line.leader)
    sent = {message.reference: message for message in Message.objects.all()}
    assert sent.keys() == {first.pk, mailed.pk, other.pk}
    for matter in (first, mailed, other):
        assert matter.number in sent[matter.pk].body
        assert [m.number in sent[matter.pk].body for m in (first, mailed, other)].count(True) == 1
    assert sent[mailed.pk].address == "w@example.com"
    assert {fresh(m).answer for m in (first, mailed, called, none, other)} == {GOOD}
    assert fresh(none).told_at is not None
    page = client_of(line.clerk).get(reverse("hotline:to-tell")).content.decode()
    assert called.number in page
    assert first.number not in page, "a message is on its way"
    client_of(line.clerk).post(reverse("hotline:told", args=[called.pk]))
    assert fresh(called).told_at is not None
    assert called.events.get(act=Act.REPLY_SENT).details == {"by": "person", "way": "phone"}


def test_the_handler_never_sees_who_asks_in_secret(line):
    phone = phone_number()
    matter = handled(line, reply_way="sms", requester_name="保密人", requester_phone=phone, is_secret=True)
    with pytest.raises(ValidationError, match="Leave that out"):
        drafted(line, matter, GOOD.replace("物业", "物业和保密人"))
    reply = drafted(line, matter)
    actions.approve(reply, actor=line.leader)
    for user in (line.worker, line.leader):
        client = client_of(user)
        for url in (
            reverse("workorders:detail", args=[matter.order_id]),
            reverse("hotline:request", args=[matter.pk]),
            reverse("hotline:reply", args=[reply.pk]),
            f"/api/v1/replies/{reply.pk}/",
        ):
            page = client.get(url)
            assert page.status_code == 200, url
            assert "保密人" not in page.content.decode()
            assert phone not in page.content.decode()
    assert client_of(line.worker).post(reverse("hotline:told", args=[matter.pk])).status_code == 403


def test_an_answer_that_cannot_be_delivered_comes_back_to_the_desk(line):
    matter = handled(line, reply_way="sms")
    actions.approve(drafted(line, matter), actor=line.leader)
    landline = handled(line, reply_way="sms", requester_phone="0537-2345678")
    actions.approve(drafted(line, landline), actor=line.leader)
    message = Message.objects.get()
    Message.objects.filter(pk=message.pk).update(state="given_up", failure="address", tried_at=timezone.now())
    sending.ended(Message.objects.get(), timezone.now())
    assert Notification.objects.filter(kind="request_answer_undelivered", recipient=line.clerk).exists()
    page = client_of(line.clerk).get(reverse("hotline:to-tell")).content.decode()
    assert matter.number in page
    assert landline.number in page, "there is no SMS to a landline"


def test_after_rework_the_requester_gets_another_answer(line):
    matter = handled(line, reply_way="sms")
    actions.approve(drafted(line, matter), actor=line.leader)
    first_answered = fresh(matter).answered_at
    order = orders.verify_fail(WorkOrder.objects.get(pk=matter.order_id), actor=line.secretary, note="又坏了。")
    order = orders.submit_result(order, actor=line.worker, result="换了整根电缆。")
    assert WorkOrder.objects.get(pk=order.pk).is_reply_due
    second = GOOD.replace("更换了3盏路灯", "换了整根电缆")
    later = timezone.now() + dt.timedelta(hours=1)
    actions.approve(drafted(line, matter, second), actor=line.leader, now=later)
    assert (fresh(matter).answer, fresh(matter).answered_at) == (second, first_answered)
    assert Message.objects.count() == 2


def test_the_pages_lead_from_order_to_review_and_out(line, django_assert_max_num_queries):
    matter = handled(line)
    order_url = reverse("workorders:detail", args=[matter.order_id])
    worker, leader = client_of(line.worker), client_of(line.leader)
    write = reverse("hotline:reply-write", args=[matter.order_id])
    assert write in worker.get(order_url).content.decode()
    assert write in worker.get(reverse("hotline:request", args=[matter.pk])).content.decode()
    assert "更换了3盏路灯。" in worker.get(write).content.decode(), "the form begins with the result"
    refused = worker.post(write, {"text": BARE})
    assert refused.status_code == 400
    assert "only says that the matter was received" in refused.content.decode()
    assert worker.post(write, {"text": PLAIN}).status_code == 302
    reply = Reply.objects.get()
    review = reverse("hotline:reply", args=[reply.pk])
    assert review in leader.get(order_url).content.decode()
    with django_assert_max_num_queries(14):
        listed = leader.get(reverse("hotline:replies")).content.decode()
    assert review in listed
    page = leader.get(review).content.decode()
    assert "It does not say whom to ask" in page
    again = leader.post(reverse("hotline:reply-approve", args=[reply.pk]), {"text": PLAIN, "version": reply.version})
    assert again.status_code == 400
    assert "Say why it goes out" in again.content.decode()
    given = {"text": GOOD, "version": reply.version}
    assert leader.post(reverse("hotline:reply-approve", args=[reply.pk]), given).status_code == 302
    assert GOOD in worker.get(order_url).content.decode()
    assert worker.get(write).status_code == 200, "a better one may follow while the order is open"
    assert client_of(line.secretary).get(write).status_code == 403


def test_the_api_does_the_same(line):
    matter = handled(line)
    worker, leader = client_of(line.worker), client_of(line.leader)
    url = f"/api/v1/work-orders/{matter.order_id}/reply/"
    refused = worker.post(url, {"text": BARE}, content_type="application/json")
    assert refused.status_code == 400
    assert "text" in refused.json()
    made = worker.post(url, {"text": PLAIN}, content_type="application/json").json()
    found = leader.get("/api/v1/replies/", {"to_review": "true"}).json()["results"]
    assert [row["id"] for row in found] == [made["id"]]
    checked = leader.post("/api/v1/replies/check/", {"text": PLAIN}, content_type="application/json").json()
    assert [(row["code"], row["is_refusal"]) for row in checked] == [("no_contact", False)]
    one = f"/api/v1/replies/{made['id']}/"
    assert worker.post(f"{one}approve/").status_code == 403
    assert (
        leader.post(f"{one}return/", {"remark": "补电话"}, content_type="application/json").json()["state"]
        == "returned"
    )
    assert leader.post(f"{one}approve/").status_code == 409
    made = worker.post(url, {"text": GOOD}, content_type="application/json").json()
    assert leader.post(f"/api/v1/replies/{made['id']}/approve/").json()["state"] == ReplyState.APPROVED
    told = client_of(line.clerk).post(f"/api/v1/requests/{matter.pk}/told/")
    assert told.status_code == 204
    assert fresh(matter).told_at is not None


def test_a_direct_answer_of_the_desk_goes_the_same_way(line):
    written = receive(line, kind="enquiry", source="web", reply_way="sms")
    spoken = receive(line, kind="enquiry", reply_way="phone")
    for matter in (written, spoken):
        actions.answer_directly(matter, actor=line.clerk, answer=GOOD)
    assert list(Message.objects.values_list("reference", flat=True)) == [written.pk]
    assert fresh(spoken).told_at is not None
    assert delivering.run() == {"sent": 1}
    assert acts(written)[-2:] == [Act.ANSWER_DIRECTLY, Act.REPLY_SENT]


def test_grid_work_waits_for_a_reply_only_while_a_request_s_order_is_merged_into_it(line):
    found = report(line, line.leader)
    matter = dispatched(line)
    orders.merge(matter.order, actor=line.secretary, into=found)
    assert WorkOrder.objects.get(pk=found.pk).is_reply_due
    orders.unmerge(WorkOrder.objects.get(pk=matter.order_id), actor=line.secretary, note="不是同一处。")
    assert not WorkOrder.objects.get(pk=found.pk).is_reply_due
    assert WorkOrder.objects.get(pk=matter.order_id).is_reply_due
