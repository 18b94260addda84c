"""What a section of a briefing is, and how its sentences are put together. No database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bulletins.wording import is_chinese, joined


@dataclass(frozen=True)
class Table:
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A heading, what is proposed to be said (paragraphs on lines of their own), and the tables it stands on."""

    key: str
    heading: str
    text: str
    tables: tuple[Table, ...] = ()

    def as_json(self) -> dict[str, Any]:
        tables = [
            {"caption": table.caption, "head": list(table.head), "rows": [list(row) for row in table.rows]}
            for table in self.tables
        ]
        return {"key": self.key, "heading": self.heading, "proposed": self.text, "text": None, "tables": tables}


def sentence(*clauses: str) -> str:
    """Join clauses and close the sentence; "" where there are none."""
    words = joined(clauses)
    return f"{words}{'。' if is_chinese() else '.'}" if words else ""


def paragraph(*sentences: str) -> str:
    return ("" if is_chinese() else " ").join(words for words in sentences if words)


def text(*paragraphs: str) -> str:
    return "\n".join(words for words in paragraphs if words)


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Table, ...]:
    """Return the table, or nothing where it has no rows."""
    return (Table(caption, tuple(head), tuple(tuple(row) for row in rows)),) if rows else ()
