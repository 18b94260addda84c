"""What is paid by service, certificate and result, by the day; and who keeps the records behind it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from appraisal import actions, payroll
from appraisal.models import RecordChange, WorkerRecord
from appraisal.pay import USUAL, Element, Service, full_years, reckon

D = Decimal
DAY = dt.date


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
