"""Password rules beyond Django's own (DOMAIN.md §4.2, item 1)."""

import secrets
import string

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES_NEEDED = 3
FIRST_PASSWORD_LENGTH = 14
READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that are mistaken for one another when a first password is read out."""


def first_password() -> str:
    """Return a random password that satisfies the rules; 14 of 55 characters are 80 bits."""
    while True:
        password = "".join(secrets.choice(READABLE) for _index in range(FIRST_PASSWORD_LENGTH))
        if all(any(kind(c) for c in password) for kind in (str.islower, str.isupper, str.isdigit)):
            return password


class CharacterClassesValidator:
    """Ask for three of the four classes: capitals, small letters, digits, other characters."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = {
            "upper"
            if c in string.ascii_uppercase
            else "lower"
            if c in string.ascii_lowercase
            else "digit"
            if c.isdigit()
            else "other"
            for c in password
        }
        if len(kinds) < CLASSES_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return _("Use at least three of: capital letters, small letters, digits, other characters.")
