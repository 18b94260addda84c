"""Password rules beyond Django's own (DOMAIN.md §4.2, item 1)."""

import string

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES_NEEDED = 3


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
