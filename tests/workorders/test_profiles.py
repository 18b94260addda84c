"""Orders that run under a legal rule: their limits, the reply that they wait for, and who is told of their moves."""

import datetime as dt

import pytest
from django.utils import timezone

from grids.calendar import load_calendar
from tests.factories import make_ruled_line, report
from workorders import actions, watching
from workorders.actions.replying import reply_awaited, reply_given
from workorders.limits import Question, Rulebook
from workorders.models import StageClock
from workorders.states import LimitUnit, Move, Profile, Stage, State
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.mark.parametrize(
    ("profile", "stage", "days"),
    [
        (Profile.HOTLINE, Stage.WHOLE, 5),
        (Profile.HOTLINE, Stage.EXTENSION, 10),
        (Profile.HOTLINE, Stage.RETURN, 2),
        (Profile.COMPLAINT, Stage.WHOLE, 15),
        (Profile.COMPLAINT, Stage.EXTENSION, 7),
        ("", Stage.WHOLE, 15),
    ],
)
def test_each_rule_has_its_own_limits(line, profile, stage, days):
    question = Question(stage, 0, "simple", "base", "ordinary", timezone.now(), profile)
    row = Rulebook.load(line.district.pk).limit(question)
    assert (row.value, row.unit) == (days, LimitUnit.WORKING_DAY)


def test_an_emergency_goes_before_the_rule(line):
    question = Question(Stage.HANDLE, 0, "simple", "base", "emergency", timezone.now(), Profile.HOTLINE)
    assert (Rulebook.load(line.district.pk).limit(question).value) == 2


def test_a_request_s_order_is_due_by_the_rule_and_not_by_its_category(line):
    order = report(line, line.clerk, profile=Profile.HOTLINE, source="hotline")
    whole = StageClock.objects.get(order=order, stage=Stage.WHOLE)
    assert whole.due_at == load_calendar().add(order.reported_at, 5, LimitUnit.WORKING_DAY)
    assert order.whole_due_at == whole.due_at


def _to_be_closed(line):
    order = report(line, line.clerk, profile=Profile.HOTLINE, source="hotline")
    assert order.is_reply_due
    order.state, order.holder, order.assignee = State.PENDING_CLOSURE, line.base, None
    order.save()
    return order


def test_an_order_is_not_closed_before_whoever_asked_has_a_reply(line):
    order = _to_be_closed(line)
    with pytest.raises(InvalidMove, match="答复"):
        actions.close(order, actor=line.secretary)
    reply_given(order, "The lamp was mended this morning.")
    closed = actions.close(order, actor=line.secretary)
    assert (closed.state, closed.answer) == (State.CLOSED, "The lamp was mended this morning.")
    assert not reply_awaited(closed).is_reply_due, "a finished order waits for nothing"


def test_reopening_asks_for_a_reply_again(line):
    order = reply_given(_to_be_closed(line), "Mended.")
    actions.close(order, actor=line.secretary)
    again = actions.reopen(order, actor=line.supervisor, reason="not_solved", note="Dark again.")
    assert (again.is_reply_due, again.answer) == (True, "")


def test_whoever_made_the_rule_is_told_of_each_move_in_its_transaction(line):
    seen = []
    watching.register("complaint_sd", lambda order, move, actor, now: seen.append((order.state, move, actor)))
    now = timezone.now() - dt.timedelta(minutes=1)
    try:
        order = report(line, line.clerk, profile=Profile.COMPLAINT, source="hotline", now=now)
        report(line, line.clerk, source="hotline")
        actions.sign(order, actor=line.worker)
    finally:
        watching._watches.pop("complaint_sd")
    moves = [move for _state, move, _actor in seen]
    assert moves == [Move.REPORT, Move.ACCEPT, Move.DISPATCH, Move.SIGN]
    assert seen[-1] == (State.IN_PROGRESS, Move.SIGN, line.worker)
