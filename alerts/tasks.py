"""Celery's door to the sweep of early warning."""

from celery import shared_task

from alerts import sweeps


@shared_task
def sweep_warnings() -> None:
    """Ask every rule of every district; beat calls it each hour, after the figures and the hot topics."""
    sweeps.run()
