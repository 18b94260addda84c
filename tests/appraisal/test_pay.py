"""What is paid by service, certificate and result, by the day; and who keeps the records behind it."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from appraisal import actions, payroll
from appraisal.errors import Refusal
from appraisal.models import Assessment, PayElement, RecordChange, Result, Scheme, WorkerRecord
from appraisal.pay import USUAL, Element, Service, full_years, reckon

D = Decimal
DAY = dt.date
JANUARY = DAY(2026, 1, 1)


@pytest.mark.parametrize(
    ("hired", "on", "years"),
    [
        (DAY(2020, 11, 1), DAY(2026, 10, 31), 5),
        (DAY(2020, 10, 31), DAY(2026, 10, 31), 6),
        (DAY(2024, 2, 29), DAY(2025, 2, 27), 0),
        (DAY(2024, 2, 29), DAY(2025, 2, 28), 1),
        (DAY(2024, 2, 29), DAY(2028, 2, 28), 3),
        (DAY(2024, 2, 29), DAY(2028, 2, 29), 4),
        (DAY(2026, 12, 1), DAY(2026, 11, 30), 0),
    ],
)
def test_a_year_is_full_on_its_day(hired, on, years):
    assert full_years(hired, on) == years


@pytest.mark.parametrize(
    ("service", "seniority", "certificate"),
    [
        (Service(DAY(2021, 6, 15)), 400, 0),
        (Service(DAY(2016, 10, 31), "assistant"), 800, 200),
        (Service(DAY(2001, 1, 1), "middle"), 800, 300),
        (Service(None, "senior", DAY(2026, 10, 31)), 0, 400),
        (Service(None, "senior", DAY(2026, 10, 30)), 0, 0),
    ],
)
def test_the_usual_elements(service, seniority, certificate):
    pay = reckon(service, USUAL, DAY(2026, 10, 31))
    assert (pay.seniority, pay.certificate, pay.sum) == (seniority, certificate, seniority + certificate)


def test_part_time_and_result_by_the_districts_rows():
    rows = [*(row for row in USUAL if row.kind != "part_time"), Element("part_time", D(50))]
    rows += [Element("performance", D(300), at_least=D(90)), Element("performance", D(150), at_least=D(80))]
    service = Service(DAY(2025, 10, 1), "middle", None, is_part_time=True, total=D("89.99"))
    pay = reckon(service, rows, DAY(2026, 10, 31))
    assert (pay.seniority, pay.certificate, pay.performance, pay.sum) == (40, 150, 75, 265)


def test_an_element_changes_from_a_month_on_and_leaves_the_others(line):
    new = Element("certificate", D(250), "assistant")
    actions.set_element(line.district, actor=line.chief, element=new, valid_from=DAY(2026, 11, 15))
    for day, amount in ((DAY(2026, 10, 31), 200), (DAY(2026, 11, 30), 250)):
        rows = {row.level: row.amount for row in payroll.elements_of(line.district.pk, day)}
        assert (rows["assistant"], rows["middle"], rows["senior"]) == (amount, 300, 400)


def test_an_element_that_somebody_else_set_meanwhile_is_not_overwritten(line, client):
    client.force_login(line.chief)
    address = reverse("appraisal:element-edit", args=["seniority"])
    sent = {"amount": "90", "cap": "800", "valid_from": "2026-12-01"}
    sent["seen"] = client.get(address).context["form"]["seen"].value()
    planned = Element("seniority", D(85), cap=D(900))
    actions.set_element(line.district, actor=line.chief, element=planned, valid_from=DAY(2027, 1, 1))
    page = client.post(address, sent)
    assert (page.status_code, page.context["form"]["amount"].value()) == (400, "90")
    assert "已有他人修改" in page.content.decode()
    assert payroll.elements_of(line.district.pk, DAY(2027, 1, 31))[0].amount == 85, "the month planned stands"
    assert client.post(address, sent | {"seen": page.context["form"]["seen"].value()}).status_code == 302


def test_records_are_kept_by_the_street_with_their_history(line):
    given = {"hired_on": DAY(2020, 3, 1), "certificate": "middle", "certificate_number": "370899-12345678"}
    record = actions.keep_record(line.worker, actor=line.operator, given=given)
    assert (record.masked_number, "12345678" in str(RecordChange.objects.values())) == ("370*********678", False)
    with pytest.raises(PermissionDenied):
        actions.keep_record(line.worker, actor=line.secretary, given={"certificate": ""})
    with pytest.raises(PermissionDenied):
        actions.keep_record(line.operator, actor=line.operator, given=given)
    actions.keep_record(line.worker, actor=line.chief, given={"hired_on": DAY(2019, 3, 1)})
    assert RecordChange.objects.latest("id").before == {"hired_on": "2020-03-01"}
    assert "12345678" not in WorkerRecord.objects.extra(select={"raw": "certificate_number"}).get().raw


def test_a_record_that_somebody_else_kept_meanwhile_is_not_overwritten(line, client):
    client.force_login(line.operator)
    address = reverse("appraisal:record", args=[line.worker.pk])
    sent = {"hired_on": "2020-03-01", "certificate": ""}
    seen = client.get(address).context["form"]["seen"].value()
    actions.keep_record(line.worker, actor=line.chief, given={"hired_on": DAY(2019, 3, 1)})
    page = client.post(address, sent | {"seen": seen})
    assert (page.status_code, "已有他人修改" in page.content.decode(), "2019-03-01" in page.content.decode()) == (
        400,
        True,
        True,
    )
    assert WorkerRecord.objects.get().hired_on == DAY(2019, 3, 1)
    assert client.post(address, sent | {"seen": page.context["form"]["seen"].value()}).status_code == 302
    assert WorkerRecord.objects.get().hired_on == DAY(2020, 3, 1)


def test_the_payroll_has_a_line_for_each_worker_of_the_office(line, django_assert_num_queries):
    actions.keep_record(line.worker, actor=line.operator, given={"hired_on": DAY(2020, 3, 1)})
    posts = list(payroll.workers(line.street, DAY(2026, 11, 30)).select_related("user", "node"))
    with django_assert_num_queries(3):
        [paid] = payroll.of_month(posts, line.district.pk, DAY(2026, 11, 1))
    assert (paid.post.user, paid.pay.years, paid.pay.sum) == (line.worker, 6, 480)
    payroll.write(line.street, DAY(2026, 11, 1), [paid]).close()


def band(line, at_least: int, amount: int, day: dt.date = JANUARY, **more):
    element = Element("performance", D(amount), at_least=D(at_least))
    return actions.set_element(line.district, actor=line.chief, element=element, valid_from=day, **more)


def bands_on(line, day: dt.date) -> dict[Decimal, Decimal]:
    rows = payroll.elements_of(line.district.pk, day)
    return {row.at_least: row.amount for row in rows if row.kind == "performance"}


def test_a_bands_threshold_is_corrected_from_a_month_on(line):
    low, _high = band(line, 80, 150), band(line, 90, 300)
    band(line, 85, 200, DAY(2026, 10, 5), replaces=low)
    assert bands_on(line, DAY(2026, 9, 30)) == {80: 150, 90: 300}
    assert bands_on(line, DAY(2026, 10, 31)) == {85: 200, 90: 300}
    with pytest.raises(Refusal, match="a band from this result on already") as refused:
        band(line, 90, 100, DAY(2026, 11, 1))
    assert refused.value.field == "at_least"


def test_a_band_ends_with_a_month(line):
    row = band(line, 80, 150)
    actions.end_band(row, actor=line.chief, valid_from=DAY(2026, 10, 20))
    assert (bands_on(line, DAY(2026, 9, 30)), bands_on(line, DAY(2026, 10, 1))) == ({80: 150}, {})
    with pytest.raises(Refusal, match="anyway"):
        actions.end_band(row, actor=line.chief, valid_from=DAY(2026, 11, 1))
    with pytest.raises(PermissionDenied):
        actions.end_band(row, actor=line.operator, valid_from=DAY(2026, 9, 1))
    band(line, 80, 160, DAY(2026, 12, 1))
    assert bands_on(line, DAY(2026, 12, 31)) == {80: 160}


@time_machine.travel(dt.datetime(2026, 10, 10, 4, tzinfo=dt.UTC))
def test_each_band_has_its_own_pages(line, client):
    low, high, coming = band(line, 80, 150), band(line, 90, 300), band(line, 95, 400, DAY(2026, 12, 1))
    client.force_login(line.chief)
    shown = client.get(reverse("appraisal:elements")).content.decode()
    for row in (low, high, coming):
        address = reverse("appraisal:band-edit", args=[row.pk])
        assert address in shown
        form = client.get(address).context["form"]
        assert (form["at_least"].value(), form["amount"].value()) == (row.at_least, row.amount)
    assert client.get(reverse("appraisal:band-add")).context["form"]["at_least"].value() is None
    assert client.get(reverse("appraisal:element-edit", args=["performance"])).status_code == 404
    sent = {"at_least": "85", "amount": "150", "valid_from": "2026-10-10"}
    assert client.post(reverse("appraisal:band-edit", args=[low.pk]), sent).status_code == 302
    assert client.post(reverse("appraisal:band-add"), sent).status_code == 400
    assert client.post(reverse("appraisal:band-end", args=[high.pk]), {"valid_from": "2026-10-10"}).status_code == 302
    assert bands_on(line, DAY(2026, 10, 31)) == {85: 150}


@time_machine.travel(dt.datetime(2026, 10, 10, 4, tzinfo=dt.UTC))
def test_a_band_that_somebody_else_changed_meanwhile_is_not_overwritten(line, client):
    row = band(line, 90, 300)
    client.force_login(line.chief)
    address = reverse("appraisal:band-edit", args=[row.pk])
    seen = client.get(address).context["form"]["seen"].value()
    band(line, 90, 350, DAY(2026, 12, 1), replaces=row)
    stale = client.post(address, {"at_least": "90", "amount": "310", "valid_from": "2026-11-01", "seen": seen})
    assert (stale.status_code, "已有他人修改" in stale.content.decode()) == (400, True)
    assert bands_on(line, DAY(2026, 12, 31)) == {90: 350}


@pytest.mark.parametrize(
    ("element", "field"),
    [(Element("seniority", D(100), cap=D(50)), "cap"), (Element("part_time", D(500)), "amount")],
)
def test_an_element_keeps_to_its_range(line, element, field):
    with pytest.raises(Refusal) as refused:
        actions.set_element(line.district, actor=line.chief, element=element, valid_from=DAY(2026, 11, 1))
    assert refused.value.field == field
    assert not PayElement.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"hired_on": DAY(1, 1, 1)}, "hired_on"),
        ({"certificate": "middle", "certificate_number": "37-1", "valid_until": DAY(2020, 1, 1)}, "valid_until"),
    ],
)
def test_a_record_says_nothing_that_cannot_be(line, given, field):
    with pytest.raises(Refusal) as refused:
        actions.keep_record(line.worker, actor=line.operator, given=given)
    assert refused.value.field == field


def test_a_certificate_that_is_there_may_have_ended(line):
    given = {"certificate": "middle", "certificate_number": "37-1"}
    actions.keep_record(line.worker, actor=line.operator, given=given)
    record = actions.keep_record(line.worker, actor=line.operator, given={"valid_until": DAY(2020, 1, 1)})
    assert record.valid_until == DAY(2020, 1, 1)


def test_of_several_results_the_newest_of_the_shortest_period_and_the_highest_is_paid(line):
    band(line, 80, 150)
    band(line, 90, 300)
    for length, first, last, total in (
        ("quarter", DAY(2026, 7, 1), DAY(2026, 9, 30), 99),
        ("month", DAY(2026, 9, 1), DAY(2026, 9, 30), 85),
        ("month", DAY(2026, 9, 1), DAY(2026, 9, 30), None),
        ("month", DAY(2026, 9, 1), DAY(2026, 9, 30), 70),
        ("month", DAY(2026, 8, 1), DAY(2026, 8, 31), 95),
    ):
        make_final(line, length, first, last, total)
    posts = list(payroll.workers(line.street, DAY(2026, 9, 30)).select_related("user", "node"))
    [paid] = payroll.of_month(posts, line.district.pk, DAY(2026, 9, 1))
    assert paid.pay.performance == 150


def make_final(line, length: str, first: dt.date, last: dt.date, total: int | None) -> None:
    scheme = Scheme.objects.create(
        district=line.district, series=uuid.uuid4(), judged="worker", name="S", length=length, valid_from=first
    )
    period = Assessment.objects.create(
        district=line.district, scheme=scheme, series=scheme.series, first=first, last=last, opened_at=timezone.now()
    )
    Result.objects.create(assessment=period, user=line.worker, node=line.base, group="urban", total=total)
    now = timezone.now()
    Assessment.objects.filter(pk=period.pk).update(state="final", final_at=now, objections_until=now)
