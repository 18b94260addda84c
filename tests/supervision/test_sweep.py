"""The supervision sweep: due soon, overdue, the prompt at the end, drafts; and that it does nothing twice."""

import datetime as dt
import threading

import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification
from supervision import actions, rules, sweeps
from supervision.addressees import Addressee
from supervision.models import SupervisionEvent, SupervisionOrder
from supervision.states import Act, State
from supervision.sweeps import Done
from tests.factories import make_ruled_line
from tests.supervision.conftest import DAY, HOUR, MONDAY, in_hand, issue, told
from workorders.models import WorkOrder
from workorders.states import State as OrderState

IDLE = Done()


@pytest.fixture
def order(line):
    return in_hand(line)


def finish(order):
    WorkOrder.objects.filter(pk=order.pk).update(state=OrderState.CLOSED, finished_at=MONDAY)


def test_the_addressee_is_reminded_once_before_the_deadline(line, order):
    item = issue(line, order)
    assert sweeps.run(item.warn_at - HOUR) == IDLE
    assert sweeps.run(item.warn_at + HOUR) == Done(warned=1)
    assert sweeps.run(item.warn_at + HOUR) == IDLE
    assert told(line.handler, "supervision_due_soon") == 1
    assert told(line.supervisor, "supervision_due_soon") == 0


def test_an_overdue_reply_is_told_to_addressee_leader_and_supervisor_once(line, order):
    item = issue(line, order)
    assert sweeps.run(item.due_at + HOUR) == Done(overdue=1)
    assert sweeps.run(item.due_at + DAY) == IDLE
    for user in (line.handler, line.head, line.supervisor):
        assert told(user, "supervision_overdue") == 1
    assert SupervisionEvent.objects.filter(supervision=item, act=Act.OVERDUE, actor=None).count() == 1
    item.refresh_from_db()
    assert item.overdue_at == item.due_at + HOUR


def test_for_a_node_the_level_above_is_the_leader(line, order):
    item = issue(line, order, addressee=Addressee(node=line.community))
    sweeps.run(item.due_at + HOUR)
    assert told(line.secretary, "supervision_overdue") == 1
    assert told(line.operator, "supervision_overdue") == 1
    assert told(line.handler, "supervision_overdue") == 0


def test_after_a_reply_nothing_falls_due(line, order):
    item = actions.reply(issue(line, order), actor=line.handler, note="好", now=MONDAY + HOUR)
    assert sweeps.run(item.due_at + DAY) == IDLE


def test_asked_again_it_falls_due_anew(line, order):
    item = issue(line, order)
    sweeps.run(item.due_at + HOUR)
    item = actions.reply(item, actor=line.handler, note="迟复", now=item.due_at + DAY)
    dept = Addressee(unit=line.dept)
    item = actions.ask_again(item, actor=line.supervisor, demand="再复", addressee=dept, now=item.due_at + 2 * DAY)
    assert item.overdue_at is None
    assert sweeps.run(item.due_at + HOUR) == Done(overdue=1)


def test_when_the_issuer_left_the_nearest_supervisor_is_told(line, order):
    from grids.models import Post

    item = issue(line, order)
    Post.objects.filter(user=line.supervisor).delete()
    sweeps.run(item.due_at + HOUR)
    assert told(line.supervisor, "supervision_overdue") == 0
    assert told(line.chief, "supervision_overdue") == 1


def test_the_work_orders_end_prompts_the_supervisor_and_closes_nothing(line, order):
    item = issue(line, order)
    finish(order)
    assert sweeps.run(MONDAY + HOUR) == Done(prompted=1)
    assert sweeps.run(MONDAY + 2 * HOUR) == IDLE
    item.refresh_from_db()
    assert item.state == State.ISSUED
    assert told(line.supervisor, "supervision_order_finished") == 1
    WorkOrder.objects.filter(pk=order.pk).update(state=OrderState.IN_PROGRESS, finished_at=None)
    sweeps.run(MONDAY + 3 * HOUR)
    finish(order)
    assert sweeps.run(MONDAY + 4 * HOUR) == Done(prompted=1)


def test_three_working_days_over_a_draft_waits_for_the_supervisor(line, order):
    """Due on a Monday morning, it gets its draft on Thursday (DOMAIN.md §5.4)."""
    WorkOrder.objects.filter(pk=order.pk).update(due_at=MONDAY)
    assert sweeps.run(MONDAY + 3 * DAY - HOUR) == IDLE
    assert sweeps.run(MONDAY + 3 * DAY + HOUR) == Done(drafted=1)
    assert sweeps.run(MONDAY + 3 * DAY + 2 * HOUR) == IDLE
    item = SupervisionOrder.objects.get()
    assert (item.state, item.addressee, item.demand) == (State.DRAFT, line.dept, "")
    assert told(line.supervisor, "supervision_drafted") == 1
    assert told(line.handler, "supervision_drafted") == 0
    assert WorkOrder.objects.get().supervision_level == ""


