"""Celery's door to the briefings: drafts are composed, e-mail is sent. Nothing is published here."""

from celery import shared_task

from bulletins import mailing
from bulletins.actions import composing, subscribing


@shared_task
def compose_drafts(kind: str) -> None:
    """Compose the drafts of districts and streets; beat calls it for each kind when its period has come."""
    composing.compose_due(kind)


@shared_task
def line_up_subscriptions() -> None:
    """Put subscribed tables in line; beat calls it every morning."""
    subscribing.line_up()


@shared_task
def send_mail() -> None:
    """Send briefings and tables by e-mail; beat calls it every minute."""
    mailing.send_due()
