"""What is removed of visits when it was kept long enough (DOMAIN.md §4.4: three years)."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts import retention
from visits.models import LogEntry, Report, Visit


def register() -> None:
    retention.register("visits", _("Visits"), "VISIT_KEEP_DAYS", _visits)
    retention.register("visit_log", _("Entries of the daily log"), "VISIT_KEEP_DAYS", _entries)
    retention.register("visit_reports", _("Daily and weekly reports"), "VISIT_KEEP_DAYS", _reports)


def _visits(before: dt.datetime, is_trial: bool) -> int:
    """Remove old visits with their photos' rows; the files go with what no row names."""
    return retention.delete(Visit.objects.filter(visited_at__lt=before), is_trial)


def _entries(before: dt.datetime, is_trial: bool) -> int:
    """Remove old entries; an order made of one stays as long as orders stay."""
    return retention.delete(LogEntry.objects.filter(heard_at__lt=before), is_trial)


def _reports(before: dt.datetime, is_trial: bool) -> int:
    return retention.delete(Report.objects.filter(submitted_at__lt=before).exclude(period="month"), is_trial)
