"""Reading tables that others made, and saying for each line what became of it: the ground that importers stand on.

A file is read whole before anything is changed. Everything wrong with it is said at once, with line numbers.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    """Read a .csv (UTF-8, with or without BOM) or .xlsx file; what cannot be read is refused in the report."""
    try:
        lines = _xlsx(path, report) if path.suffix.lower() == ".xlsx" else _csv(path, report)
    except OSError as error:
        report.refuse(
            None, "", _("The file cannot be read: %(why)s") % {"why": error.strerror or error}, file=path.name
        )
        return []
    if not lines:
        if not report.is_refused:
            report.refuse(None, "", _("The file is empty."), file=path.name)
        return []
    (_first, headings), *body = lines
    names = _our_names(headings, columns)
    missing = [columns[name][0] for name in required if name not in names]
    if missing:
        words = _("The column %(names)s is missing.") % {"names": ", ".join(missing)}
        report.refuse(Row(path.name, 1, {}), "", words)
        return []
    return list(_rows(path.name, names, body, report))


def _our_names(headings: Sequence[str], columns: Columns) -> list[str]:
    ours = {heading.casefold(): name for name, headings_ in columns.items() for heading in headings_}
    return [ours.get(heading.strip().casefold(), "") for heading in headings]


def _rows(file: str, names: Sequence[str], body: Sequence[tuple[int, list[str]]], report: Report) -> Iterator[Row]:
    for line, cells in body:
        if not any(cell.strip() for cell in cells):
            continue
        row = Row(file, line, {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name})
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            report.refuse(row, "", _("The line has more cells than the heading."))
        elif any("\0" in cell for cell in cells):
            report.refuse(row, "", _("The text holds a character that cannot be stored."))
        else:
            yield row


def _csv(path: Path, report: Report) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        report.refuse(Row(path.name, line, {}), "", _("The file is not in UTF-8; save it so and try again."))
        return []
    reader = csv.reader(io.StringIO(text, newline=""))
    lines: list[tuple[int, list[str]]] = []
    try:
        lines += [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        report.refuse(Row(path.name, reader.line_num, {}), "", str(error))
        return []
    return lines


def _xlsx(path: Path, report: Report) -> list[tuple[int, list[str]]]:
    """Read the first sheet; a formula cell counts with the value that was last saved for it."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except OSError:
        raise
    except Exception as error:  # openpyxl raises many kinds for a broken file
        words = _("This is no readable Excel file (%(why)s).") % {"why": type(error).__name__}
        report.refuse(None, "", words, file=path.name)
        return []
    try:
        sheet = book.worksheets[0]
        lines = [
            (number, [_cell(value) for value in row]) for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        ]
    finally:
        book.close()
    while lines and not any(lines[-1][1]):
        lines.pop()
    return lines


def _cell(value: Any) -> str:
    """Return a cell as text: whole numbers without a decimal point, so that codes stay codes."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
