"""Open a workbook and hand out its rows: a process of its own, without Django, of limited memory and time.

    python -m accounts.tables.sheets PATH SUFFIX SHEET LONGEST

writes lines of JSON: first what was found ({"sheet", "sheets", "row_count"}), then lists of rows ([number, cells,
faults]), last {"end": true}; or {"refused": code, …params}, a key of `refusals.WORDS`, in place of any of them.
python-calamine holds a sheet in memory as a block of rows by columns; a sheet that needs more than the limit ends
this process and nothing else.
"""

import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from accounts.tables import packages
from accounts.tables.cells import Faults, clean, text_of
from accounts.tables.limits import MAX_COLUMNS, MB, READER_CPU_SECONDS, READER_MEMORY, Fault

ROWS_AT_ONCE = 500
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Range = tuple[tuple[int, int], tuple[int, int]]


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (READER_MEMORY, READER_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (READER_CPU_SECONDS, READER_CPU_SECONDS))


def _say(word: Any) -> None:
    sys.stdout.write(json.dumps(word, ensure_ascii=False, separators=(",", ":")) + "\n")


def _look_into_old(path: Path, suffix: str) -> None:
    """Refuse what an OLE file may be besides a plain .xls: a locked .xlsx, a workbook with macros."""
    with path.open("rb") as file:
        start = before = file.read(8)
        while block := file.read(MB):
            whole = before + block
            if _ENCRYPTED in whole:
                raise packages.Refusal("encrypted")
            if _MACROS in whole:
                raise packages.Refusal("macros")
            before = block[-len(_ENCRYPTED) :]
    if not start.startswith(_OLE):
        raise packages.Refusal("damaged")
    if suffix != ".xls":
        raise packages.Refusal("is_old_workbook", suffix=suffix)


def _open(path: Path, suffix: str, wanted: str, longest: int) -> None:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    is_package = zipfile.is_zipfile(path)
    if is_package:
        packages.check(path)
    else:
        _look_into_old(path, suffix)
    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise packages.Refusal("encrypted") from None
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if wanted and wanted not in names:
        raise packages.Refusal("no_such_sheet", sheet=wanted)
    for name in [wanted] if wanted else names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None and sheet.end is not None:
            marks = packages.marks_of_sheet(path, name) if is_package else []
            book.close()
            _hand_out(sheet, names, marks, longest)
            return
    raise packages.Refusal("no_rows")


def _hand_out(sheet: Any, names: list[str], marks: list[packages.Mark], longest: int) -> None:
    columns = sheet.end[1] + 1
    if columns > MAX_COLUMNS and any(text_of(cell).strip() for row in sheet.iter_rows() for cell in row[MAX_COLUMNS:]):
        raise packages.Refusal("too_many_columns", count=columns, limit=MAX_COLUMNS)
    _say({"sheet": sheet.name, "sheets": names, "row_count": sheet.end[0] + 1})
    batch: list[tuple[int, list[str], Faults]] = []
    merged = sorted(sheet.merged_cell_ranges or [])
    for number, cells, faults in _rows(sheet, marks, merged, longest):
        batch.append((number, cells, faults))
        if len(batch) == ROWS_AT_ONCE:
            _say(batch)
            batch.clear()
    _say(batch)
    _say({"end": True})


def _rows(
    sheet: Any, marks: list[packages.Mark], merged: list[Range], longest: int
) -> Iterator[tuple[int, list[str], Faults]]:
    """Yield rows with anything in them; marks and merged ranges come sorted by row and are gone through once."""
    margin = [""] * min(sheet.start[1], MAX_COLUMNS)
    at_mark = at_range = 0
    reaching: list[Range] = []
    for row, values in enumerate(sheet.iter_rows()):
        cells, faults = clean(margin + [text_of(value) for value in values[: MAX_COLUMNS - len(margin)]], longest)
        more: dict[int, Fault] = {}
        while at_range < len(merged) and merged[at_range][0][0] <= row:
            reaching.append(merged[at_range])
            at_range += 1
        if reaching:
            reaching = [found for found in reaching if found[1][0] >= row]
            for (_top, left), (_bottom, right) in reaching:
                more |= dict.fromkeys(range(left, min(right + 1, MAX_COLUMNS)), Fault.MERGED)
        while at_mark < len(marks) and marks[at_mark][0] <= row:
            if marks[at_mark][0] == row and marks[at_mark][1] < MAX_COLUMNS:
                more[marks[at_mark][1]] = Fault(marks[at_mark][2])
            at_mark += 1
        if any(cells) or any(fault != Fault.MERGED for fault in more.values()):
            yield row + 1, cells, tuple(sorted((more | dict(faults)).items())) if more else faults


def main() -> None:
    """Read the workbook that the command line names; whatever goes wrong is told in one line of JSON."""
    path, suffix, wanted, longest = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    _limit()
    try:
        _open(path, suffix, wanted, longest)
    except packages.Refusal as refusal:
        _say({"refused": refusal.code} | refusal.params)
    except MemoryError:
        _say({"refused": "too_much"})
    except BrokenPipeError:
        raise
    except BaseException:  # a panic of the reader is no Exception; its text may hold what people typed
        _say({"refused": "damaged"})
    sys.stdout.flush()


if __name__ == "__main__":
    main()
