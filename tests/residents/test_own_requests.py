"""A resident's own request: taken in, due in 15 working days, warned of, answered, and the copy of what is held."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import AuditRecord, Notification, User
from grids.models import CalendarDay
from residents import held, own_requests
from residents.errors import NotPossible
from residents.models import Look, OwnRequest
from residents.tasks import warn_of_requests
from tests.factories import make_line
from tests.registers import make_house, make_household, make_resident

pytestmark = pytest.mark.django_db
LIST = "/registers/requests/"
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def line():
    line = make_line("worker", "secretary")
    User.objects.filter(pk=line.secretary.pk).update(language="en")
    return line


@pytest.fixture
def resident(line):
    return make_resident(make_house(line.base), name="王测试甲")


@pytest.fixture
def secretary(line):
    client = Client()
    client.force_login(User.objects.get(pk=line.secretary.pk))
    return client


def take_in(line, resident, **fields):
    usual = {"kind": "see", "channel": "counter", "words": "想看看登记了什么", "received_on": timezone.localdate()}
    return own_requests.register(resident, actor=line.secretary, **usual | fields)


def test_the_answer_is_due_on_the_fifteenth_working_day_after():
    assert own_requests.due_on(MONDAY) == dt.date(2026, 3, 23)
    assert own_requests.due_on(MONDAY - dt.timedelta(days=1)) == dt.date(2026, 3, 20)
    CalendarDay.objects.create(date=dt.date(2026, 3, 4), kind="holiday", name="x")
    assert own_requests.due_on(MONDAY) == dt.date(2026, 3, 24)


def test_a_request_is_taken_in_from_the_persons_page_and_answered(secretary, line, resident):
    page = secretary.get(resident.get_absolute_url()).content.decode()
    assert f"/residents/{resident.pk}/requests/add/" in page
    fields = {"kind": "object", "channel": "phone", "received_on": timezone.localdate(), "words": "请删除我的电话"}
    assert secretary.post(f"/residents/{resident.pk}/requests/add/", fields).status_code == 400  # who is asking?
    answer = secretary.post(f"/residents/{resident.pk}/requests/add/", fields | {"is_known": "on"})
    own = OwnRequest.objects.get()
    assert answer["Location"] == own.get_absolute_url()
    assert "请删除我的电话" in secretary.get(own.get_absolute_url()).content.decode()
    assert own.get_absolute_url() in secretary.get(resident.get_absolute_url()).content.decode()
    assert f"no. {own.pk}" in secretary.get(LIST).content.decode()
    answer_url = f"{own.get_absolute_url()}answer/"
    assert secretary.post(answer_url, {"decision": "refused", "answer": ""}).status_code == 400
    done = secretary.post(answer_url, {"decision": "partly", "answer": "电话已删除，姓名依法保留。"})
    assert done.status_code == 302
    assert secretary.post(answer_url, {"decision": "granted", "answer": "再来一次"}).status_code == 409
    assert "姓名依法保留" in secretary.get(own.get_absolute_url()).content.decode()
    assert f"no. {own.pk}" not in secretary.get(LIST).content.decode()
    assert "Done in part" in secretary.get(f"{LIST}?tab=done").content.decode()
    actions = AuditRecord.objects.filter(actor=line.secretary).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["residents.register_request", "residents.answer_request"]


def test_the_copy_shows_everything_and_is_put_on_record(secretary, line, resident):
    make_household(resident)
    own = take_in(line, resident)
    page = secretary.post(f"{own.get_absolute_url()}copy/")
    words = page.content.decode()
    for plain in (resident.name, resident.identity_number, resident.phone, resident.house.address):
        assert plain in words
    assert "no-store" in page["Cache-Control"]
    look = Look.objects.get()
    assert (look.resident, look.reason, look.actor) == (resident, "own_request", line.secretary)
    assert AuditRecord.objects.filter(action="residents.reveal").count() == 1
    assert secretary.get(f"{own.get_absolute_url()}copy/").status_code == 405


def test_the_copy_opens_for_an_open_request_to_see_alone(line, resident):
    with pytest.raises(NotPossible):
        own_requests.open_copy(take_in(line, resident, kind="object"), actor=line.secretary)
    own = take_in(line, resident)
    with pytest.raises(PermissionDenied):
        own_requests.open_copy(own, actor=line.worker)
    own = own_requests.answer(own, actor=line.secretary, decision="granted", answer="已当面出示")
    with pytest.raises(NotPossible):
        own_requests.open_copy(own, actor=line.secretary)


def test_another_app_adds_what_it_holds(monkeypatch, resident):
    monkeypatch.setitem(held._parts, "x", ("Visits", lambda row, _reader: [("2026", str(row.pk))]))
    assert ("Visits", [("2026", str(resident.pk))]) in held.everything(resident)


def test_what_is_due_soon_and_what_is_late_is_told_once(line, resident):
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False):
        own = take_in(line, resident)
    for day, kinds in [
        ("2026-03-18", []),
        ("2026-03-20", ["own_request_due"]),
        ("2026-03-21", ["own_request_due"]),
        ("2026-03-24", ["own_request_due", "own_request_late"]),
        ("2026-03-25", ["own_request_due", "own_request_late"]),
    ]:
        with time_machine.travel(f"{day} 09:00:00+08:00", tick=False):
            warn_of_requests()
        told = Notification.objects.filter(recipient=line.secretary).order_by("id").values_list("kind", flat=True)
        assert list(told) == kinds
    notice = Notification.objects.latest("id")
    assert (notice.params, notice.url) == ({"number": own.pk, "due": "2026-03-23"}, own.get_absolute_url())


def test_what_is_said_is_encrypted_and_only_the_area_sees_it(line, resident):
    own = take_in(line, resident)
    assert OwnRequest.objects.extra(where=["words LIKE '%%想看看%%'"]).count() == 0
    other = make_line("worker", "secretary", lng=117)
    client = Client()
    client.force_login(other.secretary)
    assert client.get(own.get_absolute_url()).status_code == 404
    assert f"no. {own.pk}" not in client.get(LIST).content.decode()
    client.force_login(line.worker)
    assert client.get(LIST).status_code == 403
    assert client.get(f"/residents/{resident.pk}/requests/add/").status_code == 403


@pytest.mark.parametrize("fields", [{"received_on": dt.date(2999, 1, 1)}, {"received_on": MONDAY}, {"words": "x"}])
def test_what_makes_no_sense_is_refused(line, resident, fields):
    with pytest.raises(ValidationError):
        take_in(line, resident, **fields)


def test_a_longer_list_takes_no_more_queries(secretary, line, resident, django_assert_max_num_queries):
    for _number in range(55):
        take_in(line, resident)
    secretary.get(LIST)
    with django_assert_max_num_queries(9):
        assert len(secretary.get(LIST).context["lines"]) == 50
