"""Seeing a masked number in full: one at a time, for a reason, counted, and on record or not at all."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import audit_chain
from accounts.models import AuditRecord, User
from grids.roles import Role
from residents import looks
from residents.models import Look, Resident
from tests.factories import make_line, make_post, make_user
from tests.registers import make_house, make_organisation, make_resident

pytestmark = pytest.mark.django_db
WHY = {"field": "phone", "reason": "visit", "reference": "约好下午上门"}


@pytest.fixture
def line():
    return make_line("worker", "supervisor")


@pytest.fixture
def resident(line):
    return make_resident(make_house(line.base))


@pytest.fixture
def worker(client, line):
    User.objects.filter(pk=line.worker.pk).update(language="en")
    client.force_login(User.objects.get(pk=line.worker.pk))
    return client


def address(row):
    return f"/{'residents' if isinstance(row, Resident) else 'organisations'}/{row.pk}/look/"


def look(client, row, **asked):
    return client.post(address(row), WHY | asked)


def test_a_number_is_shown_once_and_put_on_record(worker, resident, line):
    answer = look(worker, resident)
    assert answer.status_code == 200
    assert resident.phone in answer.content.decode()
    assert resident.identity_number not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    kept = Look.objects.get()
    assert (kept.resident, kept.actor, kept.field, kept.reason) == (resident, line.worker, "phone", "visit")
    record = AuditRecord.objects.get(action="residents.reveal")
    assert (record.subject_type, record.subject_id) == ("residents.resident", str(resident.pk))
    assert record.detail == {"field": "phone", "reason": "visit", "reference": "约好下午上门"}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert list(audit_chain.check()) == []


def test_an_owner_s_number_and_the_api_go_the_same_way_by_the_same_limit(worker, resident, line, settings):
    settings.REVEALS_PER_HOUR = 2
    house = make_house(line.base, owner_name="王房主", owner_phone="12000000077")
    assert "/look/" in worker.get(house.get_absolute_url()).text
    shown = worker.post(f"/places/houses/{house.pk}/look/", WHY | {"field": "owner_phone"})
    assert "12000000077" in shown.text
    assert (Look.objects.get().house, Look.objects.get().resident) == (house, None)
    api = f"/api/v1/residents/{resident.pk}/reveal/"
    assert worker.post(api, WHY | {"reason": "curiosity"}).status_code == 400
    told = worker.post(api, WHY)
    assert (told.status_code, told.json()) == (200, {"field": "phone", "value": resident.phone})
    assert "no-store" in told["Cache-Control"]
    assert worker.post(api, WHY).status_code == 409
    assert AuditRecord.objects.filter(action="residents.reveal", actor=line.worker).count() == 2
    stranger = make_resident(make_house(make_line().base))
    assert worker.post(f"/api/v1/residents/{stranger.pk}/reveal/", WHY).status_code == 404


def test_with_htmx_only_the_section_comes_back_mistakes_included(worker, resident):
    answer = worker.post(address(resident), WHY, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith("<section")
    assert resident.phone in answer.content.decode()
    wrong = worker.post(address(resident), {}, headers={"HX-Request": "true"})
    assert wrong.status_code == 200
    assert b"field-error" in wrong.content
    assert resident.phone not in wrong.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"reason": ""},
        {"reason": "curiosity"},
        {"reference": "x"},
        {"reference": "打 12000000009 找他"},
        {"reference": "身份证370899199001011234"},
        {"field": "name"},
        {"field": ""},
    ],
)
def test_without_a_reason_of_the_list_nothing_is_shown(worker, resident, asked):
    answer = look(worker, resident, **asked)
    assert answer.status_code == 400
    assert resident.phone not in answer.content.decode()
    assert not Look.objects.exists()
    assert not AuditRecord.objects.filter(action="residents.reveal").exists()


def test_the_number_of_a_work_order_is_a_reference(worker, resident):
    assert look(worker, resident, reason="order", reference="37081120260302G00012").status_code == 200


def test_more_than_so_many_an_hour_are_refused(worker, resident, line, settings):
    settings.REVEALS_PER_HOUR = 3
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as clock:
        assert [look(worker, resident).status_code for _ in range(4)] == [200, 200, 200, 409]
        refused = look(worker, resident)
        assert "more are not shown before it is over" in refused.content.decode()
        assert resident.phone not in refused.content.decode()
        clock.shift(dt.timedelta(minutes=59))
        assert looks.left_this_hour(line.worker, timezone.now()) == 0
    with time_machine.travel("2026-03-02 10:00:01+08:00", tick=False):
        assert looks.left_this_hour(line.worker, timezone.now()) == 3
        assert looks.reveal(resident, actor=line.worker, **WHY) == resident.phone


def test_where_the_record_cannot_be_written_nothing_is_shown(resident, line):
    client = Client(raise_request_exception=False)
    client.force_login(line.worker)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$;"
            "CREATE TRIGGER disk_full BEFORE INSERT ON accounts_auditrecord EXECUTE FUNCTION disk_full()"
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            looks.reveal(resident, actor=line.worker, **WHY)
        answer = look(client, resident)
        transaction.set_rollback(True)
    assert answer.status_code == 500
    assert resident.phone not in answer.content.decode()
    assert not Look.objects.exists()


def test_what_one_does_not_see_is_not_there_and_who_may_not_look_is_refused(client, resident, line):
    client.force_login(make_line("worker", lng=117).worker)
    assert look(client, resident).status_code == 404
    dispatcher = make_user()
    make_post(dispatcher, Role.DISPATCHER, line.street)
    client.force_login(dispatcher)
    assert look(client, resident).status_code == 403


def test_a_get_shows_nothing(worker, resident):
    assert worker.get(address(resident)).status_code == 405


def test_the_telephone_of_an_organisation_is_looked_at_the_same_way(worker, line):
    shop = make_organisation(line.base, manager_phone="12000000055")
    answer = look(worker, shop, field="manager_phone")
    assert "12000000055" in answer.content.decode()
    assert Look.objects.get().organisation == shop


def test_looks_are_never_changed_or_deleted(worker, resident):
    look(worker, resident)
    for change in (lambda: Look.objects.update(reason="order"), Look.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_the_supervisor_reads_who_looked_at_what_without_the_number(worker, resident, line):
    look(worker, resident)
    other = make_line("worker", lng=117)
    looks.reveal(make_resident(make_house(other.base)), actor=other.worker, **WHY)
    watcher = make_user(language="en")
    make_post(watcher, Role.AUDIT_ADMIN, line.district)
    client = Client()
    client.force_login(watcher)
    page = client.get("/registers/looks/")
    assert len(page.context["lines"]) == 1
    words = page.content.decode()
    for expected in (
        line.worker.display_name,
        "Visit or call to this person",
        "约好下午上门",
        f"resident {resident.pk}",
    ):
        assert expected in words
    assert resident.phone not in words
    assert resident.name not in words
    for asked, count in (
        ({"person": "nobody"}, 0),
        ({"reason": "visit"}, 1),
        ({"reason": "order"}, 0),
        ({"first": "2999-01-01"}, 0),
        ({"last": "2000-01-01"}, 0),
        ({"first": "nonsense"}, 1),
    ):
        assert len(client.get("/registers/looks/", asked).context["lines"]) == count
    client.force_login(line.worker)
    assert client.get("/registers/looks/").status_code == 403


def test_a_longer_record_takes_no_more_queries(resident, line, django_assert_max_num_queries, client, settings):
    settings.REVEALS_PER_HOUR = 100
    for _number in range(60):
        looks.reveal(resident, actor=line.worker, **WHY)
    watcher = make_user()
    make_post(watcher, Role.AUDIT_ADMIN, line.district)
    client.force_login(watcher)
    client.get("/registers/looks/")
    with django_assert_max_num_queries(8):
        assert len(client.get("/registers/looks/").context["lines"]) == 50
