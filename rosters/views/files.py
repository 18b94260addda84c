"""Files that people take along: a template to fill in, and their own file with what is wrong in a first column."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.requests import UserRequest
from accounts.tables.reading import open_table
from accounts.tables.returning import TemplateColumn, write_returned, write_template
from accounts.workbooks import CONTENT_TYPE, Workbook
from residents import codes
from rosters import columns, files, first_passwords, showing, words
from rosters.columns.column import Column, Reads
from rosters.errors import InvalidRoster
from rosters.forms import kinds_for
from rosters.models import Batch
from rosters.states import BatchKind
from rosters.views.batches import seen_batch

WHOLE_UP_TO = 10_000
"""Rows of a file that come back all; of a longer one those that something is wrong with."""
MOST_RETURNED = 20_000
"""Mistakes that are told in one copy; once these are mended the next come. Writing takes a second for 3,000 rows."""


@require_GET
def template(request: UserRequest, kind: str) -> FileResponse:
    """Send the template of a kind of roster: headings, remarks, and lists of the words that coded columns take."""
    if kind not in BatchKind.values:
        raise Http404
    if kind not in kinds_for(request.user):
        raise PermissionDenied(_("None of your posts lets you bring in rosters."))
    needed = {name for group in columns.NEEDED[kind] if len(group) == 1 for name in group}
    file = write_template(
        str(BatchKind(kind).label), [_column(one, one.name in needed) for one in columns.of(kind).values()]
    )
    return FileResponse(file, as_attachment=True, filename=f"{kind}-template.xlsx", content_type=CONTENT_TYPE)


def _column(column: Column, is_needed: bool) -> TemplateColumn:
    """Headings are Chinese in every language: so are the lists that districts keep."""
    remark = "必填" if is_needed else "选填"
    words_of = [row.label for row in codes.rows(column.codes).values()] if column.codes else []
    words_of += [spellings[0] for _stored, spellings in column.choices]
    if column.reads is Reads.FLAG:
        words_of = ["是", "否"]
    example = f"，如：{column.example}" if column.example and not words_of else ""
    return TemplateColumn(column.aliases[0], remark + example, words_of)


@require_POST
def copy_with_reasons(request: UserRequest, pk: int) -> FileResponse:
    """Send whoever brought the file a copy with the reasons of each row in front; that they took it is on record."""
    batch = seen_batch(request, pk)
    if batch.uploader_id != request.user.pk:
        raise PermissionDenied(_("Only who brought the file may take it along."))
    if not batch.file:
        raise Http404
    is_whole = batch.expected_rows <= WHOLE_UP_TO
    with (
        files.readable(batch.file, Path(batch.file_name).suffix.lower()) as path,
        open_table(path, name=batch.file_name, sheet=batch.sheet) as table,
    ):
        file = write_returned(table, batch.heading_row, _reasons(batch), is_whole=is_whole)
    audit.record(request.user, "rosters.copy", batch, request=request)
    name = f"{Path(batch.file_name).stem}-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


@require_POST
def passwords(request: UserRequest, pk: int) -> HttpResponseBase:
    """Send the first passwords of the accounts that a list of workers made: once, to who had it written."""
    batch = seen_batch(request, pk)
    try:
        made = first_passwords.take(batch, actor=request.user)
    except InvalidRoster as error:
        messages.error(request, str(error))
        return redirect(batch)
    book = Workbook(_("First passwords"), widths=(18, 22, 22), frozen_rows=1)
    book.keep_as_text("ABC")
    book.add([_("Name"), _("Sign-in name"), _("First password")], bold=True)
    for line in made:
        book.add(line)
    return FileResponse(book.file(), as_attachment=True, filename=f"passwords-{pk}.xlsx", content_type=CONTENT_TYPE)


def _reasons(batch: Batch) -> Iterator[tuple[int, str]]:
    """Yield the number of each row that something is wrong with, and all of it in words."""
    said = batch.problem_rows.order_by("number", "-refuses", "id").values_list("number", "field", "code", "refuses")
    rows = itertools.groupby(said[:MOST_RETURNED].iterator(chunk_size=2000), key=lambda row: row[0])
    for number, problems in rows:
        yield number, "；".join(_reason(batch, field, code, refuses) for _number, field, code, refuses in problems)


def _reason(batch: Batch, field: str, code: str, refuses: bool) -> str:
    message, hint = words.of(code)
    said = f"{showing.label_of(batch, field)}：{message} {hint}"
    return said if refuses else _("Only a hint: %(words)s") % {"words": said}
