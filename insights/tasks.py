"""Celery's door to the rollups."""

from celery import shared_task

from insights import checking, rolling


@shared_task
def refresh_rollups() -> None:
    """Bring the figures in step with what happened; beat calls it each minute."""
    rolling.refresh()


@shared_task
def check_rollups() -> None:
    """Compare the figures of the last weeks with their source; beat calls it each night."""
    checking.check_all()
