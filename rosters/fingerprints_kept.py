"""Say which staged columns are fingerprints of which, for `manage.py rotate_keys`."""

import uuid

from accounts import rotation
from residents import fingerprints


def register() -> None:
    """Called once, when the app is ready."""
    rotation.register("rosters.StagedResident", "identity_hash", "identity_number", _identity)
    for model, column in (
        ("StagedResident", "phone"),
        ("StagedResident", "guardian_phone"),
        ("StagedHouse", "owner_phone"),
        ("StagedOrganisation", "manager_phone"),
        ("StagedOrganisation", "safety_phone"),
    ):
        rotation.register(f"rosters.{model}", f"{column}_hash", column, _phone)


def _identity(number: str) -> uuid.UUID | None:
    return fingerprints.of_identity(number)[0] if number else None


def _phone(number: str) -> uuid.UUID | None:
    return fingerprints.of_phone(number)[0] if number else None