def test_the_districts_own_limit_decides_on_drafts(line, order):
    WorkOrder.objects.filter(pk=order.pk).update(due_at=MONDAY)
    rules.set_limit(line.district, rules.DRAFT, actor=line.chief, value=1, unit="hour", now=MONDAY)
    assert sweeps.run(MONDAY + 2 * HOUR) == Done(drafted=1)


def test_the_whole_deadline_counts_too_and_a_pause_does_not(line, order):
    WorkOrder.objects.filter(pk=order.pk).update(whole_due_at=MONDAY - 9 * DAY)
    paused = in_hand(line, whole_due_at=MONDAY - 9 * DAY)
    WorkOrder.objects.filter(pk=paused.pk).update(state=OrderState.SUSPENDED, suspended_until=MONDAY + DAY)
    assert sweeps.run(MONDAY) == Done(drafted=1)


def test_one_deadline_makes_one_draft(line, order):
    WorkOrder.objects.filter(pk=order.pk).update(due_at=MONDAY - 9 * DAY)
    sweeps.run(MONDAY)
    actions.drop(SupervisionOrder.objects.get(), actor=line.supervisor, note="已电话督促", now=MONDAY)
    assert sweeps.run(MONDAY + DAY) == IDLE
    WorkOrder.objects.filter(pk=order.pk).update(due_at=MONDAY + DAY)
    assert sweeps.run(MONDAY + 9 * DAY).drafted == 1


def test_what_is_or_was_supervised_for_it_gets_no_draft(line, order):
    WorkOrder.objects.filter(pk=order.pk).update(due_at=MONDAY - 9 * DAY)
    item = issue(line, order)
    assert sweeps.run(MONDAY + HOUR) == IDLE
    actions.close(item, actor=line.supervisor, outcome="explained", conclusion="好", now=MONDAY + HOUR)
    assert sweeps.run(MONDAY + 2 * HOUR) == IDLE


def test_a_draft_is_issued_under_its_number(line, order):
    WorkOrder.objects.filter(pk=order.pk).update(due_at=MONDAY - 9 * DAY)
    sweeps.run(MONDAY)
    draft = SupervisionOrder.objects.get()
    item = issue(line, order, version=draft.version)
    assert (item.pk, item.number, item.state) == (draft.pk, draft.number, State.ISSUED)


def test_a_draft_of_an_order_that_ended_is_dropped(line, order):
    WorkOrder.objects.filter(pk=order.pk).update(due_at=MONDAY - 9 * DAY)
    sweeps.run(MONDAY)
    finish(order)
    sweeps.run(MONDAY + HOUR)
    assert SupervisionOrder.objects.get().state == State.DROPPED
    assert list(SupervisionEvent.objects.order_by("id").values_list("act", flat=True)) == ["draft", "drop"]


def test_many_drafts_make_one_notice_a_supervisor(line):
    for _ in range(3):
        in_hand(line, due_at=MONDAY - 9 * DAY)
    assert sweeps.run(MONDAY) == Done(drafted=3)
    assert told(line.supervisor, "supervision_drafts") == 1
    assert Notification.objects.get(recipient=line.supervisor).params == {"count": 3}


def test_a_sweep_of_many_takes_no_more_queries_than_one_of_few(line):
    for _ in range(2):
        issue(line, in_hand(line))
    few = queries(MONDAY + 5 * DAY - HOUR)
    for _ in range(30):
        issue(line, in_hand(line), now=MONDAY + 5 * DAY)
    assert queries(MONDAY + 20 * DAY) <= few + 6


def queries(now):
    with CaptureQueriesContext(connection) as caught:
        sweeps.run(now)
    return len(caught)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_everybody_once():
    line = make_ruled_line()
    items = [issue(line, in_hand(line)) for _ in range(30)]
    for _ in range(30):
        in_hand(line, due_at=MONDAY - 9 * DAY)
    done, barrier = [], threading.Barrier(2)

    def sweep():
        barrier.wait()
        done.append(sweeps.run(items[0].due_at + HOUR))
        close_old_connections()
        connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.overdue for one in done) == sum(one.drafted for one in done) == 30
    assert SupervisionEvent.objects.filter(act=Act.OVERDUE).count() == 30
    assert SupervisionOrder.objects.filter(state=State.DRAFT).count() == 30
    assert Notification.objects.filter(recipient=line.handler, kind="supervision_overdue").count() == 30


@pytest.mark.django_db(transaction=True)
def test_of_two_replies_at_once_one_holds():
    line = make_ruled_line()
    item = issue(line, in_hand(line))
    got, barrier = [], threading.Barrier(2)

    def answer(words):
        barrier.wait()
        try:
            actions.reply(item.pk, actor=line.handler, note=words, version=item.version, now=MONDAY + dt.timedelta(1))
            got.append("held")
        except Exception as error:
            got.append(type(error).__name__)
        connection.close()

    threads = [threading.Thread(target=answer, args=(words,)) for words in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["StaleOrder", "held"]
    assert SupervisionEvent.objects.filter(act=Act.REPLY).count() == 1
