"""Celery's doors to the gateway."""

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from gateway import draining, log_retention


@shared_task
def deliver_events() -> None:
    """Send what is due; beat calls it every few seconds, and one run is short."""
    draining.run()


@shared_task
def clear_log() -> int:
    """Remove finished deliveries that are older than the log is kept; the nightly purge does it by itself."""
    return log_retention.clear(timezone.now() - dt.timedelta(days=settings.WEBHOOK_KEEP_DAYS), False)
