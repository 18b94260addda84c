"""A whistle from its first sound to its close: who may, what is refused, who is told, what is kept."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Notification
from coordination import actions, sweeps
from coordination.models import Summons, Whistle, WhistleEvent
from coordination.states import Act, Attendance, WhistleState
from grids.roles import Role
from tests.coordination.conftest import MONDAY, blow, make_department
from tests.factories import make_grid, make_line, make_post, make_ruled_line, make_unit, make_user, report
from workorders.models import Event, Limit, WorkOrder
from workorders.states import Move, Stage
from workorders.workflow import InvalidMove, StaleOrder

HOUR = dt.timedelta(hours=1)


def told(user) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


def part(whistle: Whistle, unit) -> Summons:
    return Summons.objects.get(whistle=whistle, unit=unit)


def test_called_units_hear_it_at_once_and_have_two_working_hours(line):
    night = MONDAY.replace(hour=23)
    whistle = blow(line, now=night)
    assert whistle.due_at == MONDAY.replace(day=17, hour=10, minute=30)
    notice = Notification.objects.get(recipient=line.handler)
    assert (notice.kind, notice.params, notice.deliver_at) == ("whistle_called", {"number": whistle.number}, night)
    assert whistle.number.startswith(line.district.code[:6] + "20261116W")


def test_nobody_has_to_check_in_before_the_time_to_be_there(line):
    tomorrow = MONDAY + dt.timedelta(days=1, hours=5)
    assert blow(line, meets_at=tomorrow).due_at == tomorrow


def test_the_way_from_call_to_close(line):
    whistle = blow(line)
    actions.check_in(whistle, actor=line.handler, unit=line.dept, now=MONDAY + HOUR)
    actions.report(whistle, actor=line.handler, unit=line.dept, words="已清理", now=MONDAY + 2 * HOUR)
    actions.rate(whistle, actor=line.secretary, unit=line.dept, rating=5, now=MONDAY + 3 * HOUR)
    ended = actions.close(whistle, actor=line.secretary, outcome="道路已畅通", now=MONDAY + 4 * HOUR)
    called = part(whistle, line.dept)
    assert (called.attendance, called.checked_in_by, called.report, called.rating) == (
        Attendance.ON_TIME,
        line.handler,
        "已清理",
        5,
    )
    assert (ended.state, ended.outcome, ended.finished_at) == (
        WhistleState.CLOSED,
        "道路已畅通",
        MONDAY + 4 * HOUR,
    )
    events = WhistleEvent.objects.filter(whistle=whistle).order_by("id")
    assert [(e.act, e.actor_role) for e in events] == [
        (Act.BLOW, Role.COMMUNITY_SECRETARY),
        (Act.CHECK_IN, Role.DEPT_HANDLER),
        (Act.REPORT, Role.DEPT_HANDLER),
        (Act.RATE, Role.COMMUNITY_SECRETARY),
        (Act.CLOSE, Role.COMMUNITY_SECRETARY),
    ]
    assert told(line.handler) == ["whistle_called", "whistle_rated", "whistle_closed"]
    assert told(line.secretary) == ["whistle_reported"]


def test_who_comes_after_the_time_is_late_and_the_recorded_absence_stays(line):
    whistle = blow(line)
    sweeps.run(whistle.due_at + HOUR)
    assert part(whistle, line.dept).attendance == Attendance.ABSENT
    actions.check_in(whistle, actor=line.handler, unit=line.dept, now=whistle.due_at + 2 * HOUR)
    called = part(whistle, line.dept)
    assert (called.attendance, called.absent_at) == (Attendance.LATE, whistle.due_at + HOUR)


def test_to_the_minute_of_the_deadline_it_is_in_time(line):
    whistle = blow(line)
    sweeps.run(whistle.due_at)
    assert actions.check_in(whistle, actor=line.handler, unit=line.dept, now=whistle.due_at).attendance == "on_time"


def test_it_asks_for_what_is_missing(line):
    with pytest.raises(ValidationError) as caught:
        blow(line, subject=" ", place="", due_at=MONDAY - HOUR)
    assert set(caught.value.message_dict) == {"subject", "place", "due_at"}
    with pytest.raises(ValidationError, match="at least one unit"):
        actions.blow(actor=line.secretary, node=line.community, units=[], subject="x", place="y")


def test_the_district_says_how_long_units_have(line):
    row = Limit.objects.get(district=line.district, stage=Stage.CHECK_IN)
    assert str(row.value) + row.unit == "2working_hour"
    urgent = Limit.objects.get(pk=row.pk)
    urgent.pk, urgent.urgency, urgent.value, urgent.unit = None, "emergency", 30, "hour"
    urgent.save()
    order = report(line, line.clerk, source="hotline", urgency="emergency")
    assert blow(line, order=order).due_at == MONDAY + 30 * HOUR
    Limit.objects.filter(stage=Stage.CHECK_IN).delete()
    assert blow(line).due_at == MONDAY + 2 * HOUR


def test_that_an_order_was_whistled_for_stands_in_its_history(line):
    order = report(line, line.clerk, source="hotline")
    whistle = blow(line, order=order)
    event = Event.objects.filter(order=order).latest("id")
    assert (event.move, event.note, event.actor) == (Move.WHISTLE, whistle.number, line.secretary)


def test_only_a_post_that_summons_at_the_calling_node_may_call(line):
    for name in ("worker", "leader", "handler", "operator", "supervisor"):
        with pytest.raises(PermissionDenied):
            blow(line, actor=line.people[name])
    with pytest.raises(PermissionDenied):
        blow(line, actor=line.leader, node=line.base)


def test_units_of_other_lines_and_units_without_people_cannot_be_called(line):
    other = make_ruled_line("handler")
    for unit in (other.dept, make_unit(line.district), make_unit(make_grid(line.district))):
        with pytest.raises(ValidationError, match="cannot be called"):
            blow(line, unit)


def test_a_unit_below_the_caller_can_be_called(line):
    property_company = make_unit(line.community)
    make_post(make_user(), Role.DEPT_HANDLER, line.community, property_company)
    whistle = blow(line, property_company, actor=line.operator, node=line.street)
    assert part(whistle, property_company).attendance == Attendance.AWAITED


def test_the_same_sending_makes_one_whistle(line):
    sent = uuid.uuid4()
    assert blow(line, client_uuid=sent) == blow(line, client_uuid=sent)
    assert told(line.handler) == ["whistle_called"]


def test_the_order_it_is_about_opens_to_the_called_units(line):
    order = report(line, line.clerk, source="hotline")
    assert not WorkOrder.objects.visible_to(line.handler).exists()
    blow(line, order=order)
    assert list(WorkOrder.objects.visible_to(line.handler)) == [order]


def test_an_order_that_one_does_not_see_cannot_be_brought_in(line):
    elsewhere = report(other := make_ruled_line(), other.clerk, source="hotline")
    with pytest.raises(ValidationError, match="you cannot see it"):
        blow(line, order=elsewhere)


def test_one_unit_cannot_speak_for_another(line):
    unit, handler, _leader = make_department(line)
    whistle = blow(line, line.dept, unit)
    with pytest.raises(PermissionDenied):
        actions.check_in(whistle, actor=handler, unit=line.dept, now=MONDAY)
    with pytest.raises(PermissionDenied):
        actions.rate(whistle, actor=handler, unit=unit, rating=5, now=MONDAY)
    with pytest.raises(PermissionDenied):
        actions.close(whistle, actor=line.operator, outcome="x", now=MONDAY)


def test_the_order_of_things_is_kept(line):
    whistle = blow(line)
    with pytest.raises(InvalidMove, match="Check in first"):
        actions.report(whistle, actor=line.handler, unit=line.dept, words="x", now=MONDAY)
    with pytest.raises(InvalidMove, match="rated when it has reported"):
        actions.rate(whistle, actor=line.secretary, unit=line.dept, rating=5, now=MONDAY)
    actions.check_in(whistle, actor=line.handler, unit=line.dept, now=MONDAY)
    with pytest.raises(InvalidMove, match="checked in already"):
        actions.check_in(whistle, actor=line.handler, unit=line.dept, now=MONDAY)
    with pytest.raises(ValidationError, match="Say what was done"):
        actions.report(whistle, actor=line.handler, unit=line.dept, words="  ", now=MONDAY)


def test_an_absent_unit_may_be_rated_and_a_bad_rating_needs_its_reason(line):
    whistle = blow(line)
    sweeps.run(whistle.due_at + HOUR)
    with pytest.raises(ValidationError, match="Say why"):
        actions.rate(whistle, actor=line.secretary, unit=line.dept, rating=1)
    actions.rate(whistle, actor=line.secretary, unit=line.dept, rating=1, note="未到场")
    actions.rate(whistle, actor=line.secretary, unit=line.dept, rating=2, note="后补说明")
    assert part(whistle, line.dept).rating == 2
    assert told(line.handler).count("whistle_rated") == 1
    assert WhistleEvent.objects.filter(whistle=whistle, act=Act.RATE).count() == 2


def test_who_is_not_needed_any_more_is_neither_late_nor_absent(line):
    whistle = blow(line)
    actions.cancel(whistle, actor=line.secretary, reason="已解决", now=MONDAY + HOUR)
    assert part(whistle, line.dept).attendance == Attendance.EXCUSED
    assert told(line.handler) == ["whistle_called", "whistle_cancelled"]
    sweeps.run(whistle.due_at + HOUR)
    assert part(whistle, line.dept).attendance == Attendance.EXCUSED


def test_closing_after_the_time_records_who_did_not_come_though_no_timer_ran(line):
    whistle = blow(line)
    actions.close(whistle, actor=line.secretary, outcome="x", now=whistle.due_at + HOUR)
    assert part(whistle, line.dept).attendance == Attendance.ABSENT


def test_a_finished_whistle_takes_nothing_more(line):
    whistle = blow(line)
    actions.close(whistle, actor=line.secretary, outcome="x", now=MONDAY)
    for act in (
        lambda: actions.check_in(whistle, actor=line.handler, unit=line.dept),
        lambda: actions.cancel(whistle, actor=line.secretary, reason="x"),
        lambda: actions.close(whistle, actor=line.secretary, outcome="x"),
    ):
        with pytest.raises(InvalidMove, match="finished"):
            act()


def test_who_decides_on_an_old_page_is_told(line):
    whistle = blow(line)
    actions.check_in(whistle, actor=line.handler, unit=line.dept, now=MONDAY)
    with pytest.raises(StaleOrder):
        actions.close(whistle, actor=line.secretary, outcome="x", version=0)


def test_the_record_cannot_be_changed(line):
    blow(line)
    for change in (
        lambda: WhistleEvent.objects.update(note="x"),
        lambda: WhistleEvent.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_only_parties_and_posts_over_the_calling_node_see_it(line):
    _unit, handler, leader = make_department(line)
    whistle = blow(line)
    neighbour = make_grid(line.street, kind="community")
    next_door = make_user()
    make_post(next_door, Role.COMMUNITY_SECRETARY, neighbour)
    stranger = make_line("secretary", lng=117).secretary
    seen = {line.handler, line.secretary, line.operator, line.chief, line.supervisor}
    hidden = {handler, leader, next_door, stranger, line.worker, line.admin}
    for user in seen:
        assert list(Whistle.objects.visible_to(user)) == [whistle], user
    for user in hidden:
        assert not Whistle.objects.visible_to(user).exists(), user


def test_each_list_holds_its_own(line):
    whistle = blow(line)
    tab = Whistle.objects.tab
    assert list(tab("called", line.handler)) == list(tab("blown", line.secretary)) == [whistle]
    assert list(tab("area", line.operator)) == [whistle]
    assert not tab("blown", line.operator).exists()
    assert not tab("called", line.secretary).exists()
    actions.close(whistle, actor=line.secretary, outcome="x")
    assert not tab("called", line.handler).exists()
    assert list(tab("past", line.handler)) == [whistle]
