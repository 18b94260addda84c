"""Celery's door to the facilities."""

from celery import shared_task

from facilities import ground


@shared_task
def follow_boundaries() -> None:
    """Bring facilities into the grids around them where a boundary changed; beat calls it every few minutes."""
    ground.follow()
