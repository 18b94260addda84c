"""A list brought in through the page: kept while somebody looks at what it would change, and gone when it is done."""

import datetime as dt
import tempfile
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from facilities.importing import import_facilities
from facilities.models import FacilityImport
from grids.backends import standing_for
from grids.importing import Outcome, Report
from grids.models import Grid
from grids.roles import Permission
from residents.errors import NotPossible

KEPT = 300
"""Lines that are shown; the counts say how many there are in all."""
FORGOTTEN_AFTER = dt.timedelta(days=7)


@transaction.atomic
def look(*, actor: User, file_name: str, content: bytes, crs: str, now: dt.datetime | None = None) -> FacilityImport:
    """Keep a file and say what it would change; nothing else is written."""
    moment = now or timezone.now()
    forget(moment)
    post = standing_for(actor).nodes(Permission.MANAGE_FACILITIES)[0]
    made = FacilityImport(
        district=Grid.objects.get(tree_id=post.tree_id, parent=None),
        actor=actor,
        file_name=Path(file_name).name[-120:],
        content=content,
        crs=crs,
        at=moment,
    )
    _note(made, _run(made, actor, dry_run=True, now=moment))
    made.save()
    return made


@transaction.atomic
def bring_in(upload: FacilityImport, *, actor: User, now: dt.datetime | None = None) -> FacilityImport:
    """Write what the file says; raises NotPossible where that was done."""
    moment = now or timezone.now()
    row = FacilityImport.objects.select_for_update().get(pk=upload.pk)
    if row.done_at is not None or not row.content:
        raise NotPossible(_("This list was brought in already."))
    _note(row, _run(row, actor, dry_run=False, now=moment))
    row.done_at, row.content = moment, b""
    row.save()
    return row


def forget(now: dt.datetime) -> None:
    """Throw the files away that nobody decided on."""
    old = FacilityImport.objects.filter(done_at=None, at__lt=now - FORGOTTEN_AFTER)
    old.exclude(content=b"").update(content=b"")


def _run(row: FacilityImport, actor: User, *, dry_run: bool, now: dt.datetime) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{Path(row.file_name).suffix.lower()}"
        path.write_bytes(bytes(row.content))
        return import_facilities(path, crs=row.crs, actor=actor, dry_run=dry_run, file_name=row.file_name, now=now)


def _note(row: FacilityImport, report: Report) -> None:
    row.counts = {outcome.value: count for outcome, count in report.counts.items()}
    eyes = [entry for entry in report.entries if entry.outcome != Outcome.UNCHANGED]
    eyes.sort(key=lambda entry: entry.outcome != Outcome.REFUSED)
    row.entries = [[entry.outcome.value, entry.line, entry.subject, entry.words] for entry in eyes[:KEPT]]
