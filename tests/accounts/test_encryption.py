"""Encrypted columns: closed in the database, open in Python, and only under the right key."""

import base64
import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts import ciphers, crypto
from governance.checks import the_key_ring_works
from tests.factories import make_line, make_order
from workorders.models import WorkOrder

PHONE = "12000000001"


def key(name: str, byte: bytes) -> str:
    return f"{name}:{base64.b64encode(byte * 32).decode()}"


@pytest.mark.parametrize("profile", ciphers.PROFILES)
@pytest.mark.parametrize("text", ["x", "张三 12000000001", "line\nbreak", "a" * 10_000])
def test_what_was_encrypted_comes_back(settings, text, profile):
    settings.CRYPTO_PROFILE = profile
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
@pytest.mark.parametrize("profile", ciphers.PROFILES)
def test_what_was_tampered_with_does_not_open(settings, spoilt, profile):
    settings.CRYPTO_PROFILE = profile
    settings.FIELD_KEYS = key("a", b"1")
    with pytest.raises(crypto.Undecipherable):
        crypto.decrypt(spoilt(crypto.encrypt(PHONE)))


TWICE = f"{key('a', b'1')},{key('a', b'2')}"


@pytest.mark.parametrize("keys", ["", "nonsense", "a:AAAA", "a:%%%", key("a/sm", b"1"), key("", b"1"), TWICE])
def test_a_key_ring_that_is_none_is_named(settings, keys):
    settings.FIELD_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        crypto.encrypt(PHONE)


def test_what_was_stored_before_there_were_two_profiles_still_opens(settings):
    """The form of the first release, made here by hand."""
    settings.FIELD_KEYS = key("old", b"1")
    sealed = AESGCM(b"1" * 32).encrypt(b"\0" * 12, PHONE.encode(), b"old")
    stored = "old:" + base64.b64encode(b"\0" * 12 + sealed).decode()
    for settings.CRYPTO_PROFILE in ciphers.PROFILES:
        assert crypto.decrypt(stored) == PHONE


def test_texts_of_both_profiles_stand_side_by_side_and_say_which_is_which(settings):
    settings.FIELD_KEYS = key("a", b"1")
    stored = {}
    for profile in ciphers.PROFILES:
        settings.CRYPTO_PROFILE = profile
        stored[profile] = crypto.encrypt(PHONE)
    assert [text.partition(":")[0] for text in stored.values()] == ["a", "a/sm"]
    for settings.CRYPTO_PROFILE in ciphers.PROFILES:
        assert {crypto.decrypt(text) for text in stored.values()} == {PHONE}
    with pytest.raises(crypto.Undecipherable):  # the mark is part of what is authenticated
        crypto.decrypt(stored["guomi"].replace("a/sm:", "a:"))


def test_sm4_and_sm3_are_those_of_the_standards():
    """GB/T 32905-2016, example 1, and GB/T 32907-2016, example 1."""
    sm3 = hashes.Hash(ciphers.HASHES[ciphers.GUOMI])
    sm3.update(b"abc")
    assert sm3.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    box = ciphers.box("a", b"1" * 32, ciphers.GUOMI)
    assert type(box.sm4).name == "SM4"
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(type(box.sm4)(block), modes.ECB()).encryptor()  # noqa: S305 - the standard's own example
    assert encryptor.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_the_same_text_has_the_same_fingerprint_and_another_purpose_another_one():
    ids = crypto.fingerprint_ids(PHONE, "phone")
    assert ids == crypto.fingerprint_ids(PHONE, "phone")
    assert ids != crypto.fingerprint_ids(PHONE, "identity")
    assert ids != crypto.fingerprint_ids(PHONE[:-1] + "2", "phone")
    assert [found.hex for found in ids] == crypto.fingerprints(PHONE, "phone")
    assert crypto.sealer().finder("phone").first(PHONE) == ids[0].bytes


def test_a_fingerprint_kept_before_a_change_of_key_or_profile_is_still_looked_for(settings):
    settings.FIELD_KEYS = key("old", b"1")
    kept = crypto.fingerprints(PHONE)[0]
    settings.FIELD_KEYS = f"{key('new', b'2')},{key('old', b'1')}"
    settings.CRYPTO_PROFILE = "guomi"
    now = crypto.fingerprints(PHONE)
    assert kept in now
    assert now[0] != kept


def test_the_fingerprints_of_the_first_release_are_still_the_same(settings):
    settings.FIELD_KEYS = key("old", b"1")
    secret = hmac.digest(b"1" * 32, b"fingerprint", "sha256")
    assert crypto.fingerprints(PHONE)[0] == hmac.digest(secret, PHONE.encode(), "sha256").hex()[:32]


@pytest.mark.parametrize("profile", ciphers.PROFILES)
def test_a_stamp_holds_for_one_content_and_one_label(settings, profile):
    settings.CRYPTO_PROFILE = profile
    stamp = crypto.sealer().stamp(b"content", "audit")
    settings.CRYPTO_PROFILE = "international"
    assert crypto.sealer().is_stamped(stamp, b"content", "audit")
    assert not crypto.sealer().is_stamped(stamp, b"c0ntent", "audit")
    assert not crypto.sealer().is_stamped(stamp, b"content", "other")
    with pytest.raises(crypto.Undecipherable):
        crypto.sealer().is_stamped("gone:00", b"content", "audit")


def test_a_ring_that_does_not_read_is_named_before_the_first_page(settings):
    assert the_key_ring_works() == []
    settings.FIELD_KEYS = "nonsense"
    assert [found.id for found in the_key_ring_works()] == ["governance.E018"]


@pytest.mark.django_db
def test_a_contact_is_closed_in_the_database_and_open_in_python():
    order = make_order(make_line("worker"), contact_phone=PHONE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone, contact_name FROM workorders_workorder WHERE id = %s", [order.pk])
        stored, empty = cursor.fetchone()
    assert PHONE not in stored
    assert empty == ""
    assert WorkOrder.objects.get(pk=order.pk).contact_phone == PHONE
