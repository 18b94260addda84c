"""Celery's door to the night's work."""

from celery import shared_task

from visits import nightly


@shared_task
def renew_due_visits() -> None:
    """Bring every resident's due visit in step; beat calls it each night."""
    nightly.renew()


@shared_task
def warn_leaders() -> None:
    """Tell leaders of overdue visits; beat calls it on Monday mornings."""
    nightly.warn_leaders()
