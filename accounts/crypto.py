"""Encrypt short texts in the row with AES-256-GCM, under a key named in the ciphertext.

The key ring comes from FIELD_KEYS (`id:base64,id:base64`, the first one encrypts); without it one key is
made and kept under the state directory, for trial and tests only (a system check warns in production).
Stored form: `<key id>:<base64 of nonce and ciphertext>`.
"""

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


class Undecipherable(Exception):
    """The text was encrypted under a key that is not on the ring, or was tampered with."""


@lru_cache(maxsize=4)
def _ring(keys: str) -> dict[str, AESGCM]:
    ring: dict[str, AESGCM] = {}
    for entry in keys.split(","):
        key_id, _, encoded = entry.strip().partition(":")
        try:
            ring[key_id] = AESGCM(base64.b64decode(encoded, validate=True))
        except ValueError:
            message = "FIELD_KEYS must read id:base64[,id:base64]; each key is 32 bytes in base64."
            raise ImproperlyConfigured(message) from None
    return ring


def encrypt(plain: str) -> str:
    """Encrypt under the first key of the ring."""
    key_id, cipher = next(iter(_ring(settings.FIELD_KEYS).items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + cipher.encrypt(nonce, plain.encode(), key_id.encode())
    return f"{key_id}:{base64.b64encode(sealed).decode()}"


def decrypt(stored: str) -> str:
    """Return the plain text; raises Undecipherable."""
    key_id, _, encoded = stored.partition(":")
    cipher = _ring(settings.FIELD_KEYS).get(key_id)
    if cipher is None:
        message = f"No key {key_id!r} on the ring."
        raise Undecipherable(message)
    try:
        sealed = base64.b64decode(encoded)
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], key_id.encode()).decode()
    except (InvalidTag, ValueError):  # ValueError: cut short
        message = f"The text does not open with key {key_id!r}."
        raise Undecipherable(message) from None


@lru_cache(maxsize=4)
def _secrets(keys: str) -> tuple[bytes, ...]:
    _ring(keys)  # says what is wrong with a ring that does not read
    raw = [base64.b64decode(entry.strip().partition(":")[2]) for entry in keys.split(",")]
    return tuple(hmac.digest(key, b"fingerprint", "sha256") for key in raw)


def fingerprints(plain: str) -> list[str]:
    """Return what finds equal short texts in a column without showing them: 32 hex digits for each key of the ring.

    Keep the first; look for any of them, so that rows written under an older key are still found.
    """
    return [hmac.digest(secret, plain.encode(), "sha256").hex()[:32] for secret in _secrets(settings.FIELD_KEYS)]
