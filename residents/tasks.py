"""Celery's doors to the registers."""

from celery import shared_task
from django.utils import timezone

from residents import exports

WRITTEN_AT_ONCE = 20


@shared_task
def run_exports() -> None:
    """Write the lists that wait and remove those whose time is over."""
    for _round in range(WRITTEN_AT_ONCE):
        if not exports.write_next(timezone.now()):
            break
    exports.expire(timezone.now())
