"""A text column that is encrypted in the database and plain in Python."""

from typing import Any

from django.db import models

from accounts import crypto


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Personal data at rest (docs/adr/0005-encrypted-columns.md). Empty stays empty; cannot be filtered on."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return crypto.encrypt(text) if text else text

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return crypto.decrypt(value) if value else value
