"""`manage.py rotate_keys`: every encrypted column goes under the first key, whatever happens on the way."""

import base64
import threading
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts import crypto, rotation
from accounts.fields import EncryptedTextField
from care.models import TierGrant
from residents import fingerprints, history
from residents.models import (
    FloatingFacts,
    ForeignFacts,
    FormerValues,
    House,
    LeftBehindFacts,
    Organisation,
    Resident,
    Step,
)
from rosters import former_keys
from tests.factories import make_line, make_order
from tests.registers import make_grant, make_house, make_resident
from tests.rosters.lists import applied, checked, taken_back
from workorders import repeats
from workorders.models import WorkOrder

PHONE = "1200000000{}"
OLD = f"old:{base64.b64encode(b'1' * 32).decode()}"
NEW = f"new:{base64.b64encode(b'2' * 32).decode()}"


@pytest.fixture
def line(db):
    return make_line("worker")


@pytest.fixture
def orders(db, settings):
    settings.FIELD_KEYS = OLD
    line = make_line("worker")
    return [
        make_order(line, contact_phone=PHONE.format(number), contact_hash=repeats.hash_to_keep(PHONE.format(number)))
        for number in range(5)
    ]


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone, contact_hash FROM workorders_workorder ORDER BY id")
        return cursor.fetchall()


def run(**options):
    out = StringIO()
    call_command("rotate_keys", stdout=out, **options)
    return out.getvalue()


def orders_target():
    return next(target for target in rotation.targets() if target.model is WorkOrder)


def test_every_text_and_its_fingerprint_go_under_the_first_key(orders, settings):
    before = dict(stored())
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert "5 under old" in run(dry_run=True)
    assert dict(stored()) == before
    said = run(batch=2)
    assert "5 rows written anew" in said
    settings.FIELD_KEYS = NEW  # the former key may go
    assert {phone.partition(":")[0] for phone, _hash in stored()} == {"new"}
    for order in WorkOrder.objects.order_by("pk"):
        assert order.contact_phone == PHONE.format(orders.index(order))
        assert order.contact_hash == repeats.hash_to_keep(order.contact_phone)
        assert order.contact_name == ""
    assert not {h for _phone, h in stored()} & set(before.values())


def test_a_change_of_profile_is_a_rotation_too(orders, settings):
    settings.CRYPTO_PROFILE = "guomi"
    run()
    assert {phone.partition(":")[0] for phone, _hash in stored()} == {"old/sm"}
    assert WorkOrder.objects.get(pk=orders[3].pk).contact_phone == PHONE.format(3)
    settings.CRYPTO_PROFILE = "international"
    assert repeats.hash_to_keep(PHONE.format(3)) not in {h for _phone, h in stored()}


def test_a_second_run_writes_nothing_and_a_stopped_one_is_gone_on_with(orders, settings):
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    next(rotation.rotate(orders_target(), batch=2))  # and no further: as if killed
    assert [phone.partition(":")[0] for phone, _hash in stored()] == ["new", "new", "old", "old", "old"]
    assert "3 rows written anew" in run()
    once = stored()
    assert "written anew" not in run()
    assert stored() == once


def test_a_row_whose_key_is_gone_is_named_and_the_others_are_done(orders, settings):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workorders_workorder SET contact_phone = 'gone:AAAA' WHERE id = %s", [orders[2].pk])
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    out = StringIO()
    with pytest.raises(CommandError, match="1 rows open with no key"):
        call_command("rotate_keys", stdout=out)
    assert f"the first: {orders[2].pk}\n" in out.getvalue()
    assert [phone.partition(":")[0] for phone, _hash in stored()] == ["new", "new", "gone", "new", "new"]


