"""Celery's door to the timers of coordination."""

from celery import shared_task

from coordination import sweeps


@shared_task
def run_timers() -> None:
    """Sweep everything that is due; beat calls it every minute."""
    sweeps.run()
