"""Deleting what a roster held once it is no longer needed to take it back: rows, samples, files."""

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit, retention
from rosters import files
from rosters.checking import STAGED
from rosters.models import Batch
from rosters.states import ENDED, State


def register() -> None:
    """Add the rule; called once, when the app is ready."""
    retention.register("rosters", _("Rows and files of rosters"), "ROSTER_KEEP_DAYS", purge)


def purge(before: dt.datetime, is_trial: bool) -> int:
    """Empty batches that ended before this moment; the batch itself stays, with its counts. Returns how many."""
    batches = Batch.objects.to_purge(before).order_by("id")
    if is_trial:
        return batches.count()
    files.sweep()
    found = list(batches)
    for batch in found:
        empty(batch, timezone.now())
    return len(found)


@transaction.atomic
def empty(batch: Batch, now: dt.datetime) -> None:
    """Delete the batch's rows and file."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    keys = [batch.first_key, batch.last_key]
    with connection.cursor() as cursor:
        for staged in STAGED.values():
            cursor.execute(f"DELETE FROM {staged._meta.db_table} WHERE row_id BETWEEN %s AND %s", keys)
        cursor.execute("DELETE FROM rosters_row WHERE id BETWEEN %s AND %s", keys)
        for table in ("rosters_problem", "rosters_made", "rosters_place"):
            cursor.execute(f"DELETE FROM {table} WHERE batch_id = %s", [batch.pk])
    kept, batch.file, batch.purged_at = batch.file, "", now
    if batch.state not in ENDED:
        batch.state, batch.ended_at = State.CANCELLED, now
    batch.save(update_fields=["file", "purged_at", "state", "ended_at"])
    audit.record(None, "rosters.purge", batch)
    transaction.on_commit(lambda: files.delete(kept))
