"""What all readers of written-down numbers share: one spelling of characters, and the error that says what is wrong.

A reader takes what somebody typed or a file holds and gives it back in its one official form. Neither the message
nor the hint ever repeats what was read, so that both may stand in a list, a log or a notice.
"""

import re
import unicodedata

from django.utils.functional import Promise

_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘－ー", "-"))
_IN_POWERS = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}")


class Unreadable(ValueError):
    """The text is not what it ought to be: `code` groups equal mistakes, `message` names it, `hint` mends it."""

    def __init__(self, code: str, message: "str | Promise", hint: "str | Promise") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return str(self.message)


def plain(text: str) -> str:
    """Return the text with full-width characters made narrow, all blanks gone and every dash a hyphen."""
    return _BLANK.sub("", narrow(text))


def narrow(text: str) -> str:
    """Return the text with full-width characters made narrow and every dash a hyphen; blanks stay."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_DASHES)


def is_mangled(text: str) -> bool:
    """Say whether a spreadsheet has written this number in powers of ten (3.70811E+17)."""
    return _IN_POWERS.fullmatch(text.upper()) is not None
