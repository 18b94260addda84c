"""Files of the exchange that people take along: the platform's own with an answer to each row, and what it is told."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.requests import UserRequest
from accounts.tables.reading import open_table
from accounts.workbooks import CONTENT_TYPE, FORMULA_SIGNS, Workbook
from hotline.exchange import telling, words
from hotline.exchange.reading import LONGEST_CELL
from hotline.exchange.states import Direction, Verdict
from hotline.models import ExchangeRun
from hotline.views.exchange import seen
from rosters import files

WHOLE_UP_TO = 10_000
"""Rows of a file that come back all; of a longer one those that have something said about them."""


@require_POST
def copy(request: UserRequest, pk: int) -> HttpResponseBase:
    """Send the file back with the answer to each row in front; that somebody took it along is on record."""
    item = seen(request, pk)
    if not item.file or item.is_running:
        raise Http404
    book = Workbook(_("Answers"), widths=(14, 40), frozen_rows=1)
    suffix = Path(item.file_name).suffix.lower()
    with (
        files.readable(item.file, suffix) as path,
        open_table(path, name=item.file_name, sheet=item.sheet, longest=LONGEST_CELL) as table,
    ):
        said = dict(_answers(item))
        is_whole = len(said) <= WHOLE_UP_TO
        for line in table:
            if line.number == item.heading_row:
                book.add([_("Answer"), _("Why"), *line.cells], bold=True)
            elif line.number in said and (is_whole or said[line.number][1]):
                book.add([*said[line.number], *line.cells])
    audit.record(request.user, "hotline.exchange_copy", item, request=request)
    name = f"{Path(item.file_name).stem}-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    return FileResponse(book.file(), as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _answers(item: ExchangeRun) -> Iterator[tuple[int, tuple[str, str]]]:
    for number, verdict, codes in item.rows.values_list("number", "verdict", "codes").iterator():
        yield number, (str(Verdict(verdict).label), " ".join(str(words.of(code)) for code in codes))


@require_POST
def download(request: UserRequest, pk: int) -> HttpResponseBase:
    """Send an export in the platform's columns, the same however often: a workbook, or CSV where asked for."""
    item = seen(request, pk)
    if item.direction != Direction.OUT:
        raise Http404
    audit.record(request.user, "hotline.exchange_resend", item, request=request)
    rows = (list(telling.cells_of(status).values()) for status in telling.rows_of(item).iterator())
    name = f"12345-{item.pk}-{timezone.localtime(item.began_at):%Y%m%d-%H%M}"
    if request.POST.get("as") == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(telling.COLUMNS.values())
        writer.writerows([f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in row] for row in rows)
        response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    book = Workbook("12345", widths=(18, 22, 10, 20, 22, 60, 20, 20, 20, 30), frozen_rows=1)
    book.add(telling.COLUMNS.values(), bold=True)
    for row in rows:
        book.add(row)
    return FileResponse(book.file(), as_attachment=True, filename=f"{name}.xlsx", content_type=CONTENT_TYPE)
