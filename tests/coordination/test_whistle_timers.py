"""The timers of whistles: one reminder, absence once, nothing doubled by two sweeps or by people meanwhile."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Notification
from coordination import actions, sweeps
from coordination.models import Summons, Whistle, WhistleEvent
from coordination.states import Act, Attendance
from tests.api.test_races import at_once
from tests.coordination.conftest import MONDAY, blow, make_department
from tests.factories import make_ruled_line
from workorders.workflow import InvalidMove

MINUTE = dt.timedelta(minutes=1)


def told(user) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


def test_reminder_and_absence_each_come_once(line):
    whistle = blow(line)
    done = []
    for moment in (
        MONDAY,
        whistle.warn_at,
        whistle.warn_at,
        whistle.due_at,
        whistle.due_at + MINUTE,
        whistle.due_at + MINUTE,
    ):
        swept = sweeps.run(moment)
        done.append((swept.warned, swept.absent))
    assert done == [(0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 0)]
    assert told(line.handler) == ["whistle_called", "whistle_due_soon", "whistle_absent"]
    assert told(line.secretary) == ["whistle_units_absent"]


def test_absence_goes_to_the_units_leader_and_the_caller_hears_of_all_at_once(line):
    unit, handler, leader = make_department(line)
    whistle = blow(line, line.dept, unit)
    sweeps.run(whistle.due_at + MINUTE)
    assert told(leader) == ["whistle_called", "whistle_absent"]
    assert told(handler) == ["whistle_called"]
    notice = Notification.objects.get(recipient=line.secretary)
    assert notice.params == {"number": whistle.number, "count": 2}


def test_who_came_is_not_reminded_and_a_whistle_with_everybody_there_rests(line):
    unit, handler, _leader = make_department(line)
    whistle = blow(line, line.dept, unit)
    actions.check_in(whistle, actor=line.handler, unit=line.dept, now=MONDAY)
    sweeps.run(whistle.warn_at)
    assert "whistle_due_soon" not in told(line.handler)
    assert "whistle_due_soon" in told(handler)
    actions.check_in(whistle, actor=handler, unit=unit, now=whistle.warn_at)
    assert Whistle.objects.get().next_at is None


def test_what_an_outage_missed_is_recorded_without_a_late_reminder(line):
    whistle = blow(line)
    swept = sweeps.run(whistle.due_at + dt.timedelta(days=3))
    assert (swept.warned, swept.absent) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_record_each_absence_once():
    line = make_ruled_line()
    whistles = [blow(line) for _ in range(12)]
    late = max(whistle.due_at for whistle in whistles) + MINUTE
    done = at_once(*[lambda: sweeps.run(late, batch=3)] * 3)
    assert sum(swept.absent for swept in done) == 12
    assert WhistleEvent.objects.filter(act=Act.ABSENT).count() == 12
    assert told(line.secretary) == ["whistle_units_absent"] * 12


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_when_two_of_a_unit_check_in_at_once_the_first_counts_and_the_other_is_told(attempt):
    line = make_ruled_line()
    unit, handler, leader = make_department(line)
    whistle = blow(line, unit)

    def come(user):
        try:
            return actions.check_in(whistle.pk, actor=user, unit=unit.pk, now=MONDAY).checked_in_by_id
        except InvalidMove as refusal:
            return str(refusal)

    answers = at_once(lambda: come(handler), lambda: come(leader))
    assert len([a for a in answers if isinstance(a, int)]) == 1
    assert WhistleEvent.objects.filter(act=Act.CHECK_IN).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_a_check_in_beside_the_sweep_loses_nothing(attempt):
    line = make_ruled_line()
    whistle = blow(line, now=timezone.now() - dt.timedelta(days=7))
    late = timezone.now()
    at_once(
        lambda: actions.check_in(whistle.pk, actor=line.handler, unit=line.dept.pk, now=late),
        lambda: sweeps.run(late),
    )
    assert Summons.objects.get().attendance == Attendance.LATE
    acts = list(WhistleEvent.objects.order_by("id").values_list("act", flat=True))
    assert acts in ([Act.BLOW, Act.CHECK_IN], [Act.BLOW, Act.ABSENT, Act.CHECK_IN])


@pytest.mark.django_db(transaction=True)
def test_a_whistle_that_somebody_holds_is_left_to_the_next_sweep():
    line = make_ruled_line()
    whistle = blow(line)
    with transaction.atomic():
        Whistle.objects.select_for_update().get()
        [swept] = at_once(lambda: sweeps.run(whistle.due_at + MINUTE))
    assert swept.absent == 0
    assert sweeps.run(whistle.due_at + MINUTE).absent == 1
