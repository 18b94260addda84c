"""Celery's door to the sweeps of care."""

from celery import shared_task
from django.utils import timezone

from care import contact_lists, looks, sweeps


@shared_task
def sweep_tiers() -> None:
    """End tiers whose time is over and ask for reviews; beat calls it each night and each morning."""
    sweeps.run()


@shared_task
def list_hand_overs() -> None:
    """Make the hand-over lists of posts that end; beat calls it each night."""
    contact_lists.sweep(timezone.now())


@shared_task
def tell_of_looks() -> None:
    """Tell who watches that the report of the month that is over is ready; beat calls it on the first of a month."""
    looks.tell(timezone.now())
