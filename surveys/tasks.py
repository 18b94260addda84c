"""Celery's door to questionnaires."""

from celery import shared_task

from surveys import actions


@shared_task
def close_ended() -> None:
    """Close what is past its last day; beat calls it each night."""
    while actions.close_ended():
        pass
