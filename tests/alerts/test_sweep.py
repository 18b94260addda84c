"""The sweep over real rows: what each rule finds in them, that it tells once, who is told, what lapses."""

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import close_old_connections

from accounts.models import Notification
from alerts import actions, explaining, rules, sweeps
from alerts.models import EarlyWarning, WarningEvent
from alerts.parameters import Given
from alerts.rules import Watch
from alerts.states import RuleKind, State
from grids.models import Grid
from grids.roles import Role
from insights.models import UnitTally
from tests.early_warnings import count_of, make_warning
from tests.facilities.rows import make_facility
from tests.factories import Line, make_category, make_line, make_order, make_post, make_ruled_line, make_user
from tests.hotlines import make_request, make_topic
from tests.registers import make_grant, make_house, make_organisation, make_resident
from visits.models import Due
from workorders.states import State as OrderState

NOON = dt.datetime(2026, 6, 10, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOON.date()
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


@pytest.fixture
def line(db):
    return make_line("secretary", "operator", "dispatcher", "supervisor", "chief")


def only(line: Line, **given) -> Watch:
    """Let one rule alone hold in the line's district: its usual numbers, or these."""
    kind = RuleKind(given.pop("kind"))
    for watch in rules.of(line.district.pk).values():
        rules.set_rule(line.district, Watch(**{**watch.__dict__, "is_active": False}), actor=line.chief, now=NOON)
    watch = Watch("only", kind, "只此一条", parameters=Given(kind, given).all())
    rules.set_rule(line.district, watch, actor=line.chief, now=NOON)
    return watch


def a_burst(line: Line, node: Grid | None = None) -> str:
    """Count one case in each of eight weeks, and nine in the last; returns the category's key."""
    key = str(make_category(name="暴露垃圾").pk)
    for week in range(1, 9):
        count_of(node or line.community, TODAY - WEEK * week, key, 1)
    count_of(node or line.community, TODAY - DAY, key, 9)
    return key


def test_a_category_above_its_history_is_told_with_its_figures_frozen(line):
    key = a_burst(line)
    only(line, kind="rate")
    sweeps.run(NOON)
    one = EarlyWarning.objects.get()
    assert (one.node, str(one.category_id), one.severity) == (line.community, key, "serious")
    assert (one.first_on, one.last_on) == (TODAY - 6 * DAY, TODAY)
    assert (one.figures["seen"], one.figures["expected"], one.figures["history"]) == (9, 1.0, [1] * 8)
    assert one.figures["rule"]["weeks"] == 8
    assert WarningEvent.objects.get().figures == one.figures


def test_the_same_again_changes_nothing_and_growth_is_reminded_once(line):
    key = a_burst(line)
    only(line, kind="rate")
    sweeps.run(NOON)
    assert (sweeps.run(NOON + DAY / 24).found, EarlyWarning.objects.count()) == ([], 1)
    count_of(line.community, TODAY, key, 5)
    done = [sweeps.run(NOON + hours * DAY / 24) for hours in (2, 3)]
    assert [(len(one.found), one.grown) for one in done] == [(0, 1), (0, 0)]
    one = EarlyWarning.objects.get()
    assert (one.figures["seen"], one.size) == (9, 14)
    assert Notification.objects.filter(recipient=line.secretary, kind="warnings_grown").count() == 1


def test_the_lowest_level_with_anybody_is_told_after_the_quiet_hours_and_nothing_private(line):
    a_burst(line)
    only(line, kind="rate")
    sweeps.run(NOON.replace(hour=23))
    told = Notification.objects.get()
    assert (told.recipient, told.kind, told.params) == (line.secretary, "warnings_new", {"count": 1})
    assert told.deliver_at > NOON.replace(hour=23) + DAY / 4


def test_after_a_dismissal_only_days_that_follow_can_warn_again(line):
    key = a_burst(line)
    only(line, kind="rate")
    sweeps.run(NOON)
    actions.dismiss(EarlyWarning.objects.get(), actor=line.secretary, reason="known", now=NOON)
    assert sweeps.run(NOON + DAY).found == []
    count_of(line.community, TODAY + 2 * WEEK, key, 20)
    assert len(sweeps.run(NOON + 2 * WEEK).found) == 1


def test_a_warning_nobody_decides_on_lapses_and_so_do_those_of_a_rule_switched_off(line):
    a_burst(line)
    watch = only(line, kind="rate")
    sweeps.run(NOON)
    make_warning(line, rule=watch.code, found_at=NOON + DAY, subject="other")
    assert sweeps.run(NOON + 14 * DAY).lapsed == 1
    assert EarlyWarning.objects.get(state=State.LAPSED).reason == "time"
    rules.retire(line.district, watch.code, actor=line.chief, note="", now=NOON)
    assert sweeps.run(NOON + 14 * DAY).lapsed == 1
    assert EarlyWarning.objects.get(subject="other").reason == "rule_off"


def at_the_gate(line: Line, metres: float = 0, **fields):
    """Report in front of a gate, or so far north of it."""
    given = {"reported_at": NOON - DAY, "lng": "116.504000", "lat": f"{35.404 + metres / 111_320:.6f}"}
    return make_order(line, **given | fields)


def test_four_reports_at_one_gate_are_a_place_and_are_never_counted_again(line):
    category = make_category()
    orders = [at_the_gate(line, metres, category=category) for metres in (0, 10, 20)]
    only(line, kind="place")
    at_the_gate(line, 300)
    at_the_gate(line, 5, state=OrderState.REJECTED)
    assert sweeps.run(NOON).found == []
    orders.append(at_the_gate(line, 30, category=category))
    sweeps.run(NOON)
    one = EarlyWarning.objects.get()
    assert set(one.orders.all()) == set(orders)
    assert (one.node, one.category, str(one.lng)) == (line.base, category, "116.504000")
    actions.dismiss(one, actor=line.operator, reason="handled", now=NOON)
    at_the_gate(line, 12)
    assert sweeps.run(NOON).found == []


def test_an_open_place_takes_further_reports_in_instead_of_warning_twice(line):
    for metres in (0, 10, 20, 30):
        at_the_gate(line, metres)
    only(line, kind="place")
    sweeps.run(NOON)
    for metres in (2, 4):
        at_the_gate(line, metres)
    assert (sweeps.run(NOON).grown, EarlyWarning.objects.count()) == (1, 1)
    assert EarlyWarning.objects.get().orders.count() == 6


def test_reports_that_name_one_facility_are_told_at_it_and_so_is_the_order_made_of_them(client, db):
    line = make_ruled_line("secretary", "chief")
    cover = make_facility(line.base, lng="116.505000", lat="35.405000")
    category = make_category()
    orders = [at_the_gate(line, 100 * number, category=category, facility=cover) for number in range(4)]
    only(line, kind="place")
    sweeps.run(NOON)
    one = EarlyWarning.objects.get()
    assert (one.subject, one.facility, str(one.lng), set(one.orders.all())) == (
        f"facility:{cover.pk}",
        cover,
        "116.505000",
        set(orders),
    )
    assert cover.code in explaining.sentence(one, None)
    order = actions.confirm(one, actor=line.secretary, description="看看").order
    assert order.facility == cover
    client.force_login(line.secretary)
    for shown in (order, orders[0]):
        assert one.get_absolute_url() in client.get(shown.get_absolute_url()).content.decode()
    assert order.get_absolute_url() in client.get(one.get_absolute_url()).content.decode()
    assert one.get_absolute_url() in client.get(cover.get_absolute_url()).content.decode()
    client.force_login(make_post(make_user(), Role.GRID_WORKER, line.base).user)
    for shown in (orders[0], cover):
        assert one.get_absolute_url() not in client.get(shown.get_absolute_url()).content.decode()


def test_missed_care_visits_are_told_as_fewer_than_ten_and_never_who_or_which_tier(line):
    house = make_house(line.base)
    people = [make_resident(house, name=f"SecretName{n}") for n in range(2)]
    for one in people:
        make_grant(one, "orange")
        late, due = TODAY - 4 * DAY, TODAY + 90 * DAY
        Due.objects.update_or_create(
            resident=one,
            defaults={
                "opens_on": TODAY,
                "due_on": due,
                "basis": "regular",
                "discreet_opens_on": late,
                "discreet_due_on": late,
            },
        )
    only(line, kind="tier_visits", least=1, late_days=3)
    sweeps.run(NOON)
    one = EarlyWarning.objects.get()
    assert one.node == line.community
    assert (one.figures["missed"], one.figures["fewer_than"], one.size) == (None, 10, 1)
    assert not any(word in str(one.figures) for word in ("orange", "Secret"))
    Due.objects.update(discreet_opens_on=TODAY, discreet_due_on=TODAY)
    sweeps.run(NOON + DAY / 24)
    one.refresh_from_db()
    assert (one.state, one.reason) == (State.LAPSED, "over")


def test_an_expired_check_of_a_key_site_is_told_and_its_renewal_ends_it(line):
    year = 365 * DAY
    site = make_organisation(line.base, is_key_site=True, fire_checked_on=TODAY - year - DAY, gas_checked_on=TODAY)
    make_organisation(line.base, fire_checked_on=TODAY - 2 * year)
    make_organisation(line.base, is_key_site=True, fire_checked_on=TODAY - DAY)
    only(line, kind="checks")
    sweeps.run(NOON)
    one = EarlyWarning.objects.get()
    assert (one.organisation, one.figures["checks"], one.figures["days_over"]) == (site, ["fire:2026-06-09"], 1)
    site.fire_checked_on = TODAY
    site.save()
    assert sweeps.run(NOON).lapsed == 1


def test_returns_of_a_unit_above_its_history_are_told_to_the_level_of_the_unit(line):
    for week in range(1, 9):
        UnitTally.objects.create(unit=line.dept, day=TODAY - WEEK * week, measure="returned", count=week % 2)
    UnitTally.objects.create(unit=line.dept, day=TODAY, measure="returned", count=6)
    only(line, kind="returns", of="unit", one_in=1000)
    sweeps.run(NOON)
    one = EarlyWarning.objects.get()
    assert (one.unit, one.node, one.figures["seen"], one.figures["expected"]) == (line.dept, line.district, 6, 0.5)


def test_a_topic_that_doubles_is_told_and_one_that_stays_is_not(line):
    rising, steady = make_topic(line, title="停水"), make_topic(line, title="噪音")
    for days, topic in [*[(1, rising)] * 6, *[(9, rising)] * 2, *[(1, steady)] * 6, *[(9, steady)] * 5]:
        make_request(line, topic=topic, received_at=NOON - days * DAY)
    only(line, kind="topic")
    sweeps.run(NOON)
    one = EarlyWarning.objects.get()
    assert (one.topic, one.figures["seen"], one.figures["before"]) == (rising, 6, 2)


def test_a_backlog_above_every_week_before_is_told(line):
    category = make_category()
    for number in range(6):
        at, due = NOON - 3 * DAY, NOON - DAY if number < 5 else NOON + DAY
        make_order(line, category=category, reported_at=at, whole_due_at=due)
    only(line, kind="backlog")
    sweeps.run(NOON)
    one = EarlyWarning.objects.get()
    assert (one.figures["late"], one.figures["open"], one.figures["percent"]) == (5, 6, 83.3)


def test_the_command_says_what_it_would_find_and_keeps_nothing(line, capsys):
    a_burst(line)
    only(line, kind="rate")
    call_command("run_warnings", "--now", "2026-06-10T12:00", "--dry-run")
    assert "only: 1 new" in capsys.readouterr().out
    assert (EarlyWarning.objects.count(), Notification.objects.count()) == (0, 0)
    call_command("run_warnings", "--now", "2026-06-10T12:00")
    assert EarlyWarning.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once():
    line = make_line("secretary", "chief")
    a_burst(line)
    only(line, kind="rate")
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            sweeps.run(NOON)
        finally:
            close_old_connections()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (EarlyWarning.objects.count(), WarningEvent.objects.count(), Notification.objects.count()) == (1, 1, 1)
