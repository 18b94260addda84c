"""Celery's door to the fan-out of tasks."""

from celery import shared_task

from admission import fanout


@shared_task
def issue_rounds() -> None:
    """Issue every round that is due to begin; beat calls it every five minutes."""
    fanout.run()
