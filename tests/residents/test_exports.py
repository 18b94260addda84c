"""Taking a list along: masked, or approved by somebody else; marked, capped, on record, and gone after a day."""

import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditRecord, Notification, User
from grids.roles import Role
from residents import exports
from residents.errors import NotPossible
from residents.models import Export, ExportState
from residents.tasks import run_exports
from tests.factories import make_line, make_post, make_user
from tests.registers import make_house, make_organisation, make_resident

pytestmark = pytest.mark.django_db
LIST = "/registers/exports/"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def line():
    return make_line("worker", "secretary")


@pytest.fixture
def secretary(line):
    User.objects.filter(pk=line.secretary.pk).update(language="en")
    return User.objects.get(pk=line.secretary.pk)


@pytest.fixture
def leader(line):
    """Make the street's leader, who decides."""
    user = make_user(language="en")
    make_post(user, Role.STREET_LEADER, line.street)
    return user


@pytest.fixture
def resident(line):
    return make_resident(make_house(line.base), name="王测试甲")


def ask(actor, node, **fields):
    return exports.ask(actor=actor, node=node, **{"what": "people", "is_masked": True, "purpose": "整理台账"} | fields)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def sheet(answer):
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer) if answer.streaming else answer.content))


def text_of(book):
    return " ".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell is not None)


def test_a_masked_list_is_written_and_fetched_with_its_mark(secretary, line, resident):
    client = signed_in(secretary)
    answer = client.post(
        f"{LIST}add/", {"what": "people", "node": line.community.pk, "is_masked": "yes", "purpose": "整理台账"}
    )
    assert answer.status_code == 302
    run_exports()
    export = Export.objects.get()
    assert (export.state, export.rows) == (ExportState.READY, 1)
    assert Notification.objects.filter(recipient=secretary, kind="export_ready").count() == 1
    answer = client.post(f"{LIST}{export.pk}/fetch/")
    assert "no-store" in answer["Cache-Control"]
    book = sheet(answer)
    words = text_of(book)
    assert "王**" in words
    for secret in (resident.name, resident.identity_number, resident.phone, "1985", resident.house.address):
        assert secret not in words
    mark = f"Taken along by {secretary.display_name} ({secretary.username})"
    assert words.count(mark) == 2
    assert mark in book.active.oddFooter.center.text
    assert (book.properties.creator, mark in book.properties.description) == (secretary.display_name, True)
    actions = AuditRecord.objects.filter(actor=secretary).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["residents.ask_export", "residents.fetch_export"]
    assert Export.objects.get().fetched == 1


def test_what_lies_in_the_storage_is_encrypted(secretary, line, resident):
    ask(secretary, line.community)
    run_exports()
    with default_storage.open(Export.objects.get().file) as file:
        assert not file.read().startswith(b"PK")


def test_a_list_that_is_not_masked_waits_for_somebody_else(secretary, leader, line, resident):
    export = ask(secretary, line.community, is_masked=False)
    run_exports()
    assert Export.objects.get().state == ExportState.WAITING
    assert Notification.objects.get(kind="export_asked").recipient == leader
    assert signed_in(secretary).post(f"{LIST}{export.pk}/fetch/", headers={"referer": LIST}).status_code == 302
    client = signed_in(leader)
    assert "整理台账" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{export.pk}/decide/", {"decision": "approve"}).status_code == 302
    run_exports()
    words = text_of(sheet(signed_in(secretary).post(f"{LIST}{export.pk}/fetch/")))
    for plain in (resident.name, resident.identity_number, resident.phone, "not masked"):
        assert plain in words
    assert client.post(f"{LIST}{export.pk}/fetch/").status_code == 403  # who approved does not get the list


def test_nobody_approves_what_they_asked_for_themselves(line, resident):
    chief = make_user()
    make_post(chief, Role.DUTY_CHIEF, line.district)
    export = ask(chief, line.district, is_masked=False)
    with pytest.raises(PermissionDenied):
        exports.decide(export, actor=chief, approve=True)
    with pytest.raises(IntegrityError, match="export_decided_by_another"), transaction.atomic():
        Export.objects.update(decided_by=chief, state=ExportState.QUEUED)
    with pytest.raises(IntegrityError, match="export_unmasked_was_approved"), transaction.atomic():
        Export.objects.update(state=ExportState.READY)


