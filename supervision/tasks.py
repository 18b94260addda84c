"""Celery's door to the supervision sweep and the digests."""

from celery import shared_task

from supervision import digests, sweeps


@shared_task
def sweep_supervision() -> None:
    """Warn, fall due, prompt and draft; beat calls it every five minutes (DOMAIN.md §5.4)."""
    sweeps.run()


@shared_task
def send_digests() -> None:
    """Tell supervisors and level owners which orders need a look; beat calls it each morning."""
    digests.run()
