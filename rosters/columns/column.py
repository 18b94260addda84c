"""What is known of one column of a roster."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Reads(StrEnum):
    """How a cell of the column is read (rosters/cells.py)."""

    TEXT = "text"
    NAME = "name"
    CODE = "code"
    DAY = "day"
    PAST_DAY = "past_day"
    IDENTITY = "identity"
    PHONE = "phone"
    ADDRESS = "address"
    PLACE_LABEL = "place_label"
    NODE = "node"
    WHOLE = "whole"
    DECIMAL = "decimal"
    FLAG = "flag"
    CREDIT_CODE = "credit_code"
    CHOICE = "choice"
    PLAIN = "plain"


@dataclass(frozen=True)
class Column:
    """`name` is the field's name in matchings, problems and rules; `aliases` are headings that mean it."""

    name: str
    label: "str | Promise"
    aliases: tuple[str, ...]
    reads: Reads = Reads.TEXT
    length: int = 0
    """Characters that the register keeps; longer texts are refused."""
    codes: str = ""
    """The code set (residents/codes.py) of a CODE column."""
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Of a CHOICE column: what is stored, and the words that mean it."""
    example: str = ""
    """For the template; invented."""
    is_private: bool = False
    """A sample of it is shown masked."""
