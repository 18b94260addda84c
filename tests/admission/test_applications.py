"""Applying, admitting, refusing, withdrawing: who, when, with what on record, and who sees it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.utils import IntegrityError

from accounts.models import Notification
from admission import actions, scope
from admission.facts import Question, check_fields
from admission.models import Task, TaskEvent
from admission.states import TaskState
from grids.models import Kind
from grids.roles import Role
from tests.admission.conftest import proposal, terms
from tests.factories import make_grid, make_post, make_ruled_line, make_unit, make_user
from workorders.workflow import InvalidMove, StaleOrder

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)


def applied(line, **fields) -> Task:
    where = fields.pop("where", terms(line.district))
    return actions.apply(line.dept, actor=line.bureau, proposal=proposal(where, **fields), now=NOW)


def kinds_told(user) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


def test_an_application_waits_for_the_centre_which_is_told(line):
    task = applied(line)
    assert (task.state, task.district, task.unit) == (TaskState.PENDING, line.district, line.dept)
    assert [(field.position, field.kind, field.label) for field in task.fields.all()] == [
        (1, "yes_no", "通道是否畅通"),
        (2, "number", "堵塞处数"),
    ]
    assert kinds_told(line.chief) == kinds_told(line.dispatcher) == ["task_applied"]
    assert kinds_told(line.bureau) == kinds_told(line.secretary) == []
    assert [event.move for event in task.events.all()] == ["apply"]


def test_only_a_leader_of_the_unit_applies_for_it(line):
    other = make_unit(line.district)
    for actor, unit in ((line.handler, line.dept), (line.chief, line.dept), (line.bureau, other)):
        with pytest.raises(PermissionDenied):
            actions.apply(unit, actor=actor, proposal=proposal(terms(line.district)), now=NOW)
    assert not Task.objects.exists()


def test_admitting_records_who_when_and_what_was_changed(line):
    task = applied(line, where=terms(line.district, rhythm="weekly", ends_on=dt.date(2027, 1, 31)))
    smaller = terms(line.street, rhythm="monthly", ends_on=dt.date(2027, 1, 31))
    actions.admit(task, actor=line.chief, terms=smaller, opinion="Once a month is enough.", now=NOW)
    task.refresh_from_db()
    assert (task.state, task.rhythm, list(task.nodes.all())) == (TaskState.ADMITTED, "monthly", [line.street])
    assert (task.decided_by, task.decided_at) == (line.chief, NOW)
    event = task.events.get(move="admit")
    assert event.details == {"rhythm": ["weekly", "monthly"], "nodes": [line.district.name, line.street.name]}
    assert kinds_told(line.bureau) == ["task_admitted"]


def test_nobody_decides_on_an_application_of_their_own(line):
    make_post(line.bureau, Role.DUTY_CHIEF, line.district)
    task = applied(line)
    with pytest.raises(PermissionDenied):
        actions.admit(task, actor=line.bureau, now=NOW)
    Task.objects.filter(pk=task.pk).update(state="admitted", decided_at=NOW, decided_by=line.chief)
    with pytest.raises(IntegrityError, match="task_decided_by_another"), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(decided_by=line.bureau)


def test_a_post_in_the_street_does_not_admit_for_a_department_of_the_district(line):
    dispatcher = make_user()
    make_post(dispatcher, Role.DISPATCHER, line.street)
    task = applied(line)
    with pytest.raises(PermissionDenied):
        actions.admit(task, actor=dispatcher, now=NOW)
    assert not Task.objects.visible_to(dispatcher).exists()


def test_a_refusal_needs_an_opinion(line):
    task = applied(line)
    with pytest.raises(ValidationError, match="Say why"):
        actions.refuse(task, actor=line.chief, opinion="  ", now=NOW)
    actions.refuse(task, actor=line.chief, opinion="The register has it already.", now=NOW)
    task.refresh_from_db()
    assert (task.state, task.opinion) == (TaskState.REFUSED, "The register has it already.")
    assert kinds_told(line.bureau) == ["task_refused"]


def test_what_is_decided_or_withdrawn_is_not_decided_again(line):
    task = applied(line)
    actions.withdraw(task, actor=line.bureau, now=NOW)
    for move in (actions.admit, actions.withdraw):
        with pytest.raises(InvalidMove, match="Withdrawn"):
            move(task, actor=line.chief, now=NOW)
    with pytest.raises(InvalidMove):
        actions.refuse(task, actor=line.chief, opinion="No.", now=NOW)


def test_a_decision_on_an_older_version_is_stale(line):
    task = applied(line)
    with pytest.raises(StaleOrder):
        actions.admit(task, actor=line.chief, version=task.version - 1, now=NOW)


def test_a_round_in_the_past_is_admitted_only_with_a_later_day(line):
    task = applied(line)
    later = NOW + dt.timedelta(days=30)
    with pytest.raises(ValidationError, match="past"):
        actions.admit(task, actor=line.chief, now=later)
    actions.admit(task, actor=line.chief, terms=terms(line.district, starts_on=dt.date(2027, 1, 4)), now=later)
    assert Task.objects.get().starts_on == dt.date(2027, 1, 4)


def test_the_area_lies_in_that_of_the_unit(line):
    other = make_ruled_line("worker")
    team = make_unit(line.street)
    make_post(line.bureau, Role.DEPT_LEADER, line.street, team)
    for unit, node in ((line.dept, other.district), (team, line.district)):
        with pytest.raises(ValidationError, match="outside the area"):
            actions.apply(unit, actor=line.bureau, proposal=proposal(terms(node)), now=NOW)
    assert actions.apply(team, actor=line.bureau, proposal=proposal(terms(line.community)), now=NOW).pk


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "title"),
        ({"basis": ""}, "basis"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 481}, "minutes"),
        ({"allowed_value": 61}, "allowed_value"),
        ({"fields": ()}, "fields"),
        ({"fields": tuple(Question("yes_no", f"Question {n}") for n in range(13))}, "fields"),
        ({"fields": (Question("yes_no", "Same"), Question("date", "Same"))}, "fields"),
        ({"fields": (Question("choice", "One", choices=("a",)),)}, "fields"),
        ({"fields": (Question("number", "Bounds", minimum=5, maximum=4),)}, "fields"),
    ],
)
def test_an_application_that_lacks_something_is_refused_and_the_field_named(line, changes, words):
    with pytest.raises(ValidationError) as refused:
        applied(line, **changes)
    assert list(refused.value.message_dict) == [words]
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"in_base": False}, "in_base"),
        ({"starts_on": dt.date(2026, 11, 20)}, "starts_on"),
        ({"rhythm": "weekly", "ends_on": dt.date(2026, 11, 22)}, "ends_on"),
        ({"rhythm": "weekly", "ends_on": dt.date(2027, 11, 25)}, "ends_on"),
        ({"rhythm": "daily"}, "rhythm"),
        ({"settlement": "suburb"}, "settlement"),
        ({"in_base": False, "in_micro": True}, "nodes"),
    ],
)
def test_terms_that_do_not_hold_are_refused_and_the_field_named(line, changes, name):
    with pytest.raises(ValidationError) as refused:
        applied(line, where=terms(line.district, **changes))
    assert list(refused.value.message_dict) == [name]


def test_a_weekly_round_ends_before_the_next_one_begins(line):
    weekly = terms(line.district, rhythm="weekly", ends_on=dt.date(2027, 1, 4))
    with pytest.raises(ValidationError, match="before the next"):
        applied(line, where=weekly, allowed_value=6)
    with pytest.raises(ValidationError, match="before the next"):
        applied(line, where=weekly, allowed_value=8, allowed_unit="calendar_day")
    assert applied(line, where=weekly, allowed_value=7, allowed_unit="calendar_day").pk


@pytest.mark.parametrize(
    "label", ["居民姓名", "户主身份证号", "联系电话", "手机号码", "Phone number of the tenant", "ID number", "家庭住址"]
)
def test_no_question_asks_who_somebody_is(label):
    with pytest.raises(ValidationError, match="never collect who somebody is"):
        check_fields([Question("text", label)])
    with pytest.raises(ValidationError, match="never collect who somebody is"):
        check_fields([Question("choice", "Which?", choices=("none", label))])


def test_counts_and_states_may_be_asked():
    check_fields(
        [Question("number", "独居老人户数"), Question("yes_no", "消防通道是否畅通"), Question("photo", "现场")]
    )


def test_the_scope_takes_kinds_and_settlements_and_the_parents_word_where_a_grid_says_none(line):
    rural = make_grid(line.street, settlement="rural")
    inherits, own = make_grid(rural), make_grid(rural, settlement="urban")
    dedicated = make_grid(line.community, Kind.DEDICATED)
    micro = make_grid(line.base, Kind.MICRO)
    day = NOW.date()
    line.district.refresh_from_db()

    def found(*kinds: str, settlement: str = "") -> set:
        return set(scope.grids_in([line.district], kinds, settlement, day))

    assert found("base") == {line.base, inherits, own}
    assert found("base", settlement="rural") == {inherits}
    assert found("base", settlement="urban") == {own}
    assert found("dedicated", "micro") == {dedicated, micro}


def test_a_grid_that_ended_is_out_of_scope(line):
    gone = make_grid(line.community, valid_to=dt.date(2026, 1, 1))
    line.district.refresh_from_db()
    assert gone not in scope.grids_in([line.district], ["base"], "", NOW.date())


def test_another_unit_and_another_district_do_not_see_it(line):
    task = applied(line)
    stranger, outsider = make_user(), make_ruled_line("chief").chief
    make_post(stranger, Role.DEPT_LEADER, line.district, make_unit(line.district))
    for user in (line.bureau, line.handler, line.chief, line.dispatcher):
        assert list(Task.objects.visible_to(user)) == [task]
    for user in (stranger, outsider, line.worker, line.secretary, line.admin):
        assert not Task.objects.visible_to(user).exists()


def test_the_record_is_append_only(line):
    applied(line)
    for change in (lambda: TaskEvent.objects.update(note="x"), lambda: TaskEvent.objects.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
