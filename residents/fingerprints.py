"""Keyed fingerprints of identity and telephone numbers: equal numbers are found without being shown.

Keep the first; look for any of them, so that rows written under an older key are still found. The purpose goes into
the fingerprint, so that equal digits of two kinds differ.
"""

import uuid
from collections.abc import Callable

from accounts import crypto, rotation

IDENTITY = "identity"
PHONE = "phone"


def of_identity(number: str) -> list[uuid.UUID]:
    """Return the fingerprints of a normalised identity number (residents/identity_numbers.py)."""
    return crypto.fingerprint_ids(number, IDENTITY)


def of_phone(number: str) -> list[uuid.UUID]:
    """Return the fingerprints of a normalised telephone number (residents/phones.py)."""
    return crypto.fingerprint_ids(number, PHONE)


def maker(purpose: str) -> Callable[[str], str]:
    """Return what makes the fingerprint to keep, in hexadecimal digits: for loops over a million numbers."""
    first = crypto.sealer().finder(purpose).first
    return lambda number: first(number).hex()


def _identity_to_keep(number: str) -> uuid.UUID | None:
    return of_identity(number)[0] if number else None


def _phone_to_keep(number: str) -> uuid.UUID | None:
    return of_phone(number)[0] if number else None


def register() -> None:
    """Say which columns are made of which, for `manage.py rotate_keys`; called once, when the app is ready."""
    rotation.register("residents.Resident", "identity_hash", "identity_number", _identity_to_keep)
    rotation.register("residents.Resident", "phone_hash", "phone", _phone_to_keep)
