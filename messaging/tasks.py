"""Celery's door to messages out."""

from celery import shared_task

from messaging import delivering


@shared_task
def deliver_messages() -> None:
    """Send what is due; beat calls it every few seconds, and one run is short."""
    delivering.run()
