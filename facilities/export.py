"""The list of facilities as a workbook, with headings that the import reads again."""

from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.workbooks import Workbook
from facilities.importing import COLUMNS
from facilities.querysets import FacilityQuerySet

ORDER = ("code", "kind", "name", "lng", "lat", "unit", "owner", "state", "installed_on", "note")
WORDS = {"in_use": "在用", "damaged": "破损", "removed": "拆除"}
"""The states as files of other systems write them, whatever the reader's language."""


def write(rows: FacilityQuerySet) -> tuple[IO[bytes], int]:
    """Write the first `EXPORT_MAX_ROWS`; returns the open file at its beginning and how many rows it holds."""
    book = Workbook(_("Facilities"), widths=(20, 14, 24, 12, 12, 20, 20, 10, 12, 30, 24), frozen_rows=1)
    book.keep_as_text("A")
    book.add([*(_heading(name) for name in ORDER), _("grid")], bold=True)
    count = 0
    found = rows.select_related("kind", "unit", "grid").defer("grid__boundary").order_by("code")
    for row in found[: settings.EXPORT_MAX_ROWS].iterator(chunk_size=2000):
        count += 1
        book.add(
            [
                *(row.code, row.kind.name, row.name, float(row.lng), float(row.lat), row.unit.name if row.unit else ""),
                *(row.owner, WORDS[row.state], row.installed_on, row.note, row.grid.name),
            ]
        )
    return book.file(), count


def _heading(name: str) -> str:
    """Return the first Chinese heading under which the import reads the column."""
    return next(heading for heading in COLUMNS[name] if not heading.isascii())
