"""A supervision order from its issue to its end: who may do what when, deadlines, notices, the mark on the order."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from grids.backends import standing_for
from supervision import actions, rules
from supervision.addressees import Addressee
from supervision.models import SupervisionEvent, SupervisionOrder
from supervision.states import Act, State, higher
from supervision.workflow import ACTS, acts_for
from tests.factories import make_order
from tests.supervision.conftest import DAY, HOUR, MONDAY, in_hand, issue, told
from workorders.models import WorkOrder
from workorders.states import State as OrderState
from workorders.states import SupervisionLevel as Level
from workorders.workflow import InvalidMove, StaleOrder


@pytest.fixture
def order(line):
    return in_hand(line)


def level_of(order):
    return WorkOrder.objects.values_list("supervision_level", flat=True).get(pk=order.pk)


def test_the_addressee_is_asked_and_the_order_is_marked(line, order):
    item = issue(line, order)
    assert item.state == State.ISSUED
    assert item.number.startswith(f"DB{line.district.code[:6]}20261116")
    assert level_of(order) == "ordinary"
    assert told(line.handler, "supervision_issued") == told(line.head, "supervision_issued") == 1
    assert told(line.supervisor, "supervision_issued") == 0


def test_numbers_run_on_by_day(line):
    first, second = issue(line, in_hand(line)), issue(line, in_hand(line))
    assert int(second.number[-5:]) == int(first.number[-5:]) + 1
    assert issue(line, in_hand(line), now=MONDAY + DAY).number[-5:] == "00001"


@pytest.mark.parametrize(("level", "due"), [("ordinary", 7), ("key", 3), ("listed", 1)])
def test_the_deadline_is_the_levels_working_time_unless_one_is_given(line, order, level, due):
    """From a Monday, five working days end on the next Monday."""
    assert issue(line, order, level=level).due_at == MONDAY + due * DAY


def test_a_deadline_of_ones_own_holds(line, order):
    assert issue(line, order, due_at=MONDAY + 2 * HOUR).due_at == MONDAY + 2 * HOUR


@pytest.mark.parametrize("due_at", [MONDAY, MONDAY - HOUR, MONDAY + dt.timedelta(days=366)])
def test_a_deadline_lies_ahead_within_a_year(line, order, due_at):
    with pytest.raises(ValidationError, match="must lie ahead"):
        issue(line, order, due_at=due_at)


def test_the_districts_own_limit_holds_from_then_on(line, order):
    rules.set_limit(line.district, "ordinary", actor=line.chief, value=2, unit="calendar_day", now=MONDAY)
    assert issue(line, order).due_at == MONDAY + 2 * DAY


def test_a_work_order_has_one_open_supervision_order(line, order):
    item = issue(line, order)
    with pytest.raises(InvalidMove, match=item.number):
        issue(line, order)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionOrder.objects.create(
            district=line.district, number="X", order=order, state=State.DRAFT, level="key", node=line.district
        )


def test_a_finished_order_is_not_supervised(line):
    with pytest.raises(InvalidMove, match="finished"):
        issue(line, make_order(line, OrderState.CLOSED))


def test_who_does_not_supervise_there_may_not_issue(line, order):
    for name in ("worker", "secretary", "dispatcher", "handler"):
        with pytest.raises(PermissionDenied):
            issue(line, order, actor=line.people[name])


def test_an_addressee_belongs_to_the_order(line, order):
    from tests.factories import make_line

    other = make_line("worker", lng=118.0)
    for addressee in (Addressee(unit=other.dept), Addressee(node=other.base), Addressee()):
        with pytest.raises(ValidationError):
            issue(line, order, addressee=addressee)


def test_a_reply_is_judged_by_the_supervisor_and_closed_with_a_conclusion(line, order):
    item = issue(line, order)
    item = actions.reply(item, actor=line.handler, note="已派人处理", now=MONDAY + HOUR)
    assert (item.state, item.reply, item.next_at) == (State.REPLIED, "已派人处理", None)
    assert told(line.supervisor, "supervision_replied") == 1
    item = actions.close(item, actor=line.supervisor, outcome="carried_out", conclusion="已落实", now=MONDAY + DAY)
    assert item.state == State.CLOSED
    assert level_of(order) == ""
    assert told(line.handler, "supervision_closed") == 1
    acts = list(SupervisionEvent.objects.filter(supervision=item).order_by("id").values_list("act", "actor_role"))
    assert acts == [("issue", "supervisor"), ("reply", "dept_handler"), ("close", "supervisor")]


def test_after_its_end_another_one_may_be_issued(line, order):
    item = actions.close(issue(line, order), actor=line.supervisor, outcome="explained", conclusion="说明属实")
    assert issue(line, order).pk != item.pk


def test_a_wanting_reply_is_asked_again_with_a_new_deadline(line, order):
    item = actions.reply(issue(line, order), actor=line.handler, note="在办", now=MONDAY + DAY)
    item = actions.ask_again(
        item, actor=line.supervisor, demand="未说明期限", addressee=Addressee(unit=line.dept), now=MONDAY + 2 * DAY
    )
    assert (item.state, item.asked_count, item.due_at) == (State.ISSUED, 2, MONDAY + 9 * DAY)
    assert told(line.handler, "supervision_asked_again") == 1


def test_the_level_rises_and_never_falls(line, order):
    item = issue(line, order, level="key")
    for level in ("key", "ordinary"):
        with pytest.raises(ValidationError, match="higher level"):
            raise_to(line, item, level)
    item = raise_to(line, item, "listed")
    assert (item.level, level_of(order), item.due_at) == ("listed", "listed", MONDAY + DAY)
    assert told(line.handler, "supervision_raised") == 1
    with pytest.raises(InvalidMove, match="highest level"):
        raise_to(line, item, "listed")


def raise_to(line, item, level):
    return actions.raise_level(
        item, actor=line.supervisor, level=level, demand="限期办结", addressee=Addressee(unit=line.dept), now=MONDAY
    )


def test_only_the_addressee_replies(line, order):
    item = issue(line, order)
    for name in ("worker", "secretary", "supervisor"):
        with pytest.raises(PermissionDenied):
            actions.reply(item, actor=line.people[name], note="x")
    by_node = issue(line, in_hand(line), addressee=Addressee(node=line.community))
    with pytest.raises(PermissionDenied):
        actions.reply(by_node, actor=line.handler, note="x")
    assert actions.reply(by_node, actor=line.secretary, note="社区已跟进").state == State.REPLIED


def test_nobody_judges_their_own_reply(line, order):
    """The duty chief answers for the district and supervises it too."""
    item = issue(line, order, addressee=Addressee(node=line.district))
    item = actions.reply(item, actor=line.chief, note="本级自查")
    with pytest.raises(PermissionDenied):
        actions.close(item, actor=line.chief, outcome="carried_out", conclusion="好")
    assert acts_for(item, standing_for(line.chief)) == []
    actions.close(item, actor=line.supervisor, outcome="carried_out", conclusion="好")


@pytest.mark.parametrize("name", ["reply", "ask_again", "raise_level", "close", "drop"])
def test_empty_words_are_refused(line, order, name):
    item = issue(line, order)
    if name == "ask_again":
        actions.reply(item, actor=line.handler, note="好")
    if name == "drop":
        SupervisionOrder.objects.filter(pk=item.pk).update(state=State.DRAFT)
    more = {
        "reply": {"note": " "},
        "drop": {"note": " "},
        "close": {"outcome": "carried_out", "conclusion": "\n"},
        "ask_again": {"demand": "", "addressee": Addressee(unit=line.dept)},
        "raise_level": {"level": "key", "demand": "", "addressee": Addressee(unit=line.dept)},
    }[name]
    actor = line.handler if name == "reply" else line.supervisor
    with pytest.raises(ValidationError):
        getattr(actions, name)(item, actor=actor, **more)


def test_a_stale_form_is_refused(line, order):
    item = issue(line, order)
    actions.reply(item, actor=line.handler, note="一", version=item.version)
    with pytest.raises(StaleOrder):
        actions.close(item, actor=line.supervisor, outcome="carried_out", conclusion="好", version=item.version)


@pytest.mark.parametrize("state", list(State))
def test_in_each_state_only_the_tables_acts_are_possible(line, order, state):
    item = issue(line, order)
    ended = {"closed_at": MONDAY} if state in {State.CLOSED, State.DROPPED} else {}
    SupervisionOrder.objects.filter(pk=item.pk).update(state=state, **ended)
    calls = {
        Act.REPLY: lambda: actions.reply(item, actor=line.handler, note="x"),
        Act.CLOSE: lambda: actions.close(item, actor=line.supervisor, outcome="carried_out", conclusion="x"),
        Act.ASK_AGAIN: lambda: actions.ask_again(
            item, actor=line.supervisor, demand="x", addressee=Addressee(unit=line.dept), now=MONDAY
        ),
        Act.RAISE: lambda: raise_to(line, item, "listed"),
        Act.DROP: lambda: actions.drop(item, actor=line.supervisor, note="x"),
    }
    for act, call in calls.items():
        if state in ACTS[act].sources:
            with transaction.atomic():
                call()
                transaction.set_rollback(True)
        else:
            with pytest.raises(InvalidMove):
                call()


def test_the_history_cannot_be_changed(line, order):
    issue(line, order)
    for sql in ("UPDATE supervision_supervisionevent SET note = ''", "DELETE FROM supervision_supervisionevent"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_notices_name_the_number_and_nothing_else(line, order):
    from accounts.models import Notification

    item = issue(line, order)
    rows = Notification.objects.filter(kind="supervision_issued")
    assert {str(row.params) for row in rows} == {str({"number": item.number})}


def test_of_a_confidential_order_only_those_are_told_who_may_see_it(line):
    order = in_hand(line, is_confidential=True, lead_unit=None, holder=line.base)
    issue(line, order, addressee=Addressee(node=line.base))
    assert told(line.worker, "supervision_issued") == 0
    by_unit = in_hand(line, is_confidential=True)
    issue(line, by_unit)
    assert told(line.handler, "supervision_issued") == 1


def test_each_level_has_a_higher_one_but_the_last():
    assert [higher(level) for level in Level] == [[Level.KEY, Level.LISTED], [Level.LISTED], []]
