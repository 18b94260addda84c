"""Encrypt short texts in the row, and find equal ones without reading them, under the keys of a ring.

The key ring comes from FIELD_KEYS (`id:base64,id:base64`, the first one encrypts); without it one key is
made and kept under the state directory, for trial and tests only (a system check warns in production).
CRYPTO_PROFILE names the algorithms of what is written from now on (accounts/ciphers.py); what was written under the
other profile, or under another key of the ring, still opens and is still found, until `manage.py rotate_keys` has
written it anew. Stored form: `<key id>[/sm]:<base64 of nonce and ciphertext>`.
"""

import uuid
from functools import lru_cache

from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from accounts import ciphers


class Undecipherable(Exception):
    """The text was encrypted under a key that is not on the ring, or was tampered with."""


class Finder:
    """Keyed fingerprints of one purpose: equal texts have equal ones, and nobody without the key can make them.

    16 bytes each. The first is the one to keep; look for any, so that rows of an older key or profile are found.
    """

    def __init__(self, starts: list[HMAC]) -> None:
        self._starts = starts
        self._copy = starts[0].copy

    def first(self, plain: str) -> bytes:
        """Return the fingerprint to keep: about 1 µs, for loops over a million rows."""
        mac = self._copy()
        mac.update(plain.encode())
        return mac.finalize()[:16]

    def each(self, plain: str) -> list[bytes]:
        """Return every fingerprint that the text may have been kept under, the one to keep first."""
        found, text = [], plain.encode()
        for start in self._starts:
            mac = start.copy()
            mac.update(text)
            found.append(mac.finalize()[:16])
        return found


class Sealer:
    """The ring, read once: get it from `sealer()` before a loop."""

    def __init__(self, keys: str, profile: str) -> None:
        self._ring = ciphers.ring(keys)
        self._profiles = sorted(ciphers.PROFILES, key=lambda name: name != profile)
        boxes = [ciphers.box(key_id, key, name) for name in self._profiles for key_id, key in self._ring.items()]
        self._boxes = {box.head: box for box in boxes}
        self._finders: dict[str, Finder] = {}
        self.profile = profile
        self.head = boxes[0].head
        """What stands in front of a text encrypted now: its key's id and its algorithms' mark."""
        self.seal = boxes[0].seal

    def open(self, stored: str) -> str:
        """Return the plain text; raises Undecipherable."""
        head, _, encoded = stored.partition(":")
        box = self._boxes.get(head)
        if box is None:
            message = f"No key {head!r} on the ring."
            raise Undecipherable(message)
        try:
            return box.open(encoded)
        except ciphers.Spoilt:
            message = f"The text does not open with key {head!r}."
            raise Undecipherable(message) from None

    def finder(self, purpose: str = "") -> Finder:
        """Return what makes fingerprints of one purpose: a phone and a number of equal digits do not look alike."""
        if purpose not in self._finders:
            label = f"fingerprint:{purpose}" if purpose else "fingerprint"
            self._finders[purpose] = Finder(
                [
                    ciphers.keyed_hash(ciphers.derived(key, name, label), name)
                    for name in self._profiles
                    for key in self._ring.values()
                ]
            )
        return self._finders[purpose]

    def stamp(self, content: bytes, label: str) -> str:
        """Return the keyed hash of a content, behind the head of the key that made it."""
        return f"{self.head}:{self._mac(self.head, content, label)}"

    def is_stamped(self, stamp: str, content: bytes, label: str) -> bool:
        """Say whether this stamp was made of this content; raises Undecipherable for a key not on the ring."""
        head, _, digest = stamp.partition(":")
        return self._mac(head, content, label) == digest

    def _mac(self, head: str, content: bytes, label: str) -> str:
        key_id, _, mark = head.partition("/")
        if head not in self._boxes:
            message = f"No key {head!r} on the ring."
            raise Undecipherable(message)
        profile = ciphers.GUOMI if mark else ciphers.INTERNATIONAL
        mac = _stamper(self._ring[key_id], profile, label).copy()
        mac.update(content)
        return mac.finalize().hex()


@lru_cache(maxsize=32)
def _stamper(key: bytes, profile: str, label: str) -> HMAC:
    return ciphers.keyed_hash(ciphers.derived(key, profile, f"stamp:{label}"), profile)


@lru_cache(maxsize=8)
def _sealer(keys: str, profile: str) -> Sealer:
    return Sealer(keys, profile)


def sealer() -> Sealer:
    """Return the ring in force; raises ImproperlyConfigured when it does not read."""
    return _sealer(settings.FIELD_KEYS, settings.CRYPTO_PROFILE)


def encrypt(plain: str) -> str:
    """Encrypt under the first key of the ring."""
    return sealer().seal(plain)


def decrypt(stored: str) -> str:
    """Return the plain text; raises Undecipherable."""
    return sealer().open(stored)


def fingerprints(plain: str, purpose: str = "") -> list[str]:
    """Return what finds equal short texts in a column without showing them: 32 hex digits each.

    Keep the first; look for any of them, so that rows written under an older key or profile are still found.
    """
    return [found.hex() for found in sealer().finder(purpose).each(plain)]


def fingerprint_ids(plain: str, purpose: str) -> list[uuid.UUID]:
    """Return the same as 16 bytes for a UUID column, which takes half the room of the digits."""
    return [uuid.UUID(bytes=found) for found in sealer().finder(purpose).each(plain)]
