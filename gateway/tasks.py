"""Celery's doors to the gateway."""

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from gateway import draining
from gateway.models import Delivery

CLEARED_AT_ONCE = 5000


@shared_task
def deliver_events() -> None:
    """Send what is due; beat calls it every few seconds, and one run is short."""
    draining.run()


@shared_task
def clear_log() -> int:
    """Remove finished deliveries that are older than the log is kept; returns how many."""
    before = timezone.now() - dt.timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    removed = 0
    while True:
        old = Delivery.objects.read_past().done_before(before).order_by("tried_at").values_list("pk", flat=True)
        batch = list(old[:CLEARED_AT_ONCE])
        removed += Delivery.objects.filter(pk__in=batch).delete()[0]
        if len(batch) < CLEARED_AT_ONCE:
            return removed
