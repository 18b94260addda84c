"""The pages of supervision: lists, one supervision order, its forms, the panel on the order, the rules."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from supervision import actions, rules, sweeps
from supervision.models import SituationRule, SupervisionOrder
from supervision.querysets import Tab
from supervision.states import State
from tests.factories import make_line
from tests.supervision.conftest import DAY, in_hand
from tests.supervision.conftest import issue as issued
from workorders.models import WorkOrder

LIST = "/supervision/"


def issue(line, order, **fields):
    return issued(line, order, now=timezone.now(), **fields)


@pytest.fixture
def order(line):
    return in_hand(line)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def act(item, name):
    return reverse("supervision:act", args=[item.pk, name])


def shown(user, tab):
    return [item.number for item in client_of(user).get(LIST, {"tab": tab}).context["page"].rows]


def test_the_whole_way_through_the_pages(line, order):
    supervisor, handler = client_of(line.supervisor), client_of(line.handler)
    url = reverse("supervision:issue", args=[order.pk])
    assert url in supervisor.get(order.get_absolute_url()).content.decode()
    form = supervisor.get(url).context["form"]
    sent = {"level": "key", "addressee": f"unit-{line.dept.pk}", "demand": "三日内书面说明", "due_at": ""}
    assert next(iter(form.offered)) == sent["addressee"]
    answer = supervisor.post(url, sent)
    item = SupervisionOrder.objects.get()
    assert answer["Location"] == item.get_absolute_url()
    assert "三日内书面说明" in handler.get(answer["Location"]).content.decode()
    handler.post(act(item, "reply"), {"note": "已安排", "version": item.version})
    item.refresh_from_db()
    again = {"addressee": f"node-{line.district.pk}", "demand": "未写期限", "version": item.version}
    assert supervisor.post(act(item, "ask-again"), again).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.unit, item.node) == (State.ISSUED, None, line.district)
    raised = {"level": "listed", "addressee": f"unit-{line.dept.pk}", "demand": "挂牌督办", "version": item.version}
    assert supervisor.post(act(item, "raise"), raised).status_code == 302
    item.refresh_from_db()
    done = {"outcome": "carried_out", "conclusion": "已办结", "version": item.version}
    assert supervisor.post(act(item, "close"), done).status_code == 302
    page = supervisor.get(item.get_absolute_url()).content.decode()
    assert "已办结" in page
    assert "未写期限" in page


def test_the_form_keeps_what_was_typed_when_something_is_missing(line, order):
    url = reverse("supervision:issue", args=[order.pk])
    answer = client_of(line.supervisor).post(url, {"level": "key", "addressee": "unit-0", "demand": "请限期办结"})
    assert answer.status_code == 400
    assert "请限期办结" in answer.content.decode()
    assert not SupervisionOrder.objects.exists()


def test_a_stale_reply_is_said_and_kept(line, order):
    item = issue(line, order)
    handler = client_of(line.handler)
    handler.post(act(item, "reply"), {"note": "一", "version": item.version})
    answer = handler.post(act(item, "reply"), {"note": "第二次的答复", "version": item.version})
    assert answer.status_code == 409
    assert "第二次的答复" in answer.content.decode()


def test_who_may_not_act_is_forbidden_and_who_may_not_see_finds_nothing(line, order):
    item = issue(line, order)
    assert client_of(line.worker).get(act(item, "close")).status_code == 403
    other = make_line("worker", "supervisor", lng=118.0)
    for url in (item.get_absolute_url(), act(item, "reply"), reverse("supervision:issue", args=[order.pk])):
        assert client_of(other.supervisor).get(url).status_code == 404


def test_no_act_has_another_name(line, order):
    item = issue(line, order)
    for name in ("issue", "overdue", "nothing", "ask_again"):
        assert client_of(line.supervisor).get(f"/supervision/{item.pk}/{name}/").status_code == 404


def test_a_draft_is_for_supervisors_alone(line, order):
    WorkOrder.objects.filter(pk=order.pk).update(due_at=timezone.now() - 30 * DAY)
    sweeps.run()
    draft = SupervisionOrder.objects.get()
    assert client_of(line.handler).get(draft.get_absolute_url()).status_code == 404
    assert draft.number not in client_of(line.handler).get(order.get_absolute_url()).content.decode()
    assert draft.number in client_of(line.supervisor).get(order.get_absolute_url()).content.decode()
    assert shown(line.supervisor, Tab.DRAFTS) == [draft.number]
    client_of(line.supervisor).post(act(draft, "drop"), {"note": "已催办", "version": draft.version})
    assert shown(line.supervisor, Tab.DRAFTS) == []


def test_each_person_finds_what_waits_for_them(line, order):
    item = issue(line, order)
    assert shown(line.handler, Tab.REPLY) == [item.number]
    assert shown(line.supervisor, Tab.REPLY) == []
    assert shown(line.supervisor, Tab.ISSUED) == [item.number]
    assert shown(line.secretary, Tab.AREA) == [item.number]
    actions.reply(item, actor=line.handler, note="好")
    assert shown(line.handler, Tab.REPLY) == []
    assert shown(line.supervisor, Tab.JUDGE) == shown(line.chief, Tab.JUDGE) == [item.number]
    actions.close(item, actor=line.supervisor, outcome="carried_out", conclusion="好")
    assert shown(line.handler, Tab.CLOSED) == shown(line.supervisor, Tab.CLOSED) == [item.number]
    assert shown(line.supervisor, Tab.AREA) == []


def test_each_tab_shows_as_many_as_it_says_and_opens_with_what_waits(line):
    for n in range(5):
        item = issue(line, in_hand(line))
        if n % 2:
            actions.reply(item, actor=line.handler, note="好")
    for user in (line.handler, line.supervisor, line.chief, line.secretary):
        client = client_of(user)
        first = client.get(LIST)
        for tab, count, _here in first.context["tabs"]:
            assert str(len(client.get(LIST, {"tab": tab}).context["page"].rows)) == count, tab
    assert client_of(line.handler).get(LIST).context["tab"] == Tab.REPLY
    assert client_of(line.supervisor).get(LIST).context["tab"] == Tab.JUDGE


@pytest.mark.parametrize("count", [1, 60])
def test_lists_and_pages_take_few_queries_however_many_there_are(line, count):
    for _ in range(count):
        item = issue(line, in_hand(line))
    for user in (line.supervisor, line.handler):
        client = client_of(user)
        client.get(LIST)
        for url, most in ((LIST, 12), (item.get_absolute_url(), 12), (act(item, "raise"), 22)):
            with CaptureQueriesContext(connection) as caught:
                client.get(url)
            assert len(caught) <= most, url


def test_long_lists_go_on_over_pages(line):
    items = [issue(line, in_hand(line)) for _ in range(70)]
    client, seen, query = client_of(line.supervisor), [], "?tab=issued"
    while query:
        page = client.get(LIST + query).context["page"]
        seen += [item.pk for item in page.rows]
        query = page.older
    assert sorted(seen) == sorted(item.pk for item in items)


def test_the_panel_adds_few_queries_to_the_order_page(line, order):
    def queries():
        client = client_of(line.supervisor)
        client.get(order.get_absolute_url())
        with CaptureQueriesContext(connection) as caught:
            client.get(order.get_absolute_url())
        return len(caught)

    before = queries()
    issue(line, order)
    assert queries() <= before + 3


def test_hostile_text_is_shown_as_text(line, order):
    item = issue(line, order, demand="<script>alert(1)</script>")
    actions.reply(item, actor=line.handler, note="<img src=x onerror=alert(2)>")
    for url in (item.get_absolute_url(), order.get_absolute_url(), LIST):
        page = client_of(line.supervisor).get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_rules_are_changed_on_their_page_and_keep_their_history(line):
    client = client_of(line.chief)
    url = reverse("supervision:limit-edit", args=["key"])
    assert client.post(url, {"value": 2, "unit": "calendar_day"}).status_code == 302
    assert rules.limits(line.district.pk)["key"] == rules.Span(2, "calendar_day")
    assert client.post(url, {"value": 0, "unit": "calendar_day"}).status_code == 400
    url = reverse("supervision:limit-edit", args=["draft"])
    assert client.post(url, {"value": 4, "unit": "working_day"}).status_code == 302
    url = reverse("supervision:situation-edit", args=["silent"])
    for days in (3, 4):
        sent = {"value": days, "unit": "calendar_day", "repeat_days": 2, "is_active": "on"}
        assert client.post(url, sent).status_code == 302
    assert rules.watches(line.district.pk)["silent"].value == 4
    assert SituationRule.objects.filter(valid_to=None).count() == 1
    assert SituationRule.objects.count() == 2
    assert client.get(reverse("supervision:rules")).status_code == 200


def test_a_count_of_times_has_no_unit(line):
    url = reverse("supervision:situation-edit", args=["returned"])
    client = client_of(line.chief)
    assert "unit" not in client.get(url).context["form"].fields
    client.post(url, {"value": 3, "repeat_days": 5})
    watch = rules.watches(line.district.pk)["returned"]
    assert (watch.value, watch.unit, watch.is_active) == (3, "", False)


def test_the_order_list_has_a_tab_and_a_badge_for_what_is_supervised(line):
    items = [issue(line, in_hand(line)) for _ in range(2)]
    in_hand(line)
    actions.close(items[0], actor=line.supervisor, outcome="carried_out", conclusion="好")
    for user in (line.supervisor, line.handler, line.secretary):
        page = client_of(user).get("/work-orders/", {"tab": "supervised"})
        assert [order.number for order in page.context["page"].rows] == [items[1].order.number]
        assert "一般督办" in page.content.decode()
    assert "一般督办" in client_of(line.handler).get(items[1].order.get_absolute_url()).content.decode()


def test_the_workbench_counts_what_waits(line):
    item = issue(line, in_hand(line))
    assert tiles(line.handler) == {"/supervision/?tab=reply": "1"}
    assert tiles(line.supervisor) == {}
    actions.reply(item, actor=line.handler, note="好")
    assert tiles(line.handler) == {}
    assert tiles(line.supervisor) == {"/supervision/?tab=judge": "1"}


def tiles(user):
    found = client_of(user).get("/").context["tiles"]
    return {tile.url: number for tile, number in found if tile.url.startswith(LIST)}
