"""Celery's door to the map."""

from celery import shared_task
from django.utils import timezone

from onemap import actions


@shared_task
def forget_positions() -> None:
    """Delete the positions whose consent is over; beat calls it every few minutes."""
    actions.forget(timezone.now())
