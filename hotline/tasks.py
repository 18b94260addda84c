"""Celery's door to the hotline's sweeps."""

from celery import shared_task

from hotline import call_sweeps, circulars, key_sweeps
from hotline.topics import sweep


@shared_task
def sweep_calls() -> None:
    """Draw what was answered, close what rests; beat calls it every five minutes."""
    call_sweeps.run()


@shared_task
def find_topics() -> None:
    """Group the requests of the last days; beat calls it every hour."""
    sweep.run()


@shared_task
def sweep_key_cases() -> None:
    """Flag by rule and give cards; beat calls it every five minutes."""
    key_sweeps.run()


@shared_task
def compose_circulars() -> None:
    """Compose the circular of the week before; beat calls it each Monday morning."""
    circulars.compose_all()
