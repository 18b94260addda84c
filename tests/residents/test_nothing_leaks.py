"""No identity number and no telephone stands in a log, an error page, an address or a notice, whatever people type.

What rosters say is held by tests/rosters/test_private_data.py.
"""

import io
import logging
import re

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string

from accounts.models import AuditRecord, Notification, User
from governance import logs
from grids.roles import Role
from residents import exports, looks
from residents.tasks import run_exports
from tests.factories import make_line, make_post, make_user
from tests.registers import make_house, make_household, make_organisation, make_resident

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"(?<![\d.])(?:12\d{9}|370899\d{11}[\dXx])(?!\d)")
"""Numbers of tests and demonstrations (DOMAIN.md §7.1)."""


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    line = make_line("worker", "secretary")
    house = make_house(line.base)
    person, other = make_resident(house, name="王测试甲"), make_resident(house, name="李测试乙")
    make_household(person, other)
    make_organisation(line.base, manager_phone="12000000501", safety_phone="12000000502")
    return line, person, other


class Said:
    """What the log holds, written as the product writes it."""

    def __init__(self):
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        line = dict(settings.LOGGING["formatters"]["line"])
        self.handler.setFormatter(import_string(line.pop("()"))(line["format"], style=line["style"]))

    @property
    def text(self):
        return self.stream.getvalue()


@pytest.fixture
def everything_said():
    said, root = Said(), logging.getLogger()
    level = root.level
    root.addHandler(said.handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(said.handler)
    root.setLevel(level)


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=user.pk))
    return client


def kept_words():
    """Return what stands in notices, mails and the audit log."""
    said = [f"{n.kind} {n.params} {n.url}" for n in Notification.objects.all()]
    said += [f"{r.action} {r.detail} {r.subject_id}" for r in AuditRecord.objects.all()]
    return " ".join([*said, *(f"{m.subject} {m.body}" for m in mail.outbox)])


def test_the_pattern_finds_what_it_looks_for(world):
    _line, person, _other = world
    assert NUMBER.search(person.phone)
    assert NUMBER.search(person.identity_number)
    assert not NUMBER.search("37081120261121G00012 20261121120000")


def test_pages_and_their_addresses_hold_none_until_asked(world, everything_said):
    line, person, _other = world
    boss = make_user()
    for role in (Role.DUTY_CHIEF, Role.SUPERVISOR):
        make_post(boss, role, line.district)
    for user in (line.worker, line.secretary, boss):
        client = signed_in(user)
        addresses = {
            *("/", "/residents/", "/organisations/", f"/residents/{person.pk}/", "/registers/exports/"),
            *("/registers/looks/", "/registers/requests/", f"/residents/{person.pk}/move/"),
        }
        for address in sorted(addresses):
            page = client.get(address)
            words = page.content.decode()
            assert not NUMBER.search(words), address
            assert not any(NUMBER.search(link) for link in re.findall(r'(?:href|action|src)="([^"]*)"', words))
    assert not NUMBER.search(everything_said.text)
    assert not NUMBER.search(kept_words())


@pytest.mark.parametrize(
    "typed", ["{phone}", "{identity}", "电话{phone}身份证{identity}", "{identity}\x00", "{phone}" * 30]
)
def test_bad_input_repeats_none_in_log_or_notice(world, everything_said, typed):
    line, person, other = world
    text = typed.format(phone=other.phone, identity=other.identity_number)
    client = signed_in(line.secretary)
    fields = {"name": text, "identity_number": text, "phone": text, "note": text, "reason": text, "reference": text}
    for address in (
        f"/residents/{person.pk}/edit/",
        "/residents/add/",
        f"/residents/{person.pk}/look/",
        f"/residents/{person.pk}/leave/",
        f"/residents/{person.pk}/requests/add/",
        "/registers/exports/add/",
        "/residents/search/",
    ):
        answer = client.post(address, fields | {"words": text, "purpose": text, "q": text, "field": text})
        assert answer.status_code != 500, address
        assert not NUMBER.search(answer.headers.get("Location", ""))
    assert not NUMBER.search(everything_said.text)
    assert not NUMBER.search(kept_words())


def test_an_error_page_and_its_log_hold_none(world, everything_said):
    line, person, _other = world
    client = signed_in(line.worker)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'no room'; END $$;"
            "CREATE TRIGGER broken BEFORE INSERT ON residents_look FOR EACH ROW EXECUTE FUNCTION broken()"
        )
    answer = client.post(
        f"/residents/{person.pk}/look/", {"field": "phone", "reason": "visit", "reference": "约好下午上门"}
    )
    assert answer.status_code == 500
    assert not NUMBER.search(answer.content.decode())
    assert not NUMBER.search(everything_said.text)


def test_a_broken_constraint_shows_no_row(world, everything_said):
    """PostgreSQL quotes the row that fails: the error page and the log must not."""
    line, person, other = world
    client = signed_in(line.secretary)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE residents_resident ADD CONSTRAINT never CHECK (note <> '触发') NOT VALID")
    answer = client.post(f"/residents/{person.pk}/edit/", edit_fields(client, person) | {"note": "触发"})
    assert answer.status_code >= 400
    assert not NUMBER.search(answer.content.decode())
    assert not NUMBER.search(everything_said.text)
    for words in (person.name, other.name, person.house.address):
        assert words not in answer.content.decode()
        assert words not in everything_said.text
    assert "violates check constraint" in everything_said.text


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("call 12000000009 now", "call 120***09 now"),
        ("370899199001011234", "370***34"),
        ("order 37081120260302G00012", "order 37081120260302G00012"),
        ("took 12000000009.5 ms", "took 12000000009.5 ms"),
        ("x\nDETAIL:  Failing row contains (王测试甲,\n二).\nCONTEXT:  y", "x\nDETAIL: left out\nCONTEXT:  y"),
        ("x\nDETAIL:  Key (name)=(王).\n\nThe above exception was", "x\nDETAIL: left out\nThe above exception was"),
    ],
)
def test_a_line_of_the_log_is_cleaned(line, kept):
    assert logs.clean(line) == kept


def edit_fields(client, person):
    form = client.get(f"/residents/{person.pk}/edit/").context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in fields.items() if value is not None}


def test_lists_looks_and_their_records_hold_none(world, everything_said):
    line, person, _other = world
    exports.ask(actor=line.secretary, node=line.community, what="people", is_masked=True, purpose="整理台账")
    run_exports()
    looks.reveal(person, actor=line.worker, field="phone", reason="visit", reference="约好下午上门")
    assert not NUMBER.search(everything_said.text)
    assert not NUMBER.search(kept_words())
