"""The nightly look finds what stands wrong, names rows by key and nobody by name."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditRecord, Notification
from grids.models import Kind
from residents import actions, register_check, tasks
from residents.models import House, Household, Membership, Organisation, Resident
from tests.factories import make_grid, make_line
from tests.registers import make_house, make_household, make_organisation, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_line("worker", "admin")


@pytest.fixture
def head(line):
    person = make_resident(make_house(make_grid(line.base, Kind.MICRO)), name="王测试")
    make_household(person)
    make_organisation(line.base)
    return person


def found():
    return {(fault.table, fault.name) for fault in register_check.find().faults}


def test_whole_registers_have_no_fault_and_say_how_much_was_looked_at(line, head):
    report = register_check.find()
    assert report.faults == []
    assert report.looked["resident"] == report.looked["numbers opened"] == report.looked["household"] == 1


def test_what_the_actions_leave_is_whole(line, head):
    target = make_house(line.base)
    other = actions.add_resident(actor=line.worker, house=head.house, details={"name": "李四", "phone": "12000000001"})
    household = Household.objects.get()
    actions.add_member(household, actor=line.worker, resident=other, kinship="12")
    actions.move_house(head, actor=line.worker, house=target, with_household=True)
    actions.leave(head, actor=line.worker, why="died", new_head=other)
    assert found() == set()


@pytest.mark.parametrize(
    ("wreck", "fault"),
    [
        (lambda: Membership.objects.update(kinship="12"), ("household", "head")),
        (lambda: Household.objects.update(ended_on="2036-01-01"), ("household", "ended")),
        (lambda: Resident.objects.update(gone="moved", gone_on="2026-01-01"), ("resident", "gone")),
        (lambda: Resident.objects.update(micro=None), ("resident", "home")),
        (lambda: Organisation.objects.update(micro=Organisation.objects.get().grid_id), ("organisation", "path")),
        (lambda: House.objects.update(street=House.objects.get().community_id), ("house", "path")),
        (lambda: Resident.objects.update(identity_last4="0000"), ("resident", "number")),
        (lambda: Resident.objects.update(phone_hash=None), ("resident", "phone")),
        (lambda: Resident.objects.update(initials="x"), ("resident", "initials")),
    ],
)
def test_it_finds(head, wreck, fault):
    wreck()
    assert fault in found()


def test_a_second_head_is_found(line, head):
    other = make_resident(head.house, name="李四", initials="ls")
    Membership.objects.create(household=Household.objects.get(), resident=other, kinship="02")
    assert found() == {("household", "two_heads")}


def test_the_command_names_the_row_and_nobody(head):
    Resident.objects.update(phone_hash=None)
    told = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("check_registers", stdout=told, stderr=told)
    words = told.getvalue()
    assert f"resident {head.pk}" in words
    assert "Looked at" in words
    for private in (head.name, head.phone, head.identity_number):
        assert private not in words


def test_the_night_tells_the_administrator(line, head):
    tasks.check_registers()
    assert not Notification.objects.exists()
    Resident.objects.update(phone_hash=None)
    tasks.check_registers()
    assert Notification.objects.get().recipient == line.admin
    assert AuditRecord.objects.filter(action="residents.registers_broken").count() == 1
