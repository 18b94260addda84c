"""Celery's door to the timers."""

from celery import shared_task

from workorders import sweeps


@shared_task
def run_timers() -> None:
    """Sweep everything that is due; beat calls it every minute."""
    sweeps.run()
