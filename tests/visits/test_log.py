"""The daily log: written once, an order in one tap, reports that keep what they counted."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import retention
from residents.models import House
from tests.factories import make_category, make_line
from tests.registers import make_organisation, make_resident
from tests.visiting import make_entry, make_report, make_visit
from visits import actions, summaries
from visits.models import LogEntry, Report, Visit
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def test_an_entry_sent_twice_is_one_entry(line):
    key = uuid.uuid4()
    assert make_entry(line, line.worker, client_uuid=key) == make_entry(line, line.worker, client_uuid=key)
    assert LogEntry.objects.count() == 1


def test_what_was_said_is_not_readable_in_the_database(line):
    made = make_entry(line, line.worker, text="楼上漏水")
    assert not LogEntry.objects.filter(pk=made.pk, text="楼上漏水").exists()


def test_nobody_keeps_the_log_of_another_area(line):
    with pytest.raises(PermissionDenied):
        make_entry(line, make_line("worker").worker)


def test_an_entry_becomes_one_order_and_the_two_know_each_other(client, line, house):
    make_resident(house)
    House.objects.filter(pk=house.pk).update(lng="116.501", lat="35.401")
    visit = make_visit(house, line.worker)
    entry = make_entry(line, line.worker, subject=House.objects.get(pk=house.pk), visit=visit)
    category = make_category(needs_photo=False)
    client.force_login(line.worker)
    address = reverse("visits:entry-order", args=[entry.pk])
    assert entry.text in client.get(address).content.decode()
    sent = {"category": category.pk, "description": "路灯不亮", "is_confidential": "on"}
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    order = WorkOrder.objects.get()
    assert (order.is_confidential, order.grid, str(order.lng)) == (True, line.base, "116.501000")
    entry.refresh_from_db()
    assert entry.order == order
    assert entry.visit == visit
    assert entry.get_absolute_url() in client.get(order.get_absolute_url()).content.decode()


def test_an_order_made_twice_at_once_is_one(line):
    entry, category = make_entry(line, line.worker), make_category(needs_photo=False)
    made = [actions.make_order(entry, actor=line.worker, category=category, description="x") for _ in range(2)]
    assert made[0] == made[1]


def test_needs_of_an_organisation_stand_with_it(line):
    shop = make_organisation(line.base)
    entry = make_entry(line, line.worker, subject=shop)
    assert (entry.organisation, entry.grid) == (shop, line.base)


def test_a_report_counts_what_happened_and_what_became_of_it(line, house):
    people = [make_resident(house) for _ in range(2)]
    make_visit(house, line.worker, people=people)
    make_visit(house, line.worker, "nobody")
    make_visit(make_organisation(line.base), line.worker)
    entries = [make_entry(line, line.worker, kind=kind) for kind in ("demand", "demand", "safety")]
    actions.make_order(entries[0], actor=line.worker, category=make_category(needs_photo=False), description="x")
    today = timezone.localdate()
    counts = summaries.count(line.base, today, today, timezone.now())
    assert (counts.visits, counts.reached, counts.nobody, counts.people, counts.organisations) == (3, 2, 1, 2, 1)
    assert counts.entries == {"demand": 2, "safety": 1}
    assert (counts.turned, counts.open_turned, counts.late_turned) == (1, 1, 0)
    text = summaries.compose(line.base, "day", today, today, counts)
    assert line.base.name in text
    assert "3" in text


def test_what_was_taken_back_counts_nowhere(line, house):
    make_resident(house)
    actions.annul(make_visit(house, line.worker), actor=line.worker)
    today = timezone.localdate()
    assert summaries.count(line.community, today, today, timezone.now()).visits == 0


@pytest.mark.parametrize(
    ("period", "starts_on", "ends_on"),
    [("day", "2026-02-28", "2026-02-28"), ("week", "2026-02-23", "2026-03-01"), ("month", "2026-02-01", "2026-02-28")],
)
def test_a_period_holds_its_days(period, starts_on, ends_on):
    assert [day.isoformat() for day in summaries.span(period, dt.date(2026, 2, 28))] == [starts_on, ends_on]


def test_a_report_is_replaced_while_its_period_runs_and_then_stays(line):
    first = make_report(line)
    again = actions.submit_report(line.base, actor=line.worker, period="day", day=timezone.localdate(), text="anew")
    assert (first.pk, Report.objects.get().text) == (again.pk, "anew")
    later = timezone.now() + dt.timedelta(days=2)
    yesterday = timezone.localdate(later) - dt.timedelta(days=1)
    given = {"actor": line.worker, "period": "day", "day": yesterday, "now": later}
    actions.submit_report(line.base, **given, text="late")
    with pytest.raises(ValidationError, match="not changed"):
        actions.submit_report(line.base, **given, text="later still")


def test_one_reports_of_ones_own_node_alone(client, line):
    with pytest.raises(PermissionDenied):
        actions.submit_report(line.base, actor=line.secretary, period="day", day=timezone.localdate(), text="x")
    client.force_login(line.worker)
    address = reverse("visits:report-write")
    assert client.get(address, {"period": "day", "node": line.community.pk}).status_code == 404
    assert client.get(address, {"period": "year"}).status_code == 404


def test_a_report_is_composed_edited_and_submitted(client, line):
    client.force_login(line.worker)
    address = reverse("visits:report-write") + "?period=week"
    assert line.base.name in client.get(address).content.decode()
    assert client.post(address, {"text": "Nothing."}).status_code == 302
    client.force_login(line.secretary)
    assert "Nothing." in client.get(Report.objects.get().get_absolute_url()).content.decode()


def test_the_log_takes_few_queries_however_long(client, line, django_assert_max_num_queries):
    make_entry(line, line.worker)
    client.force_login(line.worker)
    client.get(reverse("visits:log"))
    with django_assert_max_num_queries(14) as few:
        client.get(reverse("visits:log"))
    for _ in range(9):
        make_entry(line, line.worker)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("visits:log"))


def test_old_visits_and_entries_go_after_three_years(line, house, settings):
    make_resident(house)
    long_ago = timezone.now() - dt.timedelta(days=3 * 365 + 1)
    make_visit(house, line.worker, now=long_ago)
    entry = make_entry(line, line.worker, now=long_ago)
    make_visit(house, line.worker)
    done = {one.rule.name: one.count for one in retention.run(timezone.now()) if "visit" in one.rule.name}
    assert done == {"visits": 1, "visit_log": 1, "visit_reports": 0}
    assert Visit.objects.count() == 1
    assert not LogEntry.objects.filter(pk=entry.pk).exists()
