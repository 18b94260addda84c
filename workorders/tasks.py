"""Celery's door to the timers and the nightly checks."""

import logging

from celery import shared_task
from django.utils import timezone

from workorders import auditing, sweeps
from workorders.actions import hand_over
from workorders.models import WorkOrder

logger = logging.getLogger(__name__)


@shared_task
def run_timers() -> None:
    """Sweep everything that is due; beat calls it every minute."""
    sweeps.run()


@shared_task
def hand_over_orders() -> None:
    """Hand the orders of people who left to others; beat calls it each night, when posts have ended with the day."""
    hand_over.all_left_behind()


@shared_task
def check_orders() -> int:
    """Compare open orders with their history; beat calls it every night. Returns how many differ, and logs them."""
    report = auditing.compare(WorkOrder.objects.open(), timezone.now())
    for number, found in report.differing:
        logger.error("Order %s differs from its history: %s", number, "; ".join(str(one) for one in found))
    return len(report.differing)
