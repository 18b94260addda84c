"""Encrypted columns: closed in the database, open in Python, and only under the right key."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts import crypto
from tests.factories import make_line, make_order
from workorders.models import WorkOrder

PHONE = "12000000001"


def key(name: str, byte: bytes) -> str:
    return f"{name}:{base64.b64encode(byte * 32).decode()}"


@pytest.mark.parametrize("text", ["x", "张三 12000000001", "line\nbreak", "a" * 10_000])
def test_what_was_encrypted_comes_back(text):
    stored = crypto.encrypt(text)
    assert text not in stored or len(text) == 1
    assert crypto.decrypt(stored) == text


def test_the_same_text_never_looks_the_same_twice():
    assert crypto.encrypt(PHONE) != crypto.encrypt(PHONE)


def test_a_text_does_not_open_under_another_key(settings):
    settings.FIELD_KEYS = key("a", b"1")
    stored = crypto.encrypt(PHONE)
    settings.FIELD_KEYS = key("b", b"2")
    with pytest.raises(crypto.Undecipherable, match="No key 'a' on the ring"):
        crypto.decrypt(stored)
    settings.FIELD_KEYS = key("a", b"2")
    with pytest.raises(crypto.Undecipherable, match="does not open with key 'a'"):
        crypto.decrypt(stored)


def test_a_new_key_at_the_front_encrypts_and_the_old_one_still_opens(settings):
    settings.FIELD_KEYS = key("old", b"1")
    stored = crypto.encrypt(PHONE)
    settings.FIELD_KEYS = f"{key('new', b'2')}, {key('old', b'1')}"
    assert crypto.decrypt(stored) == PHONE
    assert crypto.encrypt(PHONE).startswith("new:")


@pytest.mark.parametrize("spoilt", [lambda s: s[:-8] + "AAAAAAA=", lambda s: s[:12], lambda s: "", lambda s: "?"])
def test_what_was_tampered_with_does_not_open(settings, spoilt):
    settings.FIELD_KEYS = key("a", b"1")
    with pytest.raises(crypto.Undecipherable):
        crypto.decrypt(spoilt(crypto.encrypt(PHONE)))


@pytest.mark.parametrize("keys", ["", "nonsense", "a:AAAA", "a:%%%"])
def test_a_key_ring_that_is_none_is_named(settings, keys):
    settings.FIELD_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        crypto.encrypt(PHONE)


@pytest.mark.django_db
def test_a_contact_is_closed_in_the_database_and_open_in_python():
    order = make_order(make_line("worker"), contact_phone=PHONE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone, contact_name FROM workorders_workorder WHERE id = %s", [order.pk])
        stored, empty = cursor.fetchone()
    assert PHONE not in stored
    assert empty == ""
    assert WorkOrder.objects.get(pk=order.pk).contact_phone == PHONE
