"""Write tables for people to fill in or to mend: a template with its code lists, and a file with a reason column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.tables.cells import letters
from accounts.workbooks import Workbook

if TYPE_CHECKING:
    from accounts.tables.reading import Line

TEMPLATE_ROWS = 5000
"""Rows of a template whose cells are set to text, so that numbers keep all their digits, and have lists to choose."""


@dataclass(frozen=True)
class TemplateColumn:
    """A column to fill in: its heading, a remark that stands below it, and the words it may hold (any, if none).

    A remark begins with 必填 or 选填 (Required, Optional): so `headings` knows the row and leaves it out. An example
    belongs in the remark; in a row of its own somebody would import it.
    """

    heading: str
    remark: str = ""
    words: Sequence[str] = ()


def write_template(title: str, columns: Sequence[TemplateColumn]) -> IO[bytes]:
    """Return an .xlsx with headings and remarks, and a second sheet of the lists of words.

    Whoever fills it in chooses from those lists; all columns are text, which a spreadsheet leaves as it is typed.
    """
    book = Workbook(title, widths=[max(14, min(28, 2 * len(one.heading) + 6)) for one in columns], frozen_rows=2)
    with_words = [(at, one) for at, one in enumerate(columns) if one.words]
    lists = _("Code lists")
    for number, (at, one) in enumerate(with_words):
        column = letters(number)
        book.offer(letters(at), f"'{lists}'!${column}$2:${column}${len(one.words) + 1}", rows=(3, TEMPLATE_ROWS))
    book.keep_as_text([letters(at) for at in range(len(columns))])
    book.add([one.heading for one in columns], bold=True)
    book.add([one.remark for one in columns])
    if with_words:
        book.turn_to_sheet(lists, widths=[24] * len(with_words), frozen_rows=1)
        book.add([one.heading for _at, one in with_words], bold=True)
        for row in range(max(len(one.words) for _at, one in with_words)):
            book.add([one.words[row] if row < len(one.words) else None for _at, one in with_words])
    return book.file()


def write_returned(
    lines: "Iterable[Line]",
    heading_number: int,
    reasons: Mapping[int, str] | Iterator[tuple[int, str]],
    *,
    is_whole: bool = True,
) -> IO[bytes]:
    """Return a copy of a table as .xlsx with the reason in a first column of its own, rows in the same order.

    reasons: by row number, or pairs sorted by it. Rows without one have an empty cell there, or are left out unless
    is_whole. Texts that a spreadsheet would take for formulas stay texts.
    """
    pairs = iter(sorted(reasons.items())) if isinstance(reasons, Mapping) else reasons
    number, words = next(pairs, (0, ""))
    book = Workbook(_("Rows to mend"), widths=[40])
    for line in lines:
        while number and number < line.number:
            number, words = next(pairs, (0, ""))
        if line.number == heading_number:
            book.add([_("What is wrong with the row"), *line.cells], bold=True)
        elif number == line.number:
            book.add([words, *line.cells])
        elif is_whole:
            book.add(["", *line.cells])
        elif not number and line.number > heading_number:
            break
    return book.file()
