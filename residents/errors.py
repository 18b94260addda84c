"""What the registers refuse, in the reader's words; pages show it, the API answers 400 or 409 (grids/errors.py)."""

from grids.errors import Refused


class NotPossible(Refused):
    """The row's state does not allow the change."""


class Stale(NotPossible):
    """Somebody changed the row since the form was opened; `version` is the one that it has now."""

    def __init__(self, message: str, *, version: int) -> None:
        super().__init__(message)
        self.version = version


class AlreadyThere(NotPossible):
    """The identity number is in the register; `resident_id` says where, only if the asker may see that row.

    `is_elsewhere`: another community keeps the entry and can be asked for it (actions/handovers.py).
    """

    def __init__(self, message: str, *, resident_id: int | None = None, is_elsewhere: bool = False) -> None:
        super().__init__(message, field="identity_number")
        self.resident_id = resident_id
        self.is_elsewhere = is_elsewhere
