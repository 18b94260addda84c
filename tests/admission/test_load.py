"""The burden meter: what each worker carries, what a task adds, who goes over, and how many queries that takes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admission import actions, load, meter
from admission.effort import EffortBook, capacities
from admission.models import Assignment, Effort, Round
from grids.models import Employment
from grids.roles import Role
from tests.admission.conftest import terms
from tests.factories import make_category, make_grid, make_order, make_post, make_task, make_user
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def measured(line, where=None, minutes=20, **fields) -> load.Meter:
    usual = {"minutes": minutes, "allowed_value": 5, "allowed_unit": "working_day"}
    line.district.refresh_from_db()
    return load.measure(line.district.pk, where or terms(line.district, rhythm="weekly"), **usual | fields)


def burden_of(found: load.Meter, user) -> load.Burden:
    return next(burden for burden in found.burdens if burden.user_id == user.pk)


def stated(line, task, minutes: list[int], user=None) -> None:
    """Let so many rounds of a task be handed in, each with these minutes."""
    now = timezone.now()
    for number, took in enumerate(minutes):
        round_ = Round.objects.create(
            task=task, day=dt.date(2026, 1, 1) + dt.timedelta(days=number), issued_at=now, due_at=now, grids=1
        )
        order = make_order(line, "closed", kind="task", handler=user or line.worker)
        Assignment.objects.create(
            task=task,
            round=round_,
            grid=line.base,
            community=line.community,
            street=line.street,
            order=order,
            worker=user or line.worker,
            issued_at=now - dt.timedelta(days=7),
            handed_in_at=now,
            minutes=took,
        )


def test_incidents_of_eight_weeks_count_with_the_minutes_of_their_difficulty(line):
    category = make_category()
    for difficulty, field in (("simple", "handler"), ("complex", "assignee"), ("hard", "handler")):
        state = "in_progress" if field == "assignee" else "closed"
        make_order(line, state, category=category, difficulty=difficulty, **{field: line.worker})
    make_order(
        line, "closed", category=category, handler=line.worker, reported_at=timezone.now() - dt.timedelta(weeks=9)
    )
    make_order(line, "closed", category=category, handler=line.leader)
    burden = burden_of(measured(line), line.worker)
    assert (burden.orders, burden.incidents) == (3, (30 + 90 + 240) / 8)


def test_whoever_finished_an_order_carries_it_not_whoever_has_it_now(line):
    make_order(line, "pending_verification", handler=line.worker, assignee=line.leader)
    assert burden_of(measured(line), line.worker).orders == 1


def test_tasks_are_no_incidents(line):
    make_order(line, "in_progress", kind="task", assignee=line.worker)
    assert burden_of(measured(line), line.worker).orders == 0


def test_a_districts_own_rows_answer_first_the_nearest_category_before_the_difficulty(line):
    root = make_category()
    leaf = make_category(parent=root)
    now = timezone.now()

    def minutes(difficulty: str = "simple") -> tuple[int, bool]:
        found = EffortBook.load(line.district.pk, timezone.now()).of(leaf.pk, difficulty)
        return found.minutes, found.is_row

    assert minutes() == (30, False)
    for category, difficulty, value in ((None, "simple", 41), (root, "", 42), (root, "simple", 43), (leaf, "", 44)):
        actions.set_effort(
            line.district, actor=line.chief, category=category, difficulty=difficulty, minutes=value, source="Study"
        )
        assert minutes() == (value, True)
    assert minutes("hard") == (44, True)
    actions.clear_effort(Effort.objects.get(category=leaf), actor=line.chief)
    assert minutes() == (43, True)
    assert Effort.objects.in_force(now - dt.timedelta(days=1)).count() == 0


def test_the_week_holds_forty_hours_half_of_them_part_time_unless_the_district_says_otherwise(line):
    def week() -> dict:
        return {kind: found.minutes for kind, found in capacities(line.district.pk, timezone.now()).items()}

    assert week() == {"full_time": 2400, "part_time": 1200}
    actions.set_capacity(line.district, actor=line.chief, employment="part_time", minutes=900, source="Contract")
    assert week() == {"full_time": 2400, "part_time": 900}


def test_what_a_task_adds_goes_to_the_owner_of_each_grid(line):
    second, third = make_grid(line.community), make_grid(line.community)
    make_post(line.worker, Role.GRID_WORKER, second, is_primary=True)
    colleague = make_user()
    make_post(colleague, Role.GRID_WORKER, line.base)
    found = measured(line)
    assert found.grids == 3
    assert (burden_of(found, line.worker).added, burden_of(found, line.worker).added_grids) == (40, 2)
    assert burden_of(found, colleague).added == 0
    # Nobody is posted in the third grid: it falls to the level above, which is shown too.
    assert burden_of(found, line.secretary).added == 20
    assert found.added_total == 60
    assert third.pk


def test_a_monthly_task_weighs_twelve_fifty_seconds_of_a_weekly_one(line):
    monthly = measured(line, terms(line.district, rhythm="monthly"), minutes=52)
    assert burden_of(monthly, line.worker).added == pytest.approx(12)


def test_running_tasks_weigh_by_the_applicants_estimate_until_five_have_stated(line):
    far = timezone.localdate() + dt.timedelta(days=60)
    task = make_task(line, state="admitted", rhythm="weekly", minutes=100, ends_on=far)
    assert burden_of(measured(line), line.worker).standing == 100
    stated(line, task, [10, 20, 30, 40])
    found = measured(line)
    assert (burden_of(found, line.worker).standing, found.measured_tasks) == (100, 0)


def test_from_five_statements_on_their_median_answers(line):
    far = timezone.localdate() + dt.timedelta(days=60)
    task = make_task(line, state="admitted", rhythm="weekly", minutes=100, ends_on=far)
    stated(line, task, [10, 20, 30, 40, 400])
    found = measured(line)
    assert (burden_of(found, line.worker).standing, found.measured_tasks) == (30, 1)
    assert burden_of(measured(line, except_task=task.pk), line.worker).standing == 0


def test_pending_refused_and_past_tasks_weigh_nothing(line):
    far = timezone.localdate() + dt.timedelta(days=60)
    for state in ("pending", "refused", "withdrawn", "ended"):
        make_task(line, state=state, rhythm="weekly", ends_on=far)
    past = timezone.localdate() - dt.timedelta(days=1)
    make_task(line, state="admitted", rhythm="weekly", starts_on=past, ends_on=past)
    assert burden_of(measured(line), line.worker).standing == 0


def test_a_running_task_weighs_only_in_its_own_area_and_kinds(line):
    far = timezone.localdate() + dt.timedelta(days=60)
    street = make_grid(line.district)
    make_task(line, state="admitted", rhythm="weekly", ends_on=far, nodes=[street])
    make_task(line, state="admitted", rhythm="weekly", ends_on=far, in_base=False, in_micro=True)
    make_task(line, state="admitted", rhythm="weekly", ends_on=far, settlement="rural")
    assert burden_of(measured(line), line.worker).standing == 0
    make_task(line, state="admitted", rhythm="weekly", ends_on=far, nodes=[line.street, line.base], minutes=7)
    assert burden_of(measured(line), line.worker).standing == 7


def test_tasks_that_came_once_are_spread_over_the_eight_weeks(line):
    task = make_task(line, state="admitted", minutes=80)
    stated(line, task, [80])
    found = burden_of(measured(line), line.worker)
    assert (found.standing, found.once) == (0, 10)


def test_who_goes_over_is_told_apart_from_who_was_over(line):
    busy, half = make_user(), make_user()
    grids = [make_grid(line.community), make_grid(line.community)]
    make_post(busy, Role.GRID_WORKER, grids[0], is_primary=True)
    make_post(half, Role.GRID_WORKER, grids[1], is_primary=True, employment=Employment.PART_TIME)
    for _ in range(81):
        make_order(line, "closed", difficulty="hard", handler=busy)
    for _ in range(39):
        make_order(line, "closed", difficulty="hard", handler=half)
    found = measured(line, minutes=40)
    assert [burden.user_id for burden in found.over_before] == [busy.pk]
    assert [burden.user_id for burden in found.newly_over] == [half.pk]
    assert [burden.user_id for burden in found.burdens] == [busy.pk, half.pk, line.worker.pk]
    counts = [(bucket.before, bucket.after) for bucket in meter.buckets(found)]
    assert counts == [(1, 1), (0, 0), (0, 0), (1, 0), (1, 2)]


def test_the_heaviest_come_first_fifty_to_a_page(line):
    for number in range(60):
        worker = make_user()
        make_post(worker, Role.GRID_WORKER, make_grid(line.community), is_primary=True)
        if number < 3:
            make_order(line, "closed", handler=worker)
    found = measured(line)
    first = meter.rows(found)
    assert (len(first.rows), first.total, first.older, first.newer) == (50, 61, 50, None)
    assert [row.burden.orders for row in first.rows[:4]] == [1, 1, 1, 0]
    rest = meter.rows(found, 50)
    assert (len(rest.rows), rest.first, rest.older, rest.newer) == (11, 51, None, 0)


def test_the_number_of_queries_does_not_grow_with_workers_orders_and_tasks(line):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            measured(line)
        return len(caught)

    far = timezone.localdate() + dt.timedelta(days=60)
    make_task(line, state="admitted", rhythm="weekly", ends_on=far)
    before = count()
    for _ in range(12):
        worker = make_user()
        make_post(worker, Role.GRID_WORKER, make_grid(line.community), is_primary=True)
        make_order(line, "closed", handler=worker)
        make_task(line, state="admitted", rhythm="weekly", ends_on=far)
    assert count() == before <= 12
    assert WorkOrder.objects.count() == 12
