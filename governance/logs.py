"""What may stand in the log: no row that a database error quotes, no identity number, no phone.

PostgreSQL explains a broken constraint by quoting the row ("DETAIL: Failing row contains ..."); names, birthdays and
addresses would follow every traceback into the log. Numbers are masked besides, wherever they come from.
"""

import logging
import re

_DETAIL = re.compile(
    r"^DETAIL:.*?(?=^(?:CONTEXT|HINT|The above exception|During handling|Traceback|  File)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_NUMBER = re.compile(r"(?<![\w.])(?:[1-9]\d{16}[\dXx]|1[2-9]\d{9})(?![\w.])")


class Discreet(logging.Formatter):
    """Writes the line as usual, without what quotes a row, and with long numbers of people masked."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


def clean(text: str) -> str:
    """Return the text of a log line, tracebacks included, without private data."""
    if "DETAIL:" in text:
        text = _DETAIL.sub("DETAIL: left out\n", text)
    return _NUMBER.sub(lambda found: f"{found[0][:3]}***{found[0][-2:]}", text)
