"""How much of a table is taken, and the marks that its cells carry. Without Django: the reading process imports it."""

from enum import StrEnum

MB = 1024 * 1024

MAX_COLUMNS = 200
MAX_CELL = 4000
"""Characters of one cell; the longest text that a register keeps (DOMAIN.md §2.7, difficulty 1024, narrative 4000)."""
MAX_WORKBOOK_BYTES = 100 * MB
"""Of an .xlsx or .xls file as it lies on disk; CSV has no such bound, it is read as it comes."""
MAX_UNPACKED_BYTES = 1024 * MB
"""Of everything inside an .xlsx, as its directory says and as it turns out."""
MAX_RATIO = 250
"""Unpacked to packed, of a part above RATIO_FROM; sheets of real rosters stay below 40."""
RATIO_FROM = 10 * MB
MAX_PARTS = 2000
"""Files inside an .xlsx; a workbook of ten sheets has about thirty."""
READER_MEMORY = 448 * MB
"""Address space of the process that opens workbooks: about four million filled cells."""
READER_CPU_SECONDS = 120
MAX_LINES_OF_A_CELL = 200
"""A quote that is not closed swallows the lines after it; no real cell has so many."""


class Fault(StrEnum):
    """What is doubtful about one cell, so that whoever imports can refuse it or warn; words in `faults.py`."""

    LOST_DIGITS = "lost_digits"
    """A spreadsheet made a number of it, 3.70811E+17; the last digits are gone."""
    FORMULA = "formula"
    """Computed by the sheet; the text is the value that was last saved."""
    ERROR_VALUE = "error_value"
    """A formula that failed: #N/A, #REF!; the text is empty."""
    MERGED = "merged"
    """Part of merged cells: the text stands in the first of them only."""
    LOOKS_LIKE_FORMULA = "looks_like_formula"
    """Text that a spreadsheet would take for a formula or a command: =cmd|…"""
    TOO_LONG = "too_long"
    """Longer than MAX_CELL; the text is cut there."""
    BAD_CHARACTER = "bad_character"
    """Holds a character that cannot be stored, or one that stands for what could not be decoded."""
