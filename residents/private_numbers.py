"""Numbers of people in free text: mobile telephones and identity numbers, as people write and group them.

They are found however they are spaced, hyphenated or widened; a date is looked for in an identity number, so that long
numbers of other things pass. What looks alike and is none: numbers of work orders hold a letter between their digits,
an amount is followed by its currency, decimals of a position stand behind one point.
"""

import re

from residents.reading import narrow

_GAP = r"[ \t\-·]{0,3}"
_MONTH_AND_DAY = rf"(?:0[1-9]|1[0-2]){_GAP}(?:0[1-9]|[12]\d|3[01])"
MOBILE = re.compile(
    rf"(?<!\d)(?:(?:00)?86{_GAP})?"
    rf"(?:1[2-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}|1[2-9]\d{_GAP}\d{{3}}{_GAP}\d{{5}}|1[2-9]\d\d{_GAP}\d{{3}}{_GAP}\d{{4}}"
    r"|1[2-9]\d\.\d{4}\.\d{4})(?!\d|\.\d|\s*元)"
)
"""Groups of 3-4-4, 3-3-5 or 4-3-4; those that begin with 12 are the invented ones of the demo. For narrow text."""
IDENTITY = re.compile(
    rf"(?<!\d)[1-9]\d{{5}}{_GAP}(?:(?:18|19|20)\d{{2}}{_GAP}{_MONTH_AND_DAY}{_GAP}\d{{3}}[\dXx]"
    rf"|\d{{2}}{_MONTH_AND_DAY}{_GAP}\d{{3}})(?!\d)"
)
"""Region, day of birth, the rest: of 18 characters, or of 15 as they were until 1999. For narrow text."""


def has_any(text: str) -> bool:
    """Say whether a mobile telephone or an identity number stands in the text."""
    plain = narrow(text)
    return MOBILE.search(plain) is not None or IDENTITY.search(plain) is not None
