"""Deleting what an exchange held: its file and rows; the exchange stays, with its counts."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit, retention
from hotline.models import ExchangeRun, ExchangeStatus
from rosters import files


def register() -> None:
    """Add the rule; called once, when the app is ready."""
    retention.register("exchange", _("Rows and files of exchanges with the city platform"), "EXCHANGE_KEEP_DAYS", purge)


def purge(before: dt.datetime, is_trial: bool) -> int:
    """Empty exchanges that began before this moment, and delete what was told before; returns how many exchanges."""
    runs = ExchangeRun.objects.to_purge(before).order_by("id")
    if is_trial:
        return runs.count()
    found = list(runs)
    for run in found:
        empty(run)
    retention.delete(ExchangeStatus.objects.filter(at__lt=before), is_trial=False)
    return len(found)


@transaction.atomic
def empty(run: ExchangeRun) -> None:
    run = ExchangeRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    run.rows.all().delete()
    kept, run.file, run.purged_at = run.file, "", timezone.now()
    run.save(update_fields=["file", "purged_at"])
    audit.record(None, "hotline.purge_exchange", run)
    transaction.on_commit(lambda: files.delete(kept))