def test_a_refusal_says_why_and_is_final(secretary, leader, line, resident):
    export = ask(secretary, line.community, is_masked=False)
    with pytest.raises(ValidationError):
        exports.decide(export, actor=leader, approve=False)
    exports.decide(export, actor=leader, approve=False, note="用途不明")
    with pytest.raises(NotPossible):
        exports.decide(export, actor=leader, approve=True)
    assert Notification.objects.filter(recipient=secretary, kind="export_refused").exists()
    assert "用途不明" in signed_in(secretary).get(LIST).content.decode()


def test_only_in_ones_own_area_and_only_with_the_permission(secretary, line, resident):
    other = make_line("worker", "secretary", lng=117)
    with pytest.raises(PermissionDenied):
        ask(secretary, line.street)
    with pytest.raises(PermissionDenied):
        ask(line.worker, line.base)
    export = ask(secretary, line.community)
    run_exports()
    assert signed_in(other.secretary).post(f"{LIST}{export.pk}/fetch/").status_code == 404
    assert signed_in(line.worker).get(LIST).status_code == 403


def test_a_list_holds_only_the_area_asked_for(secretary, line, resident):
    other = make_line("worker", lng=117)
    make_resident(make_house(other.base), name="外区人")
    make_organisation(line.base, name="好邻居超市", manager_phone="12000000077")
    make_organisation(other.base, name="外区超市")
    for what, inside in (("people", "王**"), ("houses", "小区"), ("organisations", "好邻居超市")):
        export = ask(secretary, line.community, what=what)
        run_exports()
        words = text_of(sheet(signed_in(secretary).post(f"{LIST}{export.pk}/fetch/")))
        assert inside in words
        assert "外区" not in words
        assert "12000000077" not in words


def test_a_list_that_is_too_long_is_refused(secretary, line, resident, settings):
    settings.EXPORT_MAX_ROWS = 1
    make_resident(resident.house)
    with pytest.raises(NotPossible, match="more than 1"):
        ask(secretary, line.community)
    fields = {"what": "people", "node": line.community.pk, "is_masked": "yes", "purpose": "整理台账"}
    assert signed_in(secretary).post(f"{LIST}add/", fields).status_code == 409


def test_a_purpose_without_numbers_of_people_is_needed(secretary, line):
    for purpose in ("", "x", "查 12000000001"):
        with pytest.raises(ValidationError):
            ask(secretary, line.community, purpose=purpose)


def test_after_a_day_the_file_is_gone(secretary, line, resident):
    ask(secretary, line.community)
    run_exports()
    export = Export.objects.get()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=24, minutes=1)):
        with pytest.raises(NotPossible, match="expired"):
            exports.fetch(export, actor=secretary)
        run_exports()
    assert not default_storage.exists(export.file)
    assert Export.objects.get().state == ExportState.EXPIRED


def test_who_lost_the_post_meanwhile_gets_no_list(secretary, line, resident):
    ask(secretary, line.community)
    secretary.post_set.all().delete() if hasattr(secretary, "post_set") else secretary.posts.all().delete()
    run_exports()
    assert Export.objects.get().state == ExportState.FAILED


def test_what_begins_like_a_formula_stays_text(secretary, line):
    make_organisation(line.base, name="=cmd|' /C calc'!A0")
    export = ask(secretary, line.community, what="organisations")
    run_exports()
    book = sheet(signed_in(secretary).post(f"{LIST}{export.pk}/fetch/"))
    cell = next(cell for row in book.active.iter_rows() for cell in row if "cmd|" in str(cell.value))
    assert cell.data_type == "s"


def test_a_longer_page_takes_no_more_queries(secretary, line, django_assert_max_num_queries):
    for _number in range(40):
        ask(secretary, line.community)
    client = signed_in(secretary)
    client.get(LIST)
    with django_assert_max_num_queries(10):
        assert len(client.get(LIST).context["page"].rows) == 30
