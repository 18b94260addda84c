"""Filling in a task and handing it in, giving it to somebody else, ending it early."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Notification
from admission import actions, fanout
from admission.actions.filling import Filled
from admission.facts import Question
from admission.models import Answer, Assignment
from grids.backends import standing_for
from grids.roles import Role
from tests.admission.test_fanout import MONDAY, admitted
from tests.factories import make_grid, make_post, make_user
from tests.pictures import photo
from workorders import actions as orders
from workorders import photos
from workorders.models import StageClock, WorkOrder
from workorders.states import Move, State
from workorders.workflow import InvalidMove, StaleOrder, moves_for

pytestmark = pytest.mark.django_db
EVERY_KIND = (
    Question("yes_no", "Free?"),
    Question("number", "How many?", minimum=Decimal(0), maximum=Decimal(50)),
    Question("choice", "Which?", choices=("red", "blue")),
    Question("text", "Remark", is_required=False),
    Question("date", "Since when?", is_required=False),
    Question("photo", "Picture", is_required=False),
)
LATER = MONDAY + dt.timedelta(hours=9)


@pytest.fixture
def part(line) -> Assignment:
    admitted(line, fields=EVERY_KIND)
    fanout.run(MONDAY)
    return Assignment.objects.select_related("order", "task").get()


def values(part, **changes) -> dict:
    usual = {"Free?": True, "How many?": Decimal("12.5"), "Which?": "blue"} | changes
    keys = {field.label: field.pk for field in part.task.fields.all()}
    return {keys[label]: value for label, value in usual.items()}


def test_handing_in_closes_the_order_at_once_with_answers_and_minutes(line, part):
    picture = photos.clean(photo())
    given = values(part, **{"Remark": " ok ", "Since when?": dt.date(2026, 11, 1), "Picture": picture})
    actions.hand_in(part, actor=line.worker, filled=Filled(given, 17), now=LATER)
    part.refresh_from_db()
    order = part.order
    order.refresh_from_db()
    assert (part.handed_in_at, part.minutes, part.is_late, part.worker) == (LATER, 17, False, line.worker)
    assert (order.state, order.closing_kind, order.handler, order.assignee) == (
        State.CLOSED,
        "solved",
        line.worker,
        None,
    )
    assert not StageClock.objects.running().exists()
    event = order.events.order_by("-id").first()
    assert (event.move, event.from_state, event.to_state) == (Move.SUBMIT_RESULT, "in_progress", "closed")
    found = {answer.field.label: answer for answer in Answer.objects.select_related("field", "photo")}
    assert (found["Free?"].flag, found["How many?"].number, found["Which?"].text) == (True, Decimal("12.5"), "blue")
    assert (found["Remark"].text, found["Since when?"].date) == ("ok", dt.date(2026, 11, 1))
    assert found["Picture"].photo.order == order


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Free?", None),
        ("Free?", "yes"),
        ("How many?", Decimal(51)),
        ("How many?", Decimal("-0.01")),
        ("How many?", Decimal("1.005")),
        ("How many?", Decimal("NaN")),
        ("How many?", True),
        ("Which?", "green"),
        ("Remark", "x" * 201),
        ("Remark", "a\0b"),
        ("Since when?", "2026-11-01"),
        ("Picture", "picture.jpg"),
    ],
)
def test_an_answer_that_does_not_fit_names_its_field_and_nothing_is_kept(line, part, label, value):
    key = next(field.pk for field in part.task.fields.all() if field.label == label)
    with pytest.raises(ValidationError) as refused:
        actions.hand_in(part, actor=line.worker, filled=Filled(values(part, **{label: value}), 10), now=LATER)
    assert list(refused.value.message_dict) == [f"field-{key}"]
    part.order.refresh_from_db()
    assert part.order.state == State.IN_PROGRESS
    assert not Answer.objects.exists()


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_the_minutes_are_stated_within_a_day(line, part, minutes):
    with pytest.raises(ValidationError) as refused:
        actions.hand_in(part, actor=line.worker, filled=Filled(values(part), minutes), now=LATER)
    assert list(refused.value.message_dict) == ["minutes"]


def test_only_who_has_it_hands_it_in_and_only_once(line, part):
    filled = Filled(values(part), 5)
    for other in (line.leader, line.secretary, line.bureau, line.chief):
        with pytest.raises(PermissionDenied):
            actions.hand_in(part, actor=other, filled=filled, now=LATER)
    with pytest.raises(StaleOrder):
        actions.hand_in(part, actor=line.worker, filled=filled, version=7, now=LATER)
    actions.hand_in(part, actor=line.worker, filled=filled, version=part.order.version, now=LATER)
    with pytest.raises(InvalidMove, match="finished"):
        actions.hand_in(part, actor=line.worker, filled=filled, now=LATER)


def test_what_is_handed_in_after_the_deadline_is_late(line, part):
    after = part.round.due_at + dt.timedelta(minutes=1)
    actions.hand_in(part, actor=line.worker, filled=Filled(values(part), 5), now=after)
    part.refresh_from_db()
    assert part.is_late


def test_the_orders_own_result_form_does_not_bypass_the_questions(line, part):
    with pytest.raises(InvalidMove, match="filling in"):
        orders.submit_result(part.order, actor=line.worker, result="Done.", now=LATER)


def test_the_moves_of_a_task_are_handing_in_and_giving_it_to_another(line, part):
    assert moves_for(part.order, standing_for(line.worker)) == [Move.SUBMIT_RESULT]
    of_leader = set(moves_for(part.order, standing_for(line.leader)))
    assert Move.REASSIGN in of_leader
    assert not of_leader & {Move.ESCALATE, Move.RETURN_ORDER, Move.VOID, Move.CLOSE, Move.VERIFY_PASS}
    with pytest.raises(InvalidMove):
        orders.escalate(part.order, actor=line.worker, note="too much")


def test_a_task_given_to_a_colleague_keeps_its_deadline_and_stays_in_progress(line, part):
    colleague = make_user()
    make_post(colleague, Role.GRID_WORKER, line.base)
    due = part.order.due_at
    with pytest.raises(ValidationError, match="to a person"):
        orders.reassign(part.order, actor=line.leader, unit=line.dept, now=LATER)
    order = orders.reassign(part.order, actor=line.leader, assignee=colleague, now=LATER)
    assert (order.state, order.assignee, order.due_at) == (State.IN_PROGRESS, colleague, due)
    assert StageClock.objects.get(order=order).due_at == due
    actions.hand_in(part, actor=colleague, filled=Filled(values(part), 5), now=LATER)
    part.refresh_from_db()
    assert part.worker == colleague


def test_a_task_is_on_its_workers_list_and_in_no_areas_count(line, part):
    late = part.order.due_at + dt.timedelta(days=1)

    def tab(name, user) -> int:
        return WorkOrder.objects.tab(name, standing_for(user), late).count()

    assert (tab("todo", line.worker), tab("overdue", line.worker)) == (1, 1)
    for user in (line.leader, line.secretary, line.chief):
        assert [tab(name, user) for name in ("todo", "doing", "overdue", "done")] == [0, 0, 0, 0]
        assert WorkOrder.objects.visible_to(user).filter(pk=part.order_id).exists()


def test_ending_a_task_drops_what_is_open_and_tells_each_worker_once(line):
    for _ in range(2):
        make_post(line.worker, Role.GRID_WORKER, make_grid(line.community), is_primary=True)
    task = admitted(line, fields=EVERY_KIND)
    fanout.run(MONDAY)
    first, *rest = Assignment.objects.select_related("task").order_by("id")
    actions.hand_in(first, actor=line.worker, filled=Filled(values(first), 5), now=LATER)
    with pytest.raises(ValidationError, match="Say why"):
        actions.end(task, actor=line.bureau, reason=" ", now=LATER)
    for nobody in (line.worker, line.handler):
        with pytest.raises(PermissionDenied):
            actions.end(task, actor=nobody, reason="Stop.", now=LATER)
    actions.end(task, actor=line.bureau, reason="The law changed.", now=LATER)
    first.refresh_from_db()
    assert not first.is_dropped
    for part in rest:
        part.refresh_from_db()
        part.order.refresh_from_db()
        assert (part.is_dropped, part.order.state, part.order.assignee) == (True, State.VOIDED, None)
        assert part.order.events.order_by("-id").first().move == Move.VOID
    assert not StageClock.objects.running().exists()
    assert Notification.objects.filter(recipient=line.worker, kind="task_dropped").count() == 1
    assert Notification.objects.filter(recipient=line.chief, kind="task_ended").count() == 1
    assert fanout.run(MONDAY + dt.timedelta(days=30)) == 0
    with pytest.raises(InvalidMove):
        actions.hand_in(rest[0], actor=line.worker, filled=Filled(values(rest[0]), 5), now=LATER)