def test_fingerprints_made_by_another_rule_are_made_anew_on_demand(orders):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workorders_workorder SET contact_hash = ''")
    run()
    assert {found for _phone, found in stored()} == {""}
    run(everything=True)
    assert [found for _phone, found in stored()] == [crypto.fingerprints(PHONE.format(n))[0] for n in range(5)]


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_holds_its_row_is_waited_for_and_never_lost(settings):
    settings.FIELD_KEYS = OLD
    line = make_line("worker")
    orders = [make_order(line, contact_phone=PHONE.format(number)) for number in range(3)]
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    is_held, may_go = threading.Event(), threading.Event()

    def edit():
        try:
            with transaction.atomic():
                order = WorkOrder.objects.select_for_update().get(pk=orders[1].pk)
                is_held.set()
                may_go.wait(10)
                order.contact_phone = PHONE.format(9)
                order.save(update_fields=["contact_phone"])
        finally:
            connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    assert is_held.wait(10)
    steps = rotation.rotate(orders_target(), batch=10)
    assert next(steps).done == 2  # the others did not wait for the one
    may_go.set()
    for _step in steps:
        pass
    editor.join()
    assert WorkOrder.objects.get(pk=orders[1].pk).contact_phone == PHONE.format(9)
    assert {phone.partition(":")[0] for phone, _hash in stored()} == {"new"}


def test_a_resident_and_the_former_values_are_written_anew_too(line, settings):
    settings.FIELD_KEYS = OLD
    resident = make_resident(make_house(line.base))
    bare = make_resident(resident.house, identity_number="", phone="")
    now = timezone.now()
    event = history.note(resident, Step.EDIT, actor=None, now=now, before={"phone": resident.phone})
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    run()
    settings.FIELD_KEYS = NEW
    again = Resident.objects.get(pk=resident.pk)
    assert (again.identity_number, again.phone) == (resident.identity_number, resident.phone)
    assert again.identity_hash == fingerprints.of_identity(resident.identity_number)[0] != resident.identity_hash
    assert again.identity_hash.hex == fingerprints.maker(fingerprints.IDENTITY)(resident.identity_number)
    assert again.phone_hash == fingerprints.of_phone(resident.phone)[0] != resident.phone_hash
    assert Resident.objects.get(pk=bare.pk).identity_hash is None
    assert resident.phone in FormerValues.objects.get(event=event).values


def test_a_tier_whose_decision_stands_is_written_anew_too(line, settings):
    settings.FIELD_KEYS = OLD
    grant = make_grant(make_resident(make_house(line.base)))
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    run()
    settings.FIELD_KEYS = NEW
    again = TierGrant.objects.get(pk=grant.pk)
    assert (again.fact, again.basis) == (grant.fact, grant.basis)


def test_every_model_with_an_encrypted_column_is_found(db):
    found = {target.label for target in rotation.targets()}
    assert "workorders.WorkOrder (contact_name, contact_phone)" in found
    assert "gateway.Receiver (secret, former_secret)" in found


def test_every_encrypted_column_of_every_model_is_rotated_with_its_fingerprint():
    columns = {target.model: set(target.columns) for target in rotation.targets()}
    found = 0
    for model in apps.get_models():
        names = {field.column for field in model._meta.concrete_fields}
        declared = {(one.source, one.column) for one in rotation.fingerprints_of(model)}
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                found += 1
                assert field.column in columns[model], f"{model._meta.label}.{field.name} is not rotated."
                beside = {f"{field.column}_hash", field.column.removesuffix("_number") + "_hash"} & names
                missing = {(field.column, one) for one in beside} - declared
                assert not missing, f"{model._meta.label}: {missing} is not made anew by rotate_keys."
    assert found > 20
    kept = set(former_keys.FIELDS) | {name for names in former_keys.NESTED.values() for name in names}
    registers = (Resident, House, Organisation, FloatingFacts, ForeignFacts, LeftBehindFacts)
    sealed = {f.column for m in registers for f in m._meta.concrete_fields if isinstance(f, EncryptedTextField)}
    assert kept == sealed, "What a roster keeps for being taken back is not rotated."


def test_a_list_taken_back_after_a_rotation_restores_what_the_new_key_opens_and_finds(line, settings):
    settings.FIELD_KEYS = OLD
    person = make_resident(make_house(line.base), name="王小明")
    old, number = person.phone, person.identity_number
    row = ["王小明", number, "12000099999", line.base.code, ""]
    batch = applied(checked(line.community, [row]))
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    run()
    settings.FIELD_KEYS = NEW
    taken_back(batch)
    person = Resident.objects.get()
    assert (person.phone, person.identity_number) == (old, number)
    assert person.phone_hash == fingerprints.of_phone(old)[0]
