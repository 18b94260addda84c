"""Celery's door to the rollups."""

from celery import shared_task

from insights import rolling


@shared_task
def refresh_rollups() -> None:
    """Bring the figures in step with what happened; beat calls it each minute."""
    rolling.refresh()
