"""Reading tables that others made, and saying for each line what became of it: the ground that importers stand on.

A file is read whole before anything is changed. Everything wrong with it is said at once, with line numbers.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.tables.cells import Faults, clean
from accounts.tables.reading import Line, open_table
from accounts.tables.refusals import FAULTS, HINTS, REFUSED_FAULTS, UnreadableTable

LONGEST_CELL = 100_000
"""Characters: a boundary stands in one cell."""
Columns = Mapping[str, Sequence[str]]
"""Our name of each column, with the headings under which it may stand in a file."""


class Outcome(models.TextChoices):
    ADDED = "added", gettext_lazy("added")
    CHANGED = "changed", gettext_lazy("changed")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    REFUSED = "refused", gettext_lazy("refused")
    VANISHED = "vanished", gettext_lazy("not in the file any more")


@dataclass(frozen=True)
class Row:
    """One line of a file: where it stands, and its cells by our names; a missing cell is ""."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True)
class Entry:
    """What became of one line (0 where no line is to blame)."""

    outcome: Outcome
    file: str
    line: int
    subject: str
    words: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return "  ".join(part for part in (where, str(self.outcome.label), self.subject, self.words) if part)


@dataclass
class Report:
    """What an import did, or would have done."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, outcome: Outcome, row: Row | None, subject: str, words: str = "", file: str = "") -> None:
        self.entries.append(Entry(outcome, row.file if row else file, row.line if row else 0, subject, words))

    def refuse(self, row: Row | None, subject: str, words: str, file: str = "") -> None:
        self.add(Outcome.REFUSED, row, subject, words, file)

    @property
    def is_refused(self) -> bool:
        return any(entry.outcome == Outcome.REFUSED for entry in self.entries)

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(entry.outcome for entry in self.entries)

    def lines(self, *, verbose: bool = False) -> Iterator[str]:
        """Yield the report for a terminal: lines that need eyes, all of them if verbose, then the counts."""
        for entry in self.entries:
            if verbose or entry.outcome in {Outcome.CHANGED, Outcome.REFUSED, Outcome.VANISHED}:
                yield str(entry)
        counts = self.counts
        yield ", ".join(f"{counts[outcome]} {outcome.label}" for outcome in Outcome if counts[outcome]) or _(
            "nothing to do"
        )


def read_table(path: Path, columns: Columns, required: Sequence[str], report: Report) -> list[Row]:
    """Read a .csv, .xlsx or .xls file whose first row is the headings; what cannot be read is refused in the report."""
    try:
        with open_table(path, longest=LONGEST_CELL) as table:
            lines = list(table)
    except UnreadableTable as error:
        report.refuse(Row(path.name, error.params.get("row", 0), {}), "", str(error))
        return []
    if not lines:
        report.refuse(None, "", _("The file is empty."), file=path.name)
        return []
    headings, *body = lines
    names = _our_names(headings.cells, columns)
    missing = [columns[name][0] for name in required if name not in names]
    if missing:
        words = _("The column %(names)s is missing.") % {"names": ", ".join(missing)}
        report.refuse(Row(path.name, headings.number, {}), "", words)
        return []
    return list(_rows(path.name, headings.cells, names, body, report))


def read_json(path: Path, report: Report) -> Any:
    """Read a JSON file; None where it cannot be read or nests without end, which is refused in the report."""
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except RecursionError:
        why: object = _("it nests too deeply.")
    except (OSError, ValueError) as error:
        why = error
    report.refuse(None, "", _("The file is no readable JSON: %(why)s") % {"why": why}, file=path.name)
    return None


def read_features(path: Path, columns: Columns, report: Report) -> list[tuple[Row, Any]]:
    """Return the features of a GeoJSON collection as rows, each with its geometry; faults are refused in the report.

    The line is the feature's place in the file, from 1.
    """
    found = read_json(path, report)
    features = found.get("features") if isinstance(found, dict) else None
    if isinstance(features, list) and all(isinstance(feature, dict) for feature in features):
        return list(_features(path.name, features, columns, report))
    if not report.is_refused:
        report.refuse(None, "", _("The file is no GeoJSON FeatureCollection."), file=path.name)
    return []


def _features(
    file: str, features: Iterable[Mapping[str, Any]], columns: Columns, report: Report
) -> Iterator[tuple[Row, Any]]:
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties")
        given = properties if isinstance(properties, dict) else {}
        names = _our_names(headings := list(given), columns)
        cells, faults = clean([_text(value) for value in given.values()], LONGEST_CELL)
        row = Row(file, number, {name: cell for name, cell in zip(names, cells, strict=True) if name})
        if not _is_doubtful(row, headings, names, faults, report):
            yield row, feature.get("geometry")


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _our_names(headings: Sequence[str], columns: Columns) -> list[str]:
    ours = {heading.casefold(): name for name, headings_ in columns.items() for heading in headings_}
    return [ours.get(heading.strip().casefold(), "") for heading in headings]


def _rows(
    file: str, headings: Sequence[str], names: Sequence[str], body: Sequence[Line], report: Report
) -> Iterator[Row]:
    for line in body:
        row = Row(file, line.number, {name: cell for name, cell in zip(names, line.cells, strict=False) if name})
        is_doubtful = _is_doubtful(row, headings, names, line.faults, report)
        if any(line.cells[len(names) :]):
            report.refuse(row, "", _("The line has more cells than the heading."))
        elif not is_doubtful:
            yield row


def _is_doubtful(row: Row, headings: Sequence[str], names: Sequence[str], faults: Faults, report: Report) -> bool:
    """Refuse a row for every cell that is imported and cannot be taken as it is; say whether there was one.

    What the row is about is its code, unless that is the cell; the column is called as the file calls it.
    """
    doubts = [(at, fault) for at, fault in faults if at < len(names) and names[at] and fault in REFUSED_FAULTS]
    for at, fault in doubts:
        given = {"column": headings[at], "fault": FAULTS[fault], "hint": HINTS[fault]}
        subject = "" if names[at] == "code" else row["code"]
        report.refuse(row, subject, _("%(column)s: %(fault)s. %(hint)s") % given)
    return bool(doubts)
