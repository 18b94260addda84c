"""Why a table is not taken, in words that say what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.tables.limits import Fault

WORDS = {
    "unreadable": _("The file cannot be read: %(why)s"),
    "empty": _("The file is empty."),
    "no_rows": _("The workbook has no sheet with anything in it."),
    "too_large": _("The file is larger than %(limit)s MB. Divide it, or save it as CSV."),
    "unknown_kind": _("Tables are .xlsx, .xls or .csv files; “%(suffix)s” is none of them."),
    "is_workbook": _("The file is an Excel workbook though its name ends in “%(suffix)s”. Save it anew as .xlsx."),
    "is_old_workbook": _(
        "The file is an old Excel workbook though its name ends in “%(suffix)s”. Save it anew as .xlsx."
    ),
    "is_web_page": _("The file is a web page that calls itself a table. Open it in Excel or WPS and save it as .xlsx."),
    "is_text": _("The file is no Excel workbook though its name ends in “%(suffix)s”. Save it anew as .xlsx."),
    "is_archive": _("The file is an archive or another kind of document, not a workbook. Save the table as .xlsx."),
    "not_text": _("The file is no table: it holds something other than text. Save the table as .xlsx or CSV."),
    "macros": _("The workbook carries macros. Save it as .xlsx, which has none."),
    "encrypted": _("The workbook is locked with a password. Take the password off, save it and try again."),
    "damaged": _("The workbook is damaged and cannot be opened. Open it in Excel or WPS and save it anew."),
    "bomb": _("The workbook unpacks to far more than it should. It was not opened."),
    "too_much": _(
        "The workbook holds more than can be opened at once, or cells far out to the right or below. Delete what does "
        "not belong to the table, or save it as CSV."
    ),
    "too_many_columns": _("The table has %(count)s columns; at most %(limit)s are taken. Delete those not needed."),
    "utf16": _("The file is in UTF-16. Save it as “CSV UTF-8” and try again."),
    "nul": _("Row %(row)s: the text holds a character that cannot be stored (NUL). Save the file anew as CSV."),
    "encoding": _("Row %(row)s: the text is neither UTF-8 nor GB18030. Save the file as “CSV UTF-8” and try again."),
    "quotes": _('Row %(row)s: a quotation mark (") is opened and not closed, or stands within a cell. Mend the row.'),
    "no_such_sheet": _("The workbook has no sheet “%(sheet)s”."),
}


class UnreadableTable(Exception):
    """A file that is not taken as a table. Its text says why and what to do; `code` is a key of WORDS."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code)

    def __str__(self) -> str:
        return str(WORDS[self.code]) % self.params


FAULTS = {
    Fault.LOST_DIGITS: _("the spreadsheet made a number of it and lost its last digits"),
    Fault.FORMULA: _("computed by a formula; the value that was last saved is taken"),
    Fault.ERROR_VALUE: _("a formula that failed"),
    Fault.MERGED: _("merged cells"),
    Fault.LOOKS_LIKE_FORMULA: _("begins like a formula"),
    Fault.TOO_LONG: _("too long"),
    Fault.BAD_CHARACTER: _("holds a character that cannot be stored"),
}
HINTS = {
    Fault.LOST_DIGITS: _("Format the column as text, then type the numbers again; the digits cannot be restored."),
    Fault.FORMULA: _("Nothing to do if the value is right; else copy the column and paste it as values."),
    Fault.ERROR_VALUE: _("Type the value instead of the formula."),
    Fault.MERGED: _("Unmerge the cells and fill each of them."),
    Fault.LOOKS_LIKE_FORMULA: _("Take the sign = + - @ away from the beginning."),
    Fault.TOO_LONG: _("Shorten the text."),
    Fault.BAD_CHARACTER: _("Type the cell again."),
}
REFUSED_FAULTS = frozenset(Fault) - {Fault.FORMULA}
"""Faults for which a line cannot be taken as it is, where they stand in a column that is imported."""
