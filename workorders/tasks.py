"""Celery's door to the timers."""

from celery import shared_task

from workorders import sweeps
from workorders.actions import hand_over


@shared_task
def run_timers() -> None:
    """Sweep everything that is due; beat calls it every minute."""
    sweeps.run()


@shared_task
def hand_over_orders() -> None:
    """Hand the orders of people who left to others; beat calls it each night, when posts have ended with the day."""
    hand_over.all_left_behind()
