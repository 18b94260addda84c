"""Keyed fingerprints of identity and telephone numbers: equal numbers are found without being shown.

Keep the first; look for any of them, so that rows written under an older key are still found. The purpose goes into
the fingerprint, so that equal digits of two kinds differ.
"""

import uuid

from accounts import crypto


def of_identity(number: str) -> list[uuid.UUID]:
    """Return the fingerprints of a normalised identity number (residents/identity_numbers.py)."""
    return [uuid.UUID(digits) for digits in crypto.fingerprints(f"identity:{number}")]


def of_phone(number: str) -> list[uuid.UUID]:
    """Return the fingerprints of a normalised telephone number (residents/phones.py)."""
    return [uuid.UUID(digits) for digits in crypto.fingerprints(f"phone:{number}")]
