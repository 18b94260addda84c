"""Celery's door to appraisal."""

from celery import shared_task

from appraisal import actions


@shared_task
def finalise_settled() -> None:
    """Make every period final whose objections are over and decided; beat calls it each hour."""
    while actions.finalise_next() is not None:
        pass
