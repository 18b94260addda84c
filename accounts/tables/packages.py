"""What is inside an .xlsx before anything opens it: a zip that must unpack to no more than it says.

Without Django: the reading process imports it. Parts and their names: ECMA-376, Office Open XML.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from accounts.tables.limits import MAX_PARTS, MAX_RATIO, MAX_UNPACKED_BYTES, MB, RATIO_FROM, Fault

Mark = tuple[int, int, str]
"""Row and column, from 0, and the fault of a cell."""

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_CELL = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>\s*(<(?:\w+:)?f[\s>/])?")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_MAX_MARKS = 2_000_000


class Refusal(Exception):
    """Why a workbook is not opened; the code is a key of `refusals.WORDS`."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


def check(path: Path) -> None:
    """Refuse an archive that is no plain workbook, or unpacks to too much. Raises Refusal."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive)
            for part in archive.infolist():
                if part.file_size > RATIO_FROM:
                    _check_unpacking(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError):
        raise Refusal("damaged") from None


def _check_directory(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise Refusal("bomb")
    if any(part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * part.compress_size for part in parts):
        raise Refusal("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal("encrypted")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Refusal("macros" if "xl/workbook.bin" in names else "is_archive")
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise Refusal("macros")
    if b"macroEnabled" in _small(archive, "[Content_Types].xml"):
        raise Refusal("macros")


def _check_unpacking(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a large part once, a megabyte at a time: its directory entry may lie (the checksum then differs)."""
    with archive.open(part) as file:
        while file.read(MB):
            pass


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    part = next(part for part in archive.infolist() if part.filename.lower() == name.lower())
    if part.file_size > MB:
        raise Refusal("bomb")
    return archive.read(part)


def marks_of_sheet(path: Path, sheet: str) -> list[Mark]:
    """Find the cells of a sheet that are formulas, or formulas that failed, sorted by row."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_part_of(archive, sheet)) as file:
            marks: list[Mark] = []
            for rows in _whole_rows(file):
                if b"<f" in rows or b":f" in rows or b't="e"' in rows:
                    marks += _marks(rows)
                if len(marks) > _MAX_MARKS:
                    raise Refusal("too_much")
    except (KeyError, zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException):
        return []
    return sorted(marks)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part that holds a sheet; raises KeyError."""
    book = fromstring(_small(archive, "xl/workbook.xml"))
    relations = fromstring(_small(archive, "xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for node in book.iter():
        if node.tag.endswith("}sheet") and node.get("name") == sheet:
            target = targets[node.get(_RELATION) or node.get(_STRICT_RELATION)]
            name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return next(part for part in archive.namelist() if part.lower() == name.lower())
    raise KeyError(sheet)


def _whole_rows(file: Any) -> Iterator[bytes]:
    rest = b""
    while block := file.read(MB):
        rest += block
        end = rest.rfind(b"</row>") if b"</row>" in rest else rest.rfind(b":row>")
        if end > 0:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > 16 * MB:  # one row of 16 MB: whatever it is, it is not read twice
            rest = b""
    yield rest


def _marks(rows: bytes) -> Iterator[Mark]:
    for attributes, formula in _CELL.findall(rows):
        failed = b't="e"' in attributes
        if (formula or failed) and (found := _REFERENCE.search(attributes)):
            column = 0
            for letter in found[1]:
                column = column * 26 + letter - 64
            yield int(found[2]) - 1, column - 1, Fault.ERROR_VALUE if failed else Fault.FORMULA
