"""The code sets that people and houses are described by (DOMAIN.md §2.6), from the files in `residents/data/`.

A row keeps the code; pages show the label in the reader's language; a roster may hold the code, the label or one of
the words that offices write instead. A file's `source` names the standard and `verified` whether its text was seen.
There is no set for religion or for diagnoses: they are not kept (DOMAIN.md §4.4).
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import get_language

from residents.reading import plain

DATA = Path(__file__).resolve().parent / "data"
SETS = frozenset(path.stem for path in DATA.glob("*.csv"))


class Code(NamedTuple):
    """One row of a set."""

    code: str
    label: str
    label_en: str
    aliases: tuple[str, ...]
    source: str
    is_verified: bool

    @property
    def shown(self) -> str:
        """The label in the language of the moment."""
        return self.label_en if (get_language() or "").startswith("en") else self.label


@cache
def rows(name: str) -> dict[str, Code]:
    """Return a set by code, in the file's order; a name that is no set is a mistake of the program (KeyError)."""
    if name not in SETS:
        raise KeyError(name)
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: Code(
                row["code"],
                row["label"],
                row["label_en"],
                tuple(filter(None, row["aliases"].split("|"))),
                row["source"],
                row["verified"] == "1",
            )
            for row in csv.DictReader(lines)
        }


def choices(name: str) -> list[tuple[str, str]]:
    """Return code and label of each, for a form's field; ask for them with each request, for the language's sake."""
    return [(row.code, row.shown) for row in rows(name).values()]


def label(name: str, code: str) -> str:
    """Return the label of a code; one that the set does not know is shown as it stands."""
    row = rows(name).get(code)
    return row.shown if row else code


def code_of(name: str, text: str) -> str | None:
    """Return the code that a file's cell means: 汉族, 汉, 01 and 1 are all 01; None: not known, "": an empty cell."""
    words = _words(name)
    return words[text] if text in words else words.get(plain(text).casefold())


@cache
def _words(name: str) -> dict[str, str]:
    """List every way of writing each code; where two codes share a word, the code and the label come first."""
    found = {"": ""}
    for row in rows(name).values():
        for word in (row.code, row.label, row.label_en):
            found.setdefault(plain(word).casefold(), row.code)
    for row in rows(name).values():
        shorter = (row.code.lstrip("0"),) if row.code.isdigit() else ()
        for word in (*row.aliases, *shorter):
            found.setdefault(plain(word).casefold(), row.code)
    return found
